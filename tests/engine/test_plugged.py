"""A plug-in in the rack: a real one in a process of its own, the fixture that tests/plugins has in C."""

import math
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.patch.edits import RemoveModule, SetBypass
from livepatch.protocol.messages import PluginLost
from livepatch.protocol.plugin_block import PluginBlock
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_messages import AskText, Bypass, Turn
from livepatch.session.plugin_host import PluginHost
from livepatch.voltage import FULL_SCALE_VOLTS
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob
from tests.plugins.building import build
from tests.plugins.hosting import code_of, facts_of, hosted
from tests.session.guest import until

SYNTH, SOURCE, OTHER = 1, 2, 3
CONSTANT_WAVE = 1.0
LEVEL, WAVE = 1, 3
"""Two of its parameters."""
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(build("vst2_synth.c", folder), folder)


@pytest.fixture
def host(facts: Facts) -> Iterator[PluginHost]:
    with hosted(facts) as found:
        yield found


class Rack(Playing):
    """A rack with the plug-in in it, its knobs turned, for as long as it is needed."""

    def __init__(self, host: PluginHost, *types: str, **knobs: float) -> None:
        plugin = code_of(host.facts)
        super().__init__(plugin, *map(code, types))
        assert plugin.plugin is not None
        ids = dict(plugin.plugin.ports.knobs)
        host.say(Turn({ids[name]: value for name, value in knobs.items()}))
        host.ask(lambda serial: AskText(serial, 0))
        self.engine.plug_in(host.place())
        self.perform(add(SYNTH, plugin.type, plugin.source, **knobs))


Play = Callable[..., Rack]


@pytest.fixture
def playing(host: PluginHost) -> Iterator[Callable[..., Rack]]:
    racks: list[Rack] = []

    def play(*types: str, host: PluginHost = host, **knobs: float) -> Rack:
        racks.append(Rack(host, *types, **knobs))
        return racks[-1]

    yield play
    for rack in racks:
        rack.engine.rack.plugs.close()


def test_the_panel_has_its_parameters_buses_and_notes(facts: Facts) -> None:
    panel = code_of(facts).panel
    assert [knob.name for knob in panel.knobs][:4] == ["gain", "level", "latency", "wave"]
    assert [inlet.name for inlet in panel.inlets] == [
        "voct", "gate", "velocity", "bend", "pressure", "audio", "right",
    ]  # fmt: skip
    assert [outlet.name for outlet in panel.outlets][:2] == ["out", "right_out"]


