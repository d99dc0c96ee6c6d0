"""Audio in: what comes in at the sound card; silent, since nothing is captured yet."""

from livepatch.module import Module, outlet


class AudioIn(Module):
    """Left and right from the sound card. Nothing is captured yet: both are 0 V."""

    left = outlet("Left")
    right = outlet("Right")

    def step(self) -> None:
        self.left = 0.0
        self.right = 0.0
