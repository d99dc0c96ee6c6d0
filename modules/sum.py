"""Sum: all voices of a cable in one."""

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, knob, outlet, poly, signal


class Sum(Module):
    """Adds the voices of a cable."""

    level = knob(0.0, 1.0, 1.0, "Level", unit="%", multiplier=100.0)
    audio = inlet("Voices")
    out = outlet("Sum")
    bypass = {"audio": "out"}
    rack = {"Fundamental/Sum": {"params": {0: "level"}, "inputs": {0: "audio"}, "outputs": {0: "out"}}}

    def process(self, start: int, stop: int) -> None:
        audio = poly(self.audio)
        level = signal(self.level)
        out = signal(self.out)
        for i in range(start, stop):
            total = 0.0
            for voice in range(channels(self.audio)):
                total += audio[i * VOICES + voice]
            out[i] = level[i] * total
