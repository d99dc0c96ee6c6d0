"""Sixteen voices side by side: what the compiler makes of a step's numbers when many voices play.

Generated code uses these, modules need not. In compiled code the tuples are processor registers; as plain Python
they are what they look like, and give the same samples.
"""

from collections.abc import Callable

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp import arithmetic, edges, functions, waves
from livepatch.dsp.blocks import VOICES

Lanes = tuple[
    float, float, float, float, float, float, float, float,
    float, float, float, float, float, float, float, float,
]  # fmt: skip
"""A number for each voice."""
Mask = tuple[bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool]
"""A truth value for each voice."""


def _lanes(values: list[float]) -> Lanes:
    a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q = values
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q


def _mask(values: list[bool]) -> Mask:
    a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q = values
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q


def _each(function: Callable[[float], float], x: Lanes) -> Lanes:
    return _lanes([function(one) for one in x])


def _pairs(function: Callable[[float, float], float], x: Lanes, y: Lanes) -> Lanes:
    return _lanes([function(one, other) for one, other in zip(x, y, strict=True)])


def _place(index: float, length: int) -> int:
    """The index into a buffer of `length`, held inside it, as idle voices may hold anything."""
    return max(0, min(length - 1, arithmetic.to_int(index)))


def lanes_set(x: float) -> Lanes:
    """One number for all."""
    return _lanes([x] * VOICES)


def lanes_all(x: bool) -> Mask:  # noqa: FBT001 - a value
    """One truth value for all."""
    return _mask([x] * VOICES)


def lanes_read(block: vec[float], frame: i64, wide: bool) -> Lanes:  # noqa: FBT001 - a value
    """A frame of a block: of all voices if it is `wide`, else of one, for all."""
    return lanes_load(block, frame) if wide else lanes_set(block[frame])


def lanes_load(block: vec[float], frame: i64) -> Lanes:
    """A frame of a wide block."""
    return _lanes([block[frame * VOICES + voice] for voice in range(VOICES)])


def lanes_store(block: vec[float], frame: i64, x: Lanes) -> None:
    """Write a frame of a wide block."""
    for voice, one in enumerate(x):
        block[frame * VOICES + voice] = one


def lanes_load_mask(block: vec[float]) -> Mask:
    """Truth values that `lanes_store_mask` wrote."""
    return _mask([block[voice] != 0.0 for voice in range(VOICES)])


def lanes_store_mask(block: vec[float], x: Mask) -> None:
    """Keep truth values as 1 and 0."""
    for voice, one in enumerate(x):
        block[voice] = 1.0 if one else 0.0


def lanes_largest(x: Lanes, voices: i64) -> float:
    """The largest of the numbers of the first voices."""
    return max(x[:voices])


def lanes_farthest(x: Lanes, voices: i64) -> float:
    """Of the numbers of the first voices the one that is farthest from 0."""
    return max(x[:voices], key=abs)


def lanes_add(x: Lanes, y: Lanes) -> Lanes:
    """`x + y`."""
    return _pairs(lambda a, b: a + b, x, y)


def lanes_subtract(x: Lanes, y: Lanes) -> Lanes:
    """`x - y`."""
    return _pairs(lambda a, b: a - b, x, y)


def lanes_multiply(x: Lanes, y: Lanes) -> Lanes:
    """`x * y`."""
    return _pairs(lambda a, b: a * b, x, y)


def lanes_over(x: Lanes, y: Lanes) -> Lanes:
    """`x / y`; infinite or no number where Python would raise, which the outlets' guard catches."""
    return _pairs(lambda a, b: a / b if b != 0.0 else a * float("inf"), x, y)


def lanes_negate(x: Lanes) -> Lanes:
    """`-x`."""
    return _each(lambda a: -a, x)


def lanes_less(x: Lanes, y: Lanes) -> Mask:
    """`x < y`."""
    return _mask([a < b for a, b in zip(x, y, strict=True)])


def lanes_less_equal(x: Lanes, y: Lanes) -> Mask:
    """`x <= y`."""
    return _mask([a <= b for a, b in zip(x, y, strict=True)])


def lanes_equal(x: Lanes, y: Lanes) -> Mask:
    """`x == y`."""
    return _mask([a == b for a, b in zip(x, y, strict=True)])


def lanes_unequal(x: Lanes, y: Lanes) -> Mask:
    """`x != y`."""
    return _mask([a != b for a, b in zip(x, y, strict=True)])


def lanes_both(x: Mask, y: Mask) -> Mask:
    """`x and y`."""
    return _mask([a and b for a, b in zip(x, y, strict=True)])


