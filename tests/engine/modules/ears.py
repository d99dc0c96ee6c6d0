"""Holds what comes in at the sound card."""

from livepatch.module import Module, outlet


class Ears(Module):
    left = outlet()
    right = outlet()
    third = outlet()
    captures = ("left", "right", "third")

    def process(self, start: int, stop: int) -> None:
        """The engine fills them."""
