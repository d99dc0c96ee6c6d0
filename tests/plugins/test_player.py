"""What a plug-in's process does with a block that it cannot compute just then."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livepatch.plugins.player import Player
from livepatch.plugins.plugin import (
    BEND,
    EXPRESSION,
    NOTE_OFF,
    NOTE_ON,
    PARAMETER,
    TUNING,
    Clock,
    Event,
    Told,
)
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


def test_notes_that_are_held_begin_anew_as_they_are_where_the_plug_in_has_forgotten_them(tmp_path: Path) -> None:
    plugin: Any = Heard()

    def note(kind: int, key: int, value: float = 0.8, extra: float = 0.0) -> Event:
        return Event(kind, 3, 0, key, value, extra, key)

    bend = Event(BEND, 0, 0, 0, 0.25)
    before = [note(NOTE_ON, 60), note(NOTE_ON, 61), note(NOTE_ON, 62), bend]
    own = [note(EXPRESSION, 60, 0.1, 5.0), note(EXPRESSION, 60, 0.2, 6.0), note(TUNING, 61, -0.1)]
    with PluginBlock(tmp_path / "block", 0, 0, create=True) as block:
        player = Player(plugin, block, tmp_path / "door")
        play(player, block, *before)
        play(player, block, note(EXPRESSION, 60, 0.9, 5.0), note(NOTE_OFF, 62), *own)
        with player.steady:
            player.forgotten = True
            play(player, block, note(NOTE_OFF, 61), note(NOTE_ON, 63))
        play(player, block, note(NOTE_ON, 64))
        play(player, block)
        player._listener.close()
    *_, heard, last = plugin.blocks
    again = [bend, note(NOTE_OFF, 60, 0.5), note(NOTE_ON, 60), *own[:2], note(NOTE_OFF, 61), note(NOTE_ON, 63)]
    assert heard == [*(event._replace(frame=0) for event in again), note(NOTE_ON, 64)]
    assert last == []


def play(player: Player, block: PluginBlock, *events: Event) -> None:
    """Have a block computed that has these events."""
    for place, event in enumerate(events):
        for field, value in enumerate(event):
            block.events[place * EVENT_FIELDS + field] = float(value)
    block.write("events", len(events))
    block.write("frames", 64)
    player._compute()
