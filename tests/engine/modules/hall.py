"""As the desk, in blocks and with all voices: it plays the annex's audio times its level to both."""

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, neighbour, outlet, poly, set_channels, signal


class Hall(Module):
    """`out` is the annex's audio times its level, `double` of the annex twice that."""

    out = outlet()
    more = neighbour("right", "annex")
    audio = more.inlet("audio")
    level = more.knob("level")
    double = more.outlet("double")

    def process(self, start: int, stop: int) -> None:
        """A block."""
        audio = poly(self.audio)
        level = signal(self.level)
        double = poly(self.double)
        out = signal(self.out)
        voices = channels(self.audio)
        for i in range(start, stop):
            out[i] = level[i] * audio[i * VOICES] if self.more.there else -1.0
            for voice in range(voices):
                double[i * VOICES + voice] = 2.0 * level[i] * audio[i * VOICES + voice]
        set_channels(self.double, voices)
