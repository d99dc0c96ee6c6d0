"""Audio in: what comes in at the sound card."""

from livepatch.module import Module, outlet


class AudioIn(Module):
    """Left and right from the sound card: its first two channels, ±10 V at full scale. See audio_out8 for more.

    The card's input is open only while a cable leaves one of these, or of the inputs of an audio_out.
    """

    left = outlet("Left")
    right = outlet("Right")
    captures = ("left", "right")

    def process(self, start: int, stop: int) -> None:
        """The engine fills both."""
