"""What Python's own number operations become in compiled code; generated code uses these, modules need not.

Whole numbers have 64 bits in compiled code, and nothing here raises there: a result that Python
would refuse comes out as infinity or as no number, which the outlets' guard then catches.
"""

import math

from mypy_extensions import i64


def to_float(number: i64) -> float:
    """`float(number)`."""
    return float(number)


def to_int(x: float) -> i64:
    """`int(x)`: towards zero; 0 if `x` is not finite, the nearest end of 64 bits if it is beyond them."""
    return int(max(-9.2e18, min(9.2e18, x))) if math.isfinite(x) else 0


def floor_to_int(x: float) -> i64:
    """`math.floor(x)`, at the limits as `to_int`."""
    return to_int(float(math.floor(x))) if math.isfinite(x) else 0


def ceil_to_int(x: float) -> i64:
    """`math.ceil(x)`, at the limits as `to_int`."""
    return to_int(float(math.ceil(x))) if math.isfinite(x) else 0


def round_to_int(x: float) -> i64:
    """`round(x)`: to the nearest whole number, halves to the even one; at the limits as `to_int`."""
    return to_int(float(round(x))) if math.isfinite(x) else 0


def is_finite(x: float) -> bool:
    """`math.isfinite(x)`."""
    return math.isfinite(x)


def magnitude(number: i64) -> i64:
    """`abs(number)`."""
    return number if number >= 0 else -number


def square(x: float) -> float:
    """`x ** 2`."""
    return x * x


def power(x: float, y: float) -> float:
    """`x ** y`."""
    return math.pow(x, y)
