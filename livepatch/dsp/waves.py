"""Plain waveforms of a phase, ±1; edges.py takes their aliases away."""


def quarter_sine(x: float) -> float:
    """The sine of `x` quarter turns from 0 to 1: relative error below 3e-11. Its cosine is that of `1 - x`.

    Cheaper than sin1, which takes any number of turns.
    """
    z = x * x
    high = 0.0001602470331133754 - z * 3.4287922597020515e-06
    middle = 0.07969260126185618 - z * 0.004681651020718214
    low = 1.5707963267616913 - z * 0.6459640952648342
    z2 = z * z
    return x * (low + z2 * (middle + z2 * high))


def sine1(phase: float) -> float:
    """A sine of one cycle for `phase` 0..1, to a relative 5e-9; cheaper than sin1, which takes any phase."""
    y = 0.5 - phase
    z = y * y
    z2 = z * z
    low = 25.132741120330934 - z * 64.83581605063247
    middle = 67.07641230169274 - z * 38.49347706329425
    high = 14.038653980178358 - z * 3.143875103829579
    return y * (0.25 - z) * (low + z2 * (middle + z2 * high))


def triangle1(phase: float) -> float:
    """A triangle of one cycle for `phase` 0..1: 0, up to 1, down to -1, back to 0; it is in step with sin1."""
    height = 1.0 - abs(4.0 * abs(phase - 0.5) - 1.0)
    return height if phase < 0.5 else -height