def lanes_either(x: Mask, y: Mask) -> Mask:
    """`x or y`."""
    return _mask([a or b for a, b in zip(x, y, strict=True)])


def lanes_differ(x: Mask, y: Mask) -> Mask:
    """`x != y`, of truth values."""
    return _mask([a != b for a, b in zip(x, y, strict=True)])


def lanes_not(x: Mask) -> Mask:
    """`not x`."""
    return _mask([not a for a in x])


def lanes_any(x: Mask) -> bool:
    """Whether it is true of any voice."""
    return any(x)


def lanes_select(m: Mask, x: Lanes, y: Lanes) -> Lanes:
    """`x if m else y`."""
    return _lanes([a if one else b for one, a, b in zip(m, x, y, strict=True)])


def lanes_choose(m: Mask, x: Mask, y: Mask) -> Mask:
    """`x if m else y`, of truth values."""
    return _mask([a if one else b for one, a, b in zip(m, x, y, strict=True)])


def lanes_minimum(x: Lanes, y: Lanes) -> Lanes:
    """`minimum(x, y)`."""
    return _pairs(functions.minimum, x, y)


def lanes_maximum(x: Lanes, y: Lanes) -> Lanes:
    """`maximum(x, y)`."""
    return _pairs(functions.maximum, x, y)


def lanes_clamp(x: Lanes, low: Lanes, high: Lanes) -> Lanes:
    """`clamp(x, low, high)`."""
    return lanes_minimum(lanes_maximum(x, low), high)


def lanes_floor(x: Lanes) -> Lanes:
    """`floor(x)`."""
    return _each(functions.floor, x)


def lanes_whole(x: Lanes) -> Lanes:
    """`int(x)`, as a number."""
    return _each(lambda a: float(arithmetic.to_int(a)), x)


def lanes_nearest(x: Lanes) -> Lanes:
    """`nearest(x)`."""
    return _each(functions.nearest, x)


def lanes_frac(x: Lanes) -> Lanes:
    """`frac(x)`."""
    return _each(functions.frac, x)


def lanes_absolute(x: Lanes) -> Lanes:
    """`absolute(x)`."""
    return _each(functions.absolute, x)


def lanes_sign(x: Lanes) -> Lanes:
    """`sign(x)`."""
    return _each(functions.sign, x)


def lanes_crossfade(a: Lanes, b: Lanes, position: Lanes) -> Lanes:
    """`crossfade(a, b, position)`."""
    return lanes_add(a, lanes_multiply(lanes_subtract(b, a), position))


def lanes_sqrt(x: Lanes) -> Lanes:
    """`sqrt(x)`."""
    return _each(functions.sqrt, x)


def lanes_divide(x: Lanes, y: Lanes) -> Lanes:
    """`divide(x, y)`."""
    return _pairs(functions.divide, x, y)


def lanes_exp2(x: Lanes) -> Lanes:
    """`exp2(x)`."""
    return _each(functions.exp2, x)


def lanes_log2(x: Lanes) -> Lanes:
    """`log2(x)`."""
    return _each(functions.log2, x)


def lanes_exp(x: Lanes) -> Lanes:
    """`exp(x)`."""
    return _each(functions.exp, x)


def lanes_log(x: Lanes) -> Lanes:
    """`log(x)`."""
    return _each(functions.log, x)


def lanes_cos1(x: Lanes) -> Lanes:
    """`cos1(x)`."""
    return _each(functions.cos1, x)


def lanes_sin1(x: Lanes) -> Lanes:
    """`sin1(x)`."""
    return _each(functions.sin1, x)


def lanes_quarter_sine(x: Lanes) -> Lanes:
    """`quarter_sine(x)`."""
    return _each(waves.quarter_sine, x)


def lanes_tan(x: Lanes) -> Lanes:
    """`tan(x)`."""
    return _each(functions.tan, x)


def lanes_tanh(x: Lanes) -> Lanes:
    """`tanh(x)`."""
    return _each(functions.tanh, x)


def lanes_square(x: Lanes) -> Lanes:
    """`x ** 2`."""
    return _each(arithmetic.square, x)


def lanes_power(x: Lanes, y: Lanes) -> Lanes:
    """`x ** y`."""
    return _pairs(arithmetic.power, x, y)


def lanes_is_finite(x: Lanes) -> Mask:
    """`math.isfinite(x)`."""
    return _mask([arithmetic.is_finite(a) for a in x])


