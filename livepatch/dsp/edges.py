"""Band-limited edges: steps and corners at any instant between two samples, 16 samples long, without delay.

A jump in a waveform aliases; what is left of the jump once everything above the band is taken out does
not. These functions add that remainder, spread over the coming samples, to a queue; the module adds one
of the queue's samples to its plain waveform every frame. A queue is `buffer(frames=16)`, or for four
waveforms side by side `buffer(frames=64)`, and `position` goes round from 0 to 15.

The kernel is a windowed sinc in minimum phase, as a polynomial per sample: from 30 kHz up (at 48 kHz) it
is 82 dB down, and 0.7 dB at 18 kHz.

Source: Eli Brandt, Hard Sync Without Aliasing, 2001; the kernel is the square root of a Kaiser-windowed one
twice as long.
"""

from math import tau
from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.block import Block, buffer
from livepatch.dsp.functions import cos1, divide, sin1
from livepatch.dsp.waves import triangle1

EDGE_DELAY: Final = 1.83465526
"""Samples by which the kernel delays what it filters: take `slope * EDGE_DELAY` from the plain waveform."""

_STEP: Final = (
    (-0.99996315, 0.00190271, 0.00054851, 0.03636936, -0.02351616, 0.04499947, -0.01452034),
    (-0.95417890, 0.15596369, 0.20327244, 0.10316273, 0.01839831, -0.05332742, 0.00780094),
    (-0.51890834, 0.72588941, 0.20640819, -0.18471669, -0.13856984, 0.05455609, 0.00540620),
    (0.15006496, 0.33534295, -0.55304172, -0.10348283, 0.19944872, 0.01696328, -0.02718406),
    (0.01811157, -0.36158740, 0.09660093, 0.33165172, -0.08523347, -0.10221109, 0.03865782),
    (-0.06401020, 0.20653006, 0.13626202, -0.25792198, -0.05812212, 0.13078246, -0.03384111),
    (0.05967931, -0.07641405, -0.18494890, 0.13105237, 0.11758317, -0.10895406, 0.02180189),
    (-0.04020032, 0.00332723, 0.15076204, -0.03907119, -0.11465793, 0.07231467, -0.01102673),
    (0.02144775, 0.02431896, -0.09663307, -0.00717467, 0.08571429, -0.04079573, 0.00421496),
    (-0.00890747, -0.02622751, 0.05154801, 0.02115618, -0.05422381, 0.02012556, -0.00092970),
    (0.00254121, 0.01844201, -0.02319152, -0.01907147, 0.03018749, -0.00893159, -0.00017992),
    (-0.00020376, -0.01011414, 0.00883918, 0.01227516, -0.01514625, 0.00378614, 0.00030036),
    (-0.00026334, 0.00452232, -0.00293017, -0.00629571, 0.00699076, -0.00171172, -0.00014097),
    (0.00017118, -0.00165927, 0.00094031, 0.00261018, -0.00301500, 0.00089998, -0.00000057),
    (-0.00005319, 0.00048541, -0.00034850, -0.00082364, 0.00120075, -0.00051984, 0.00006289),
    (0.00000390, -0.00010224, 0.00016705, -0.00000209, -0.00003961, -0.00005846, 0.00003141),
)
"""What is left of a step, sample by sample: factors of the powers of its age, from the lowest."""

