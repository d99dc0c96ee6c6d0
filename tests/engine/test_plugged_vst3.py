"""A VST3 plug-in in the rack, in a process of its own: what is different from VST2."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from livepatch.plugins.host import IDLE_SECONDS
from livepatch.protocol.messages import Message, PluginLost
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_messages import AskText, Keep, Kept, Restored, Turn
from livepatch.session.plugin_host import PluginHost
from tests.engine.playing import QUANTUM, add, cable, knob
from tests.engine.test_plugged import OTHER, SOURCE, SYNTH, Rack
from tests.plugins.hosting import code_of, facts_of, hosted
from tests.plugins.vst3.rig import hertz
from tests.plugins.vst3.synth_bundle import GAIN, fault, vst3_bundle
from tests.session.guest import until

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(vst3_bundle(folder), folder)


@pytest.fixture
def host(facts: Facts) -> Iterator[PluginHost]:
    with hosted(facts) as found:
        yield found


@pytest.fixture
def rack(host: PluginHost) -> Iterator[Rack]:
    made = Rack(host, "constant", "sine", "total")
    yield made
    made.engine.rack.plugs.close()


def test_the_side_chain_has_an_inlet_and_hidden_and_read_only_parameters_have_no_knob(facts: Facts) -> None:
    panel = code_of(facts).panel
    assert [inlet.name for inlet in panel.inlets][5:] == [
        "volume", "pan", "note_gain", "accent", "shape", "audio", "right", "side_chain_audio",
    ]  # fmt: skip
    names = {knob.name for knob in panel.knobs}
    assert {"gain", "octave", "colour"} <= names
    assert not {"secret", "level"} & names


def test_a_note_follows_its_volts_while_it_sounds(rack: Rack) -> None:
    rack.perform(add(SOURCE, "constant", volts=0.75), cable(SOURCE, "out", SYNTH, "voct"))
    rack.perform(add(OTHER, "constant", volts=10.0), cable(OTHER, "out", SYNTH, "gate"))
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    before = rack.volts(SYNTH, "out", 512 * QUANTUM)
    rack.perform(knob(SOURCE, "volts", 0.75 + 0.3 / 12.0))
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    after = rack.volts(SYNTH, "out", 512 * QUANTUM)
    assert hertz(before) == pytest.approx(440.0, abs=0.1)
    assert hertz(after) == pytest.approx(440.0 * 2 ** (0.3 / 12.0), abs=0.1)


def test_a_turned_knob_is_heard_from_its_very_frame(rack: Rack) -> None:
    rack.perform(add(SOURCE, "constant", volts=5.0), cable(SOURCE, "out", SYNTH, "audio"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    at = rack.engine.frame
    rack.engine.perform(9, knob(SYNTH, "gain", 0.5), at + QUANTUM + 21)
    out = rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert_allclose(out[: QUANTUM + 21], 5.0, atol=1e-6)
    assert out[QUANTUM + 21] < 4.999
    assert_allclose(out[-QUANTUM:], 2.5, atol=1e-6)


def test_its_latency_holds_back_what_meets_it(host: PluginHost, rack: Rack) -> None:
    rack.perform(knob(SYNTH, "latency", 0.1))
    rack.perform(
        add(SOURCE, "sine", hertz=300.0),
        add(OTHER, "total"),
        cable(SOURCE, "out", SYNTH, "audio"),
        cable(SYNTH, "out", OTHER, "a"),
        cable(SOURCE, "out", OTHER, "b", -1.0),
    )
    rack.volts(OTHER, "out", 4 * QUANTUM)
    until(lambda: host.read("latency") == 100, "it says how late it is")
    rack.volts(OTHER, "out", 40 * QUANTUM)
    assert_allclose(rack.volts(OTHER, "out", 8 * QUANTUM), 0.0, atol=2e-6)


def later(kept: Callable[[], str]) -> str:
    """What is kept once the plug-in has had its idle time."""
    time.sleep(4.0 * IDLE_SECONDS)
    return kept()


def test_a_meter_that_moves_is_nothing_to_save(host: PluginHost, rack: Rack, tmp_path: Path) -> None:
    def kept() -> str:
        answer = host.ask(lambda serial: Keep(serial, str(tmp_path / "state"), always=False))
        assert isinstance(answer, Kept)
        return answer.path

    rack.perform(add(SOURCE, "sine", hertz=220.0), cable(SOURCE, "out", SYNTH, "audio"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    until(lambda: not kept() and not later(kept), "everything is saved, what it said in its idle time too")
    for _ in range(3):
        rack.volts(SYNTH, "out", 80 * QUANTUM)
        assert not kept()
    host.say(Turn({GAIN: 0.5}))
    assert kept()


@pytest.mark.parametrize("name", ["Crash", "Abort", "NaN", "Exit"])
def test_one_that_dies_or_plays_no_numbers_is_bypassed(rack: Rack, name: str) -> None:
    rack.perform(add(SOURCE, "sine", hertz=220.0), cable(SOURCE, "out", SYNTH, "audio"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    rack.perform(knob(SYNTH, "fault", fault(name)))
    sent, out = rack.outlets(16 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"))
    assert np.all(np.isfinite(out))
    assert_allclose(out[-8 * QUANTUM :], sent[-8 * QUANTUM :], atol=1e-9)
    assert [message.id for message in rack.messages if isinstance(message, PluginLost)] == [SYNTH]


def test_it_is_told_which_channels_are_silent_and_says_when_it_is(host: PluginHost, rack: Rack) -> None:
    rack.volts(SYNTH, "out", 4 * QUANTUM)
    assert (host.read("silent_inputs"), host.read("silent_outputs")) == (0b111, 0b11)
    rack.perform(add(SOURCE, "constant", volts=5.0), cable(SOURCE, "out", SYNTH, "right"))
    rack.volts(SYNTH, "out", 4 * QUANTUM)
    assert (host.read("silent_inputs"), host.read("silent_outputs")) == (0b101, 0.0)
    rack.perform(knob(SOURCE, "volts", 0.0))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    assert (host.read("silent_inputs"), host.read("silent_outputs")) == (0b111, 0b11)


def test_where_it_stands_as_it_starts_is_told_once(facts: Facts) -> None:
    told: list[Message] = []
    with hosted(facts, tell=lambda _, message: told.append(message)) as started:
        until(lambda: started.read("pulse") > 20, "it has had its idle time")
        started.ask(lambda serial: AskText(serial, 0))
    assert [message for message in told if isinstance(message, Restored)] == []
