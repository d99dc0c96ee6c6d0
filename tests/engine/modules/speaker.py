"""Takes two signals to the sound card."""

from livepatch.module import Module, inlet, outlet


class Speaker(Module):
    speakers = ("main_left", "main_right")
    left = inlet()
    right = inlet(normal="left")
    main_left = outlet()
    main_right = outlet()

    def step(self) -> None:
        self.main_left = self.left
        self.main_right = self.right
