"""Audio out: what the speakers play."""

from livepatch.module import Module, inlet, knob, outlet


class AudioOut(Module):
    """Left and right to the sound card; one cable in `left` plays on both."""

    level = knob(0.0, 2.0, 1.0, "Level", unit="dB", base=-10.0, multiplier=20.0)
    left = inlet("Left")
    right = inlet("Right", normal="left")
    main_left = outlet("Left speaker")
    main_right = outlet("Right speaker")
    speakers = ("main_left", "main_right")

    def step(self) -> None:
        self.main_left = self.level * self.left
        self.main_right = self.level * self.right
