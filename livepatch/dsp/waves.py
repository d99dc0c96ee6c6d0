"""Plain waveforms of a phase, ±1; edges.py takes their aliases away."""


def triangle1(phase: float) -> float:
    """A triangle of one cycle for `phase` 0..1: 0, up to 1, down to -1, back to 0; it is in step with sin1."""
    height = 1.0 - abs(4.0 * abs(phase - 0.5) - 1.0)
    return height if phase < 0.5 else -height