_CORNER: Final = (
    (1.83465540, -0.99993985, 0.00052291, 0.00281578, 0.00165635, 0.00593064),
    (0.84564202, -0.95432235, 0.08001554, 0.05813801, 0.04603668, -0.01661067),
    (0.05889664, -0.51859838, 0.35870104, 0.08787575, -0.08314840, 0.00398089),
    (-0.09228901, 0.14980937, 0.17101645, -0.19832331, -0.00231234, 0.02616212),
    (0.05406127, 0.01812576, -0.18072693, 0.03011209, 0.09292941, -0.03656894),
    (-0.02206772, -0.06383785, 0.10065494, 0.05886691, -0.09626920, 0.02611876),
    (0.00346768, 0.05945777, -0.03499971, -0.07725925, 0.06700726, -0.01314836),
    (0.00452327, -0.04001127, -0.00102169, 0.06298936, -0.03667814, 0.00421698),
    (-0.00597976, 0.02131662, 0.01399856, -0.04077888, 0.01582333, 0.00018858),
    (0.00456726, -0.00882875, -0.01420685, 0.02220234, -0.00479802, -0.00154153),
    (-0.00260486, 0.00249905, 0.00980190, -0.01036688, 0.00042829, 0.00142469),
    (0.00118181, -0.00018315, -0.00533954, 0.00421853, 0.00059397, -0.00089078),
    (-0.00041898, -0.00027272, 0.00238970, -0.00155543, -0.00044877, 0.00042712),
    (0.00012083, 0.00017521, -0.00088515, 0.00056620, 0.00015166, -0.00015347),
    (-0.00002469, -0.00005475, 0.00026466, -0.00021902, 0.00000743, 0.00003161),
    (0.00000524, 0.00000402, -0.00005258, 0.00006094, -0.00000616, -0.00001145),
)
"""The same of a corner."""


def take_edge(queue: vec[float], place: i64) -> float:
    """The queue's sample at `place`, which is free from then on: `position`, or of four `4 * position + 0..3`."""
    if not 0 <= place < len(queue):
        return 0.0
    sample = queue[place]
    queue[place] = 0.0
    return sample


def add_step(queue: vec[float], position: i64, age: float, height: float) -> None:
    """Queue a jump of `height` that happened `age` (0..1) samples ago."""
    if len(queue) < 16:
        return
    for number, factors in enumerate(_STEP):
        place = (position + number) & 15
        queue[place] = queue[place] + height * _polynomial(factors, age)


def add_corner(queue: vec[float], position: i64, age: float, bend: float) -> None:
    """Queue a change of slope by `bend` per sample, `age` (0..1) samples ago; see EDGE_DELAY."""
    if len(queue) < 16:
        return
    for number, factors in enumerate(_CORNER):
        place = (position + number) & 15
        queue[place] = queue[place] + bend * _polynomial(factors, age)


def add_steps(queue: vec[float], position: i64, age: float, a: float, b: float, c: float, d: float) -> None:  # noqa: PLR0913, PLR0917  # four heights
    """Queue a jump of each of four waveforms at the same instant: their heights."""
    if len(queue) < 64:
        return
    for number, factors in enumerate(_STEP):
        _add_four(queue, 4 * ((position + number) & 15), _polynomial(factors, age), (a, b, c, d))


def add_corners(queue: vec[float], position: i64, age: float, a: float, b: float, c: float, d: float) -> None:  # noqa: PLR0913, PLR0917  # four bends
    """Queue a change of slope of each of four waveforms at the same instant: their bends."""
    if len(queue) < 64:
        return
    for number, factors in enumerate(_CORNER):
        _add_four(queue, 4 * ((position + number) & 15), _polynomial(factors, age), (a, b, c, d))


def advance_wave(  # noqa: PLR0913, PLR0917  # a wave's whole state
    queue: vec[float],
    position: i64,
    phase: float,
    speed: float,
    late: float,
    last_width: float,
    width: float,
    saw: bool,  # noqa: FBT001  # as the next two: what is wanted
    square: bool,  # noqa: FBT001
    triangle: bool,  # noqa: FBT001
) -> float:
    """The phase (0..1) after the frame up to `late` (0..1) samples ago; queues the edges on its way.

    The four waveforms are those of `start_wave`. `speed`: cycles per sample, below 0.5 either way.
    `last_width` and `width`: the share of the cycle that the square is up, a frame ago and now.
    `saw`, `square`, `triangle`: whether the edges of these are wanted; a sine has none.
    """
    early = 1.0 - late
    reach = speed * early
    rising = abs(phase - 0.5) < 0.25
    if square:
        _advance_square(queue, position, place_of(phase), reach, late, last_width, width)
    phase += reach
    if phase < 0.0 or phase >= 1.0:
        turn = 1.0 if phase >= 1.0 else -1.0
        phase -= turn
        if saw:
            age = late + early * divide(phase if turn > 0.0 else phase - 1.0, reach)
            add_steps(queue, position, age, -2.0 * turn, 0.0, 0.0, 0.0)
    if triangle and (abs(phase - 0.5) < 0.25) != rising:
        age = late + early * divide(phase - (0.25 if phase < 0.5 else 0.75), reach)
        bend = (-8.0 if phase > 0.5 else 8.0) * abs(speed)
        add_corners(queue, position, age, 0.0, 0.0, bend, 0.0)
    return phase