def lanes_get(buffer: vec[float], index: Lanes) -> Lanes:
    """A sample of every voice's buffer; an index outside is held at the nearer end."""
    length = len(buffer) // VOICES
    return _lanes([buffer[_place(one, length) * VOICES + voice] for voice, one in enumerate(index)])


def lanes_put(buffer: vec[float], index: Lanes, x: Lanes, m: Mask) -> None:
    """Write a sample of the buffer of every voice of which `m` is true."""
    length = len(buffer) // VOICES
    for voice, (place, one, true) in enumerate(zip(index, x, m, strict=True)):
        if true:
            buffer[_place(place, length) * VOICES + voice] = one


def lanes_keep(buffer: vec[float], one: vec[float], voice: i64) -> None:
    """Write a buffer of one voice into that voice's."""
    for index in range(min(len(one), len(buffer) // VOICES)):
        buffer[index * VOICES + voice] = one[index]


def _voice(queue: vec[float], voice: int) -> vec[float]:
    return vec[float]([queue[index * VOICES + voice] for index in range(len(queue) // VOICES)])


def lanes_take_edge(queue: vec[float], index: Lanes, m: Mask) -> Lanes:
    """`take_edge` for every voice; those of which `m` is not true leave the queue as it is."""
    sample = lanes_get(queue, index)
    lanes_put(queue, index, lanes_set(0.0), m)
    return sample


def lanes_take_edge_at(queue: vec[float], index: i64) -> Lanes:
    """`take_edge` for every voice, of the same place."""
    return lanes_take_edge(queue, lanes_set(float(index)), lanes_all(x=True))


def lanes_add_step(queue: vec[float], position: Lanes, age: Lanes, height: Lanes, m: Mask) -> None:
    """`add_step` for every voice of which `m` is true."""
    _for_each(edges.add_step, queue, m, position, age, height)


def lanes_add_corner(queue: vec[float], position: Lanes, age: Lanes, bend: Lanes, m: Mask) -> None:
    """`add_corner` for every voice of which `m` is true."""
    _for_each(edges.add_corner, queue, m, position, age, bend)


def lanes_add_steps(  # noqa: PLR0913, PLR0917  # four heights
    queue: vec[float], position: Lanes, age: Lanes, a: Lanes, b: Lanes, c: Lanes, d: Lanes, m: Mask
) -> None:
    """`add_steps` for every voice of which `m` is true."""
    _for_each(edges.add_steps, queue, m, position, age, a, b, c, d)


def lanes_add_corners(  # noqa: PLR0913, PLR0917  # four bends
    queue: vec[float], position: Lanes, age: Lanes, a: Lanes, b: Lanes, c: Lanes, d: Lanes, m: Mask
) -> None:
    """`add_corners` for every voice of which `m` is true."""
    _for_each(edges.add_corners, queue, m, position, age, a, b, c, d)


def lanes_advance_wave(  # noqa: PLR0913, PLR0917  # a wave's whole state
    queue: vec[float],
    position: Lanes,
    phase: Lanes,
    speed: Lanes,
    late: Lanes,
    last_width: Lanes,
    width: Lanes,
    saw: bool,  # noqa: FBT001 - a value, as the next two
    square: bool,  # noqa: FBT001
    triangle: bool,  # noqa: FBT001
    m: Mask,
) -> Lanes:
    """`advance_wave` for every voice of which `m` is true; the others get any number."""
    wanted = (lanes_set(float(one)) for one in (saw, square, triangle))
    found = _for_each(edges.advance_wave, queue, m, position, phase, speed, late, last_width, width, *wanted)
    return lanes_select(m, found, lanes_add(phase, lanes_multiply(speed, lanes_subtract(lanes_set(1.0), late))))


def lanes_start_wave(  # noqa: PLR0913, PLR0917  # as above
    queue: vec[float], position: Lanes, phase: Lanes, speed: Lanes, late: Lanes, width: Lanes, m: Mask
) -> Lanes:
    """`start_wave` for every voice of which `m` is true."""
    return lanes_select(m, _for_each(edges.start_wave, queue, m, position, phase, speed, late, width), phase)


def _for_each(
    function: Callable[..., float | None], queue: vec[float], m: Mask, position: Lanes, *numbers: Lanes
) -> Lanes:
    found = [0.0] * VOICES
    for voice, true in enumerate(m):
        if true:
            own = _voice(queue, voice)
            arguments = [one[voice] for one in numbers]
            found[voice] = function(own, arithmetic.to_int(position[voice]) & 15, *arguments) or 0.0
            lanes_keep(queue, own, voice)
    return _lanes(found)
