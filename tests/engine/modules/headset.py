"""Plays its cable, and hears the sound card."""

from livepatch.module import Module, inlet, outlet, signal


class Headset(Module):
    audio = inlet()
    played = outlet()
    heard = outlet()
    speakers = ("played",)
    captures = ("heard",)

    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        played = signal(self.played)
        for i in range(start, stop):
            played[i] = audio[i]
