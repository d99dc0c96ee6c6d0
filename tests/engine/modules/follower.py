"""Gives what it reads of the transport."""

from livepatch.module import Module, outlet, transport


class Follower(Module):
    beats = outlet()
    bars = outlet()
    place = outlet()
    swung = outlet()
    tempo = outlet()
    running = outlet()
    song_beats = transport("beats")
    song_bars = transport("bars")
    bar_place = transport("place")
    song_swung = transport("swung")
    song_tempo = transport("tempo")
    song_running = transport("running")

    def step(self) -> None:
        self.beats = self.song_beats
        self.bars = self.song_bars
        self.place = self.bar_place
        self.swung = self.song_swung
        self.tempo = self.song_tempo
        self.running = self.song_running
