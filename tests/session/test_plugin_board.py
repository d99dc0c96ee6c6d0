"""What front ends are told of plug-ins."""

import math
import time
from dataclasses import dataclass, field

import pytest

from livepatch.patch.edits import AddModule
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Message, PluginShown, PluginState
from livepatch.protocol.plugin_facts import Bus, Facts, Parameter, Snapshot
from livepatch.protocol.plugin_panel import PluginBuild, build
from livepatch.session.plugin_board import PluginBoard
from livepatch.session.plugin_host import PluginHost
from tests.session.table import Table

FACTS = Facts(
    format="vst3",
    path="/v/Delay.vst3",
    uid="0" * 32,
    name="Delay",
    vendor="Maker",
    version="1.2",
    outputs=(Bus("Out", 2),),
    parameters=(Parameter(id=7, name="Gain", default=0.25), Parameter(id=9, name="Mix")),
    snapshots=(Snapshot("/v/big.png", 2.0), Snapshot("/v/small.png", 1.0)),
)


@dataclass
class Guest:
    id: int = 1
    build: PluginBuild = field(default_factory=lambda: build(FACTS))
    host: PluginHost | None = None
    deaths: list[float] = field(default_factory=list)
    again: float = math.inf
    given_up: bool = False


@pytest.fixture
def told() -> list[Message]:
    return []


@pytest.fixture
def board(table: Table, told: list[Message]) -> PluginBoard:
    table.rack.perform(AddModule(PlacedModule(id=1, name="delay", type="vco", source="1")))
    return PluginBoard(table.rack, told.append)


def test_texts_are_told_by_knob_and_kept_for_who_comes_later(board: PluginBoard, told: list[Message]) -> None:
    board.show(Guest(), {7: "-6 dB", 9: "0 %", 1000: "unknown"})
    board.show(Guest(), {9: "1 %"})
    assert told == [PluginShown(1, {"gain": "-6 dB", "mix": "0 %"}), PluginShown(1, {"mix": "1 %"})]
    assert board.everything() == [PluginShown(1, {"gain": "-6 dB", "mix": "1 %"})]
    board.forget(1)
    assert board.everything() == []


def test_a_text_is_of_the_value_it_was_told_at(board: PluginBoard) -> None:
    board.show(Guest(), {7: "-6 dB"})
    assert board.text(1, "gain", 0.25) == "-6 dB"
    assert board.text(1, "gain", 0.5) == ""
    assert board.text(2, "gain", 0.25) == ""


def test_how_a_plugin_stands_is_told_when_it_changes(board: PluginBoard, told: list[Message]) -> None:
    guest = Guest()
    board.look([guest], 48000.0)
    board.look([guest], 48000.0)
    guest.deaths, guest.again = [time.monotonic()], time.monotonic() + 0.2
    board.ended(1, "crashed (SIGSEGV)")
    board.look([guest], 48000.0)
    guest.again, guest.given_up = math.inf, True
    board.look([guest], 48000.0)
    states = [message for message in told if isinstance(message, PluginState)]
    assert [state.state for state in states] == ["starting", "waiting", "given up"]
    assert states[0] == PluginState(1, "starting", kind="VST3 effect", made="Maker 1.2", picture="/v/small.png")
    assert (states[2].why, states[2].restarts) == ("crashed (SIGSEGV)", 1)
    assert board.everything() == [states[2]]
