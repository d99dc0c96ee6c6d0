"""Blocks in sixteen voices: each has its own, and those made of arithmetic run side by side."""

import numpy as np
import pytest

from tests.dsp.playing import Native, text_of

FRAMES = 300
TRIGGERED = "if self.edge.rises(self.x):\n    "
SIDE_BY_SIDE = {
    "schmitt": ("a = schmitt()", "self.out = 1.0 if self.a.falls(self.x) else 0.0"),
    "edge": ("a = edge()", "self.out = 1.0 if self.a.changes(self.x > self.y) else 0.0"),
    "pulse": (
        "edge = schmitt()\na = pulse()",
        f"{TRIGGERED}self.a.start(0.0004)\nself.out = 1.0 if self.a.process() else 0.0",
    ),
    "timer": ("edge = schmitt()\na = timer()", f"{TRIGGERED}self.a.reset()\nself.out = self.a.process()"),
    "divider": (
        "edge = schmitt()\na = clock_divider(3)",
        "if self.edge.rises(self.x) and self.a.process():\n    self.out += 1.0",
    ),
    "slew": ("a = slew()", "self.out = self.a.process(self.x, 900.0, 300.0)"),
    "exponential slew": ("a = exponential_slew()", "self.out = self.a.process(self.x, 0.001, 0.002)"),
    "one pole": ("a = one_pole()", "self.out = self.a.high(self.x, self.k)"),
    "biquad": ("a = biquad()", "self.out = self.a.peak(self.x, self.k, 2.0, self.y)"),
    "state variable": (
        "a = state_variable()",
        "self.out = self.a.process(self.x, self.k)\nself.other = self.a.band",
    ),
    "ladder": ("a = ladder()", "self.out = self.a.process(self.x, self.k, 0.9)\nself.other = self.a.high"),
    "oversampling": (
        "a = oversampling4()",
        "b, c, d, e = self.a.up(self.x)\nself.out = self.a.down(tanh(b), tanh(c), tanh(d), tanh(e))",
    ),
    "meter": ("a = vu_meter()", "self.out = self.a.process(self.x)\nself.other = self.a.peak"),
    "a swing": (
        "a = ode2()",
        "self.a.x += 0.01 * self.x\nself.a.rk4(self.slope, 0.0001)\nself.out = self.a.x",
    ),
}
SLOPE = """
def slope(self, x: float, y: float) -> tuple[float, float]:
    return 300.0 * y, -300.0 * x
"""


@pytest.mark.parametrize(("declared", "step"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE)
def test_a_block_of_arithmetic_runs_sixteen_voices_side_by_side(native: Native, declared: str, step: str) -> None:
    text = text_of(declared, step, SLOPE if "slope" in step else "")
    time, voice = np.arange(FRAMES)[:, None] / 48000.0, np.arange(16)[None, :]
    given = {
        "x": 5.0 * np.sin(2.0 * np.pi * (300.0 + 40.0 * voice) * time),
        "y": 4.0 * np.sin(2.0 * np.pi * (200.0 + 9.0 * voice) * time),
        "k": 100.0 + 50.0 * voice + 20.0 * np.sin(300.0 * time),
    }
    together = native(text)
    heard = together.render_voices(FRAMES, given)
    for number in range(16):
        alone = native(text).render(FRAMES, {name: signal[:, number] for name, signal in given.items()})
        for outlet, volts in alone.items():
            assert heard[outlet][:, number] == pytest.approx(volts, abs=1e-9), (outlet, number)
    assert together.module.lanes
    assert np.ptp(heard["out"], axis=0).min() > 0.0