def _advance_square(  # noqa: PLR0913, PLR0917  # as above
    queue: vec[float], position: i64, place: float, reach: float, late: float, last_width: float, width: float
) -> None:
    """Queue the edges of a square that goes on by `reach` from a place (0..1) in its cycle."""
    early = 1.0 - late
    before = place - last_width
    place += reach
    after = place - width
    if (before < 0.0) != (after < 0.0):
        age = late + early * divide(after, after - before)
        add_steps(queue, position, age, 0.0, 2.0 if after < 0.0 else -2.0, 0.0, 0.0)
    if place < 0.0 or place >= 1.0:
        turn = 1.0 if place >= 1.0 else -1.0
        place -= turn
        age = late + early * divide(place if turn > 0.0 else place - 1.0, reach)
        add_steps(queue, position, age, 0.0, 2.0 * turn, 0.0, 0.0)
        if (place < width) != (turn > 0.0):
            age = late + early * divide(place - width, reach)
            add_steps(queue, position, age, 0.0, -2.0 * turn, 0.0, 0.0)


def start_wave(  # noqa: PLR0913, PLR0917  # as above
    queue: vec[float], position: i64, phase: float, speed: float, late: float, width: float
) -> float:
    """The phase now, if it started anew `late` (0..1) samples ago, at `phase`; queues the jumps of that.

    A cycle begins at 0.5, where the saw turns positive, and goes round: `place_of` counts from there. Saw, square,
    triangle and sine are, in the queue's order: `2 * phase - 1`; 1 below `width` of the place, else -1;
    `-triangle1(phase)`; `-sin1(phase)`.
    """
    jump = (1.0 if speed >= 0.0 else -1.0) - (1.0 if place_of(phase) < width else -1.0)
    bend = tau * speed * (1.0 + cos1(phase))
    fall = EDGE_DELAY * bend + sin1(phase)
    corner = 0.0 if abs(phase - 0.5) < 0.25 else 8.0 * speed
    add_steps(queue, position, late, 1.0 - 2.0 * phase, jump, triangle1(phase), fall)
    add_corners(queue, position, late, 0.0, 0.0, corner, bend)
    return 0.5 + speed * late


def place_of(phase: float) -> float:
    """Where a wave is in its cycle (0..1), which begins at phase 0.5: see `start_wave`."""
    return phase + 0.5 if phase < 0.5 else phase - 0.5


def _polynomial(factors: tuple[float, ...], age: float) -> float:
    sum = factors[-1]
    for factor in reversed(factors[:-1]):
        sum = factor + age * sum
    return sum


def _add_four(queue: vec[float], first: i64, rest: float, sizes: tuple[float, float, float, float]) -> None:
    for number, size in enumerate(sizes):
        queue[first + number] = queue[first + number] + size * rest


class blep(Block):
    """The jumps and corners of one waveform without their aliases: a queue that keeps its own position.

    Add what `process()` gives to the plain waveform, once a sample.
    """

    queue = buffer(frames=16)
    position = 0

    def jump(self, age: float, height: float) -> None:
        """The waveform jumped by `height`, `age` (0 to 1) samples ago."""
        add_step(self.queue, self.position, age, height)

    def bend(self, age: float, slope: float) -> None:
        """Its slope changed by `slope` per sample, `age` (0 to 1) samples ago; see EDGE_DELAY."""
        add_corner(self.queue, self.position, age, slope)

    def process(self) -> float:
        """What to add to the plain waveform."""
        rest = take_edge(self.queue, self.position)
        self.position = (self.position + 1) & 15
        return rest
