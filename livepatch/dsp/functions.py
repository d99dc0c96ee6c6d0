"""Elementary functions fast enough for every sample: the Python twins of the native primitives.

Compiled modules use C bodies that equal these term by term, so that interpreted and compiled code
give the same samples. All are branchless (`a if b else c` is a select), take finite numbers, and
never raise or return NaN for them.
"""

import math
from typing import Final

LOG2_E: Final = 1.4426950408889634
LOG2_10: Final = 3.321928094887362
"""Octaves in a decade: `exp2(LOG2_10 * x)` is 10 to the power of `x`."""
LN_2: Final = 0.6931471805599453
SMALLEST: Final = 2.2250738585072014e-308
"""The smallest normal number, 2 ** -1022; what `log2` and `log` take zero and anything below for."""
TAN_LIMIT: Final = 1.5704
"""`tan` holds its value beyond this angle, a hair under pi / 2; it is about 2520 there."""


def floor(x: float) -> float:
    """The greatest whole number that is not above `x`."""
    return float(math.floor(x))


def nearest(x: float) -> float:
    """The whole number nearest to `x`; halves go up."""
    return float(math.floor(x + 0.5))


def frac(x: float) -> float:
    """What `x` has above its floor: 0 up to 1, for negative `x` too (1.0 itself for -1e-17)."""
    return x - float(math.floor(x))


def absolute(x: float) -> float:
    """`x` without its sign."""
    return math.fabs(x)


def minimum(a: float, b: float) -> float:
    """The smaller of two numbers; `b` if `a` is not a number."""
    return a if a < b else b  # noqa: FURB136  # min() is slower, and says less about NaN


def maximum(a: float, b: float) -> float:
    """The greater of two numbers; `b` if `a` is not a number."""
    return a if a > b else b  # noqa: FURB136  # max() is slower, and says less about NaN


def clamp(x: float, low: float, high: float) -> float:
    """`x`, or the end of `low..high` that it lies beyond; `low` if it is not a number."""
    y = x if x > low else low  # noqa: FURB136  # as in maximum()
    return y if y < high else high  # noqa: FURB136  # as in minimum()


def sign(x: float) -> float:
    """-1 below zero, 1 above it, 0 at it."""
    return (1.0 if x > 0.0 else 0.0) - (1.0 if x < 0.0 else 0.0)


def crossfade(a: float, b: float, position: float) -> float:
    """From `a` at position 0 to `b` at position 1, in a straight line."""
    return a + (b - a) * position


def sqrt(x: float) -> float:
    """The square root; 0 for anything below 0."""
    return math.sqrt(maximum(x, 0.0))


def divide(a: float, b: float) -> float:
    """A / b, and 0 where `b` is 0: it never raises, and moves out of the loop when neither changes there."""
    return a / b if b != 0.0 else 0.0


def exp2(x: float) -> float:
    """2 ** x: relative error below 1e-12, exact at whole numbers; `x` is held inside -1022..1023."""
    y = clamp(x, -1022.0, 1023.0)
    whole = float(math.floor(y + 0.5))
    f = y - whole
    p = 1.531097661802621e-05 + f * 1.318280195679237e-06
    p = 0.00015403822440314128 + f * p
    p = 0.0013333448089231485 + f * p
    p = 0.009618128596596092 + f * p
    p = 0.05550410942145711 + f * p
    p = 0.24022650698298287 + f * p
    p = 0.693147180546616 + f * p
    p = 1.0 + f * p
    return math.ldexp(p, int(whole))


def log2(x: float) -> float:
    """The logarithm to 2: error below 1e-13 (absolute), exact at powers of 2; -1022 for 0 and below."""
    y = maximum(x, SMALLEST)
    mantissa, exponent = math.frexp(y)
    low = mantissa < 0.7071067811865476
    m = mantissa + mantissa if low else mantissa
    e = float(exponent) - (1.0 if low else 0.0)
    t = (m - 1.0) / (m + 1.0)
    z = t * t
    p = 0.31976565064999857 + z * 0.2846325224235576
    p = 0.4122133680513699 + z * p
    p = 0.5770778894793895 + z * p
    p = 0.9617966943903461 + z * p
    p = 2.8853900817774454 + z * p
    return e + t * p


def exp(x: float) -> float:
    """E ** x: relative error below 1e-12 for -20..20 (1e-12 and an ulp for each unit of `x` beyond)."""
    return exp2(x * LOG2_E)


def log(x: float) -> float:
    """The natural logarithm: error below 1e-13 (absolute) for 1e-6..1e6; -708.4 for 0 and below."""
    return log2(x) * LN_2


def cos1(x: float) -> float:
    """The cosine of `x` turns, cos(2 pi x), for any `x`: error below 1e-13 plus that of `x` itself."""
    b = math.fabs(x - float(math.floor(x)) - 0.5) - 0.25
    z = b * b
    p = -15.07932077758388 + z * 3.655204861791391
    p = 42.05796603177259 + z * p
    p = -76.70584121788404 + z * p
    p = 81.6052490338652 + z * p
    p = -41.34170223900644 + z * p
    p = 6.28318530717728 + z * p
    return b * p


def sin1(x: float) -> float:
    """The sine of `x` turns, sin(2 pi x), for any `x`: error below 1e-13 plus that of `x` itself."""
    return cos1(x - 0.25)


def tan(x: float) -> float:
    """The tangent of -pi/2..pi/2, for filters: relative error below 4e-11; held beyond ±1.5704."""
    y = clamp(x, -TAN_LIMIT, TAN_LIMIT)
    z = y * y
    s = 2.7523971177874896e-06 + z * -2.3868347933398485e-08
    s = -0.00019840832825856905 + z * s
    s = 0.008333330720583594 + z * s
    s = -0.16666666608826933 + z * s
    s = 0.9999999999788494 + z * s
    c = 2.702589478680344e-07 + z * -1.976443848232247e-09
    c = -2.4133876481110086e-05 + z * c
    c = 0.0013293400170180953 + z * c
    c = -0.038386651171412794 + z * c
    c = 0.4052847345679916 + z * c
    return y * s / ((2.4674011002723395 - z) * c)


def tanh(x: float) -> float:
    """The hyperbolic tangent: error below 1e-12 (absolute), rising throughout, ±1 at the ends."""
    y = clamp(x, -20.0, 20.0)
    return 1.0 - 2.0 / (1.0 + exp2(y * 2.885390081777927))
