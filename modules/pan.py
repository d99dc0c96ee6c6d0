"""Pan: a sound's place between left and right."""

from livepatch.dsp import clamp, quarter_sine
from livepatch.module import Module, inlet, knob, outlet, switch


class Pan(Module):
    """One sound to two sides. `equal power` is as loud in the middle (-3 dB a side) as at the ends."""

    pan = knob(-1.0, 1.0, 0.0, "Pan", unit="%", multiplier=100.0, description="-100 % left, 100 % right")
    law = switch("equal power", "linear", label="Law", description="linear: -6 dB a side in the middle")
    audio = inlet("Audio")
    cv = inlet("Pan", description="-5 V left, 5 V right")
    left = outlet("Left")
    right = outlet("Right")

    def step(self) -> None:
        place = 0.5 + 0.5 * clamp(self.pan + 0.2 * self.cv, -1.0, 1.0)
        left, right = quarter_sine(1.0 - place), quarter_sine(place)
        if self.law == 1:
            left, right = 1.0 - place, place
        self.left = left * self.audio
        self.right = right * self.audio

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.audio