def test_of_one_that_computes_32_bits_none_is_lost(tmp_path: Path) -> None:
    with hosted(facts_of(build("vst2_synth.c", tmp_path, "-DREPLACING=0", name="floats.so"), tmp_path)) as host:
        rack = Rack(host, "sine")
        rack.perform(add(SOURCE, "sine", hertz=440.0), cable(SOURCE, "out", SYNTH, "audio"))
        rack.volts(SYNTH, "out", 8 * QUANTUM)
        sent, out = rack.outlets(16 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"))
        rack.engine.rack.plugs.close()
    assert_array_equal(out, np.float32(sent * (1.0 / FULL_SCALE_VOLTS)).astype(float) * FULL_SCALE_VOLTS)


def test_what_goes_in_comes_out_within_the_rounding_of_32_bits(playing: Play) -> None:
    made = playing("sine")
    made.perform(add(SOURCE, "sine", hertz=440.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.volts(SYNTH, "out", 8 * QUANTUM)
    sent, left, right = made.outlets(16 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"), (SYNTH, "right_out"))
    assert np.abs(sent).max() > 1.0
    assert_allclose(left, sent, atol=1e-6)
    assert_array_equal(right, left)  # unpatched, the right hears the left


def test_a_note_begins_at_the_frame_of_its_gate_and_ends_there(playing: Play) -> None:
    made = playing("constant", wave=CONSTANT_WAVE, level=1.0)
    made.perform(add(SOURCE, "constant", volts=0.0), cable(SOURCE, "out", SYNTH, "gate"))
    made.volts(SYNTH, "out", 8 * QUANTUM)
    at = made.engine.frame
    made.engine.perform(9, knob(SOURCE, "volts", 10.0), at + 2 * QUANTUM + 37)
    made.engine.perform(10, knob(SOURCE, "volts", 0.0), at + 6 * QUANTUM + 5)
    gate, out = made.outlets(10 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"))
    begins = int(np.argmax(gate >= 1.0))
    assert begins > 2 * QUANTUM + 36
    assert not np.any(out[:begins])
    assert np.all(out[begins : begins + QUANTUM] > 1.0)
    ends = begins + int(np.argmax(gate[begins:] < 0.1))
    assert out[ends - 1] > 1.0
    assert not np.any(out[ends:])


@pytest.mark.parametrize(("volts", "hertz"), [(0.75, 440.0), (-0.25, 220.0), (0.75 + 0.05 / 12.0, 441.2726)])
def test_a_note_has_the_pitch_of_its_volts(playing: Play, volts: float, hertz: float) -> None:
    made = playing("constant", level=1.0)
    made.perform(add(SOURCE, "constant", volts=volts), cable(SOURCE, "out", SYNTH, "voct"))
    made.volts(SYNTH, "out", 8 * QUANTUM)
    made.perform(add(OTHER, "constant", volts=10.0), cable(OTHER, "out", SYNTH, "gate"))
    made.volts(SYNTH, "out", 8 * QUANTUM)
    out = made.volts(SYNTH, "out", 768 * QUANTUM)
    assert _hertz(out) == pytest.approx(hertz, abs=0.05)


def test_a_turned_knob_is_heard_from_its_very_frame(playing: Play) -> None:
    made = playing("constant", gain=1.0)
    made.perform(add(SOURCE, "constant", volts=5.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.volts(SYNTH, "out", 16 * QUANTUM)
    at = made.engine.frame
    made.engine.perform(9, knob(SYNTH, "gain", 0.5), at + QUANTUM + 21)
    out = made.volts(SYNTH, "out", 8 * QUANTUM)
    assert_allclose(out[: QUANTUM + 21], 5.0, atol=1e-6)
    assert out[QUANTUM + 21] < 4.999
    assert_allclose(out[-QUANTUM:], 2.5, atol=1e-6)


def test_a_step_on_a_cable_to_a_knob_is_heard_at_its_frame(playing: Play) -> None:
    made = playing("constant", "counter", gain=0.0)
    made.perform(add(SOURCE, "constant", volts=5.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.perform(add(OTHER, "counter"), cable(OTHER, "number", SYNTH, "gain", 0.001))
    counted, out = made.outlets(24 * QUANTUM, (OTHER, "number"), (SYNTH, "out"))
    late = 16 * QUANTUM
    assert_allclose(out[late:], 5.0 * np.clip(0.001 * counted[late:], 0.0, 1.0), atol=5.0 * 0.001 * 16 + 1e-6)


def test_a_loop_of_cables_through_it_is_heard_a_quantum_later(playing: Play) -> None:
    made = playing("constant", "total", gain=1.0)
    made.perform(
        add(SOURCE, "constant", volts=1.0),
        add(OTHER, "total"),
        cable(SOURCE, "out", OTHER, "a"),
        cable(OTHER, "out", SYNTH, "audio"),
        cable(SYNTH, "out", OTHER, "b", 0.5),
    )
    out = made.volts(OTHER, "out", 40 * QUANTUM)
    assert out[-1] == pytest.approx(2.0, abs=1e-3)
    assert np.all(np.isfinite(out))


def test_its_latency_holds_back_what_meets_it(host: PluginHost, playing: Play) -> None:
    made = playing("sine", "total", latency=0.1)
    made.perform(
        add(SOURCE, "sine", hertz=300.0),
        add(OTHER, "total"),
        cable(SOURCE, "out", SYNTH, "audio"),
        cable(SYNTH, "out", OTHER, "a"),
        cable(SOURCE, "out", OTHER, "b", -1.0),
    )
    until(lambda: host.read("latency") == 100, "it says how late it is")
    made.volts(OTHER, "out", 40 * QUANTUM)
    assert_allclose(made.volts(OTHER, "out", 8 * QUANTUM), 0.0, atol=2e-6)


@pytest.mark.parametrize("fault", [1, 2, 6, 9])
def test_one_that_dies_or_plays_no_numbers_is_bypassed_without_a_click(playing: Play, fault: int) -> None:
    made = playing("sine", level=0.0)
    made.perform(add(SOURCE, "sine", hertz=220.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.volts(SYNTH, "out", 16 * QUANTUM)
    made.perform(knob(SYNTH, "fault", fault / 15.0))
    sent, out = made.outlets(16 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"))
    assert np.all(np.isfinite(out))
    steepest = np.abs(np.diff(sent)).max()
    assert np.abs(np.diff(out)).max() <= 1.5 * steepest + 5.0 / 240.0
    assert_allclose(out[-8 * QUANTUM :], sent[-8 * QUANTUM :], atol=1e-9)
    assert [message.id for message in made.messages if isinstance(message, PluginLost)] == [SYNTH]


def test_a_process_that_writes_nonsense_is_let_go(host: PluginHost, playing: Play) -> None:
    made = playing("sine")
    made.perform(add(SOURCE, "sine", hertz=220.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.volts(SYNTH, "out", 16 * QUANTUM)
    host.read("done")
    with PluginBlock(Path(host.place().block), 2, 2) as block:
        block.write("latency", math.nan)
        made.volts(SYNTH, "out", QUANTUM)
    told = [message for message in made.messages if isinstance(message, PluginLost)]
    assert [message.how for message in told] == ["answered nonsense"]


def test_what_was_removed_is_left_soon(host: PluginHost, playing: Play) -> None:
    made = playing("sine")
    bridge = made.engine.rack.plugs.of(SYNTH, code_of(host.facts), 48000.0).bridge
    made.perform(RemoveModule(SYNTH))
    made.sound(16 * QUANTUM)
    assert bridge.connected
    until(lambda: not made.engine.messages() and not bridge.connected, "its line is closed")


def test_another_process_takes_over_and_plays_what_is_held(host: PluginHost, playing: Play) -> None:
    made = playing("constant", wave=CONSTANT_WAVE, level=1.0)
    made.perform(add(OTHER, "constant", volts=10.0), cable(OTHER, "out", SYNTH, "gate"))
    assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] > 1.0
    os.kill(host.child.pid, signal.SIGKILL)
    host.child.end(5.0)
    assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] == 0.0
    with hosted(host.facts) as following:
        following.say(Turn({LEVEL: 1.0, WAVE: CONSTANT_WAVE}))
        following.ask(lambda serial: AskText(serial, 0))
        made.engine.plug_in(following.place())
        made.volts(SYNTH, "out", 4 * QUANTUM)
        assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] > 1.0


@pytest.mark.parametrize("kind", ["own", "ours", "hard"])
def test_bypassed_it_lets_the_input_through(host: PluginHost, playing: Play, kind: str) -> None:
    assert host.facts.own_bypass
    host.facts = msgspec.structs.replace(host.facts, own_bypass=kind != "ours")
    made = playing("constant", gain=0.5)
    made.perform(add(SOURCE, "constant", volts=4.0), cable(SOURCE, "out", SYNTH, "audio"))
    assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] == pytest.approx(2.0)
    for on, volts in ((True, 4.0), (False, 2.0)):
        made.perform(SetBypass(SYNTH, on, kind == "hard"))
        if kind == "own":
            host.say(Bypass(on))
            host.ask(lambda serial: AskText(serial, 0))
        assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] == pytest.approx(volts)
    made.perform(RemoveModule(SYNTH))
    made.sound(16 * QUANTUM)


def test_what_is_played_in_odd_parts_is_the_same_to_the_last_bit(facts: Facts, playing: Play) -> None:
    takes = []
    for parts in ((), (13, 40, 41)):
        with hosted(facts) as host:
            made = playing("sine", host=host, gain=0.5)
            made.perform(add(SOURCE, "sine", hertz=220.0), cable(SOURCE, "out", SYNTH, "audio"))
            made.volts(SYNTH, "out", 8 * QUANTUM)
            at = made.engine.frame
            for part in parts:
                made.engine.perform(9, knob(SOURCE, "hertz", 220.0), at + 3 * QUANTUM + part)
            takes.append(made.volts(SYNTH, "out", 16 * QUANTUM))
    assert np.abs(takes[0]).max() > 0.5
    assert_array_equal(takes[0], takes[1])


def _hertz(out: NDArray[np.float64]) -> float:
    """The frequency of a sine, from where it goes up through 0."""
    rising = np.flatnonzero((out[:-1] < 0.0) & (out[1:] >= 0.0))
    places = rising - out[rising] / (out[rising + 1] - out[rising])
    return 48000.0 * (len(places) - 1) / float(places[-1] - places[0])
