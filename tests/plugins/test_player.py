"""What a plug-in's process does with a block that it cannot compute just then."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livepatch.plugins.player import Player
from livepatch.plugins.plugin import NOTE_OFF, NOTE_ON, PARAMETER, Clock, Event, Told
from livepatch.protocol.plugin_block import EVENT_FIELDS, PluginBlock


class Heard:
    """Notes what it is to play."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.told: deque[Told] = deque()
        self.silent_outputs = 0
        self.blocks: list[list[Event]] = []

    def process(self, _frames: int, events: Sequence[Event], _silent: int = 0) -> Sequence[Event]:
        self.blocks.append(list(events))
        return ()


def test_what_a_refused_block_had_happens_at_the_beginning_of_the_next(tmp_path: Path) -> None:
    plugin: Any = Heard()
    on, off = Event(NOTE_ON, 3, 0, 60, 0.8, 0.0, 1), Event(NOTE_OFF, 40, 0, 60, 0.5, 0.0, 1)
    turns = [Event(PARAMETER, frame, 0, 7, value) for frame, value in ((0, 0.25), (16, 0.5))]
    later = Event(PARAMETER, 9, 0, 7, 0.75)
    with PluginBlock(tmp_path / "block", 0, 0, create=True) as block:
        player = Player(plugin, block, tmp_path / "door")
        play(player, block, on)
        with player.steady:
            play(player, block, off, *turns)
        assert block.read("failures") == 1.0
        play(player, block, later)
        play(player, block)
        player._listener.close()
    assert plugin.blocks == [[on], [off._replace(frame=0), turns[1]._replace(frame=0), later], []]


def play(player: Player, block: PluginBlock, *events: Event) -> None:
    """Have a block computed that has these events."""
    for place, event in enumerate(events):
        for field, value in enumerate(event):
            block.events[place * EVENT_FIELDS + field] = float(value)
    block.write("events", len(events))
    block.write("frames", 64)
    player._compute()
