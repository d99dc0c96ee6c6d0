"""The oscillator that `livepatch bench` times against step_vco.c, the same loop written in C."""

from livepatch.dsp import C4_HZ, exp2, frac, sin1
from livepatch.module import Module, inlet, knob, outlet


def blep(phase: float, dt: float) -> float:
    """The correction of a step at phase 0, two samples wide."""
    if phase < dt:
        t = 1.0 - phase / dt
        return -t * t
    if phase > 1.0 - dt:
        t = 1.0 + (phase - 1.0) / dt
        return t * t
    return 0.0


class StepVco(Module):
    """Saw and sine, 1 V/oct, with linear FM."""

    tune = knob(-4.0, 4.0, 0.0, unit="oct")
    fm = knob(0.0, 1.0)
    voct = inlet()
    modulation = inlet()
    saw = outlet()
    sine = outlet()
    phase = 0.0

    def step(self) -> None:
        """Advance the phase by one sample."""
        dt = C4_HZ / self.sample_rate * exp2(self.tune + self.voct) * (1.0 + self.fm * self.modulation)
        self.phase = frac(self.phase + dt)
        self.saw = 5.0 * (2.0 * self.phase - 1.0 - blep(self.phase, dt))
        self.sine = 5.0 * sin1(self.phase)
