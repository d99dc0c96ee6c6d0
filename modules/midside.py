"""Mid-side: what both sides of a stereo sound share and what sets them apart, and back again."""

from livepatch.dsp import clamp
from livepatch.module import Module, connected, inlet, knob, outlet


class Midside(Module):
    """Left and right to mid and side, and mid and side to left and right; the width scales the side.

    With nothing at `mid` and `side` the encoder goes straight into the decoder: a width control for stereo.
    """

    encoder_width = knob(0.0, 2.0, 1.0, "Encoder width", unit="%", multiplier=100.0)
    decoder_width = knob(0.0, 2.0, 1.0, "Decoder width", unit="%", multiplier=100.0)
    left = inlet("Left", voices=True)
    right = inlet("Right", voices=True)
    mid = inlet("Mid", voices=True)
    side = inlet("Side", voices=True)
    encoder_cv = inlet("Encoder width", description="10 V is 200 %")
    decoder_cv = inlet("Decoder width", description="10 V is 200 %")
    left_out = outlet("Left")
    right_out = outlet("Right")
    mid_out = outlet("Mid")
    side_out = outlet("Side")
    bypass = {"left": "left_out", "right": "right_out"}
    rack = {
        "Fundamental/MidSide": {
            "params": {0: "encoder_width", 1: "decoder_width"},
            "inputs": {
                0: "encoder_cv",
                1: "left",
                2: "right",
                3: "decoder_cv",
                4: "mid",
                5: "side",
            },
            "outputs": {0: "mid_out", 1: "side_out", 2: "left_out", 3: "right_out"},
        },
    }

    def step(self) -> None:
        encoder_width = clamp(self.encoder_width + 0.2 * self.encoder_cv, 0.0, 4.0)
        decoder_width = clamp(self.decoder_width + 0.2 * self.decoder_cv, 0.0, 4.0)
        mid = 0.5 * (self.left + self.right)
        side = 0.5 * (self.left - self.right) * encoder_width
        self.mid_out = mid
        self.side_out = side
        if connected(self.mid):
            mid = self.mid
        if connected(self.side):
            side = self.side
        side *= decoder_width
        self.left_out = mid + side
        self.right_out = mid - side
