"""Outlets that carry several voices show a bar for each."""

from pathlib import Path

import pytest

from livepatch.protocol.levels import Levels
from livepatch.protocol.meters import VOICES, Meters
from livepatch.tui.look import LIVEPATCH, Look
from livepatch.tui.model import Rack
from livepatch.tui.moving import moved_lines
from livepatch.tui.panel_rows import LevelRow
from livepatch.tui.panel_view import PanelView, Place
from tests.tui.fake_session import SLOTS, FakeSession

LOOK = Look.of(LIVEPATCH.to_color_system().generate(), dark=True)


def outlet_line(meters: Meters, width: int, *volts: float) -> str:
    """The line of the fake vco's first outlets, the first of which carries these voices."""
    meters.channels[SLOTS[1]] = len(volts)
    for voice, each in enumerate(volts):
        meters.voices[VOICES * SLOTS[1] + voice] = each
    rack = Rack()
    rack.take(FakeSession(meters.path.parent, meters=meters).welcome())
    levels = Levels()
    levels.follow(meters.path)
    panel = PanelView(rack, rack.patch.modules[1], LOOK, Place(0, 0, width))
    list(moved_lines(panel, levels))
    line = next(line for line, row in enumerate(panel.rows) if isinstance(row, LevelRow))
    strip = panel.strip(line)
    assert strip.cell_length == width
    levels.close()
    return strip.text


@pytest.mark.parametrize(
    ("width", "voices", "shown"),
    [(25, 1, "sine        tri"), (25, 3, "sine   ⣿⡇ 3"), (60, 16, "⣿⣿⣿⣿⣿⣿⣿⣿ 16"), (25, 16, "sine   16")],
)
def test_the_voices_of_an_outlet_are_counted_as_far_as_there_is_room(
    tmp_path: Path, width: int, voices: int, shown: str
) -> None:
    with Meters(tmp_path / "meters", create=True) as meters:
        assert shown in outlet_line(meters, width, *[10.0] * voices)


def test_bars_fall_no_faster_than_meters(tmp_path: Path) -> None:
    with Meters(tmp_path / "meters", create=True) as meters:
        rack = Rack()
        rack.take(FakeSession(tmp_path, meters=meters).welcome())
        levels = Levels()
        levels.follow(meters.path)
        panel = PanelView(rack, rack.patch.modules[1], LOOK, Place(0, 0, 25))
        meters.channels[SLOTS[1]] = 2
        seen = []
        for volts in (10.0, 0.0, 0.0):
            meters.voices[VOICES * SLOTS[1]] = volts
            list(moved_lines(panel, levels))
            seen.append(panel.voices["sine"])
        levels.close()
    assert seen == [(4, 0), (3, 0), (2, 0)]
