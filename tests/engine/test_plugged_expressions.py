"""What each note of a VST3 instrument has for itself, brought by cables."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.testing import assert_allclose

from livepatch.protocol.plugin_facts import Facts
from livepatch.session.plugin_host import PluginHost
from tests.engine.playing import QUANTUM, add, cable, knob, uncable
from tests.engine.test_plugged import OTHER, SOURCE, SYNTH, Rack
from tests.plugins.hosting import facts_of, hosted
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import until

GATES, MOVES = 4, 5
FULL = 8.0
"""Volts that the note expression Gain adds to what comes out at 10 V."""
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
    """Three notes of which nothing is heard, since their volume is 0."""
    made = Rack(host, "constant", "fan", "sine")
    made.perform(
        add(GATES, "fan", voices=3.0), add(SOURCE, "constant", volts=0.0), add(OTHER, "constant", volts=0.0),
        cable(GATES, "out", SYNTH, "gate"), cable(OTHER, "out", SYNTH, "volume"),
    )  # fmt: skip
    yield made
    made.engine.rack.plugs.close()


def events(host: PluginHost, made: Rack) -> list[float]:
    """How many events each of the next eight blocks has."""
    found = []
    for _ in range(8):
        made.volts(SYNTH, "out", QUANTUM)
        found.append(host.read("events"))
    return found


def test_a_step_is_heard_of_each_voice_at_its_frame(rack: Rack) -> None:
    rack.perform(
        add(MOVES, "fan", voices=2.0),
        cable(SOURCE, "out", MOVES, "a"),
        cable(MOVES, "out", SYNTH, "note_gain"),
    )
    before = rack.volts(SYNTH, "out", 16 * QUANTUM)[-QUANTUM:]
    assert_allclose(before, FULL / 10.0 * (1.0 + 2.0), atol=1e-5)  # the third voice of the cable has nothing
    at = rack.engine.frame
    rack.engine.perform(9, knob(SOURCE, "volts", 3.0), at + 2 * QUANTUM + 37)
    source, out = rack.outlets(10 * QUANTUM, (SOURCE, "out"), (SYNTH, "out"))
    moved = int(np.argmax(source > 0.0))
    assert moved > 2 * QUANTUM + 36
    assert_allclose(out[:moved], before[-1], atol=1e-5)
    assert out[moved] > before[-1] + 1e-3
    assert_allclose(out[-QUANTUM:], FULL / 10.0 * (4.0 + 5.0), atol=1e-5)


def test_a_note_begins_with_what_is_there_at_its_very_frame(host: PluginHost, rack: Rack) -> None:
    rack.perform(uncable(GATES, "out", SYNTH, "gate"))
    rack.perform(
        knob(SOURCE, "volts", 5.0), add(MOVES, "constant", volts=0.0), cable(MOVES, "out", SYNTH, "gate"),
        cable(SOURCE, "out", SYNTH, "note_gain"), cable(SOURCE, "out", SYNTH, "accent"),
    )  # fmt: skip
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    rack.perform(knob(MOVES, "volts", 10.0))
    gate, out = rack.outlets(4 * QUANTUM, (MOVES, "out"), (SYNTH, "out"))
    begins = int(np.argmax(gate >= 1.0))
    assert not out[:begins].any()
    assert_allclose(out[begins:], FULL / 2.0 + 5.0, atol=1e-5)
    rack.perform(knob(SOURCE, "volts", 2.0))
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert_allclose(rack.volts(SYNTH, "out", QUANTUM), FULL / 5.0 + 5.0, atol=1e-5)  # an accent is told once
    assert set(events(host, rack)) == {0.0}


def test_nothing_is_told_of_what_stands_and_an_unpatched_one_goes_back(host: PluginHost, rack: Rack) -> None:
    rack.perform(knob(SOURCE, "volts", 5.0), cable(SOURCE, "out", SYNTH, "note_gain"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    assert set(events(host, rack)) == {0.0}
    assert_allclose(rack.volts(SYNTH, "out", QUANTUM), 3 * FULL / 2.0, atol=1e-5)
    rack.perform(uncable(SOURCE, "out", SYNTH, "note_gain"))
    assert max(events(host, rack)) >= 3.0
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert_allclose(rack.volts(SYNTH, "out", QUANTUM), 0.0, atol=3 * 10.0 * 0.0005)
    assert set(events(host, rack)) == {0.0}


def test_a_wave_is_told_every_sixteen_frames_of_each_note_and_never_crowds_out_notes(
    host: PluginHost, rack: Rack
) -> None:
    rack.perform(add(MOVES, "sine", hertz=5.0), cable(MOVES, "out", SYNTH, "note_gain"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    assert max(events(host, rack)) <= 3 * QUANTUM / 16
    rack.perform(knob(GATES, "voices", 16.0), knob(MOVES, "hertz", 11000.0))
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert 100.0 <= max(events(host, rack)) <= 256.0
    rack.perform(uncable(MOVES, "out", SYNTH, "note_gain"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    assert_allclose(rack.volts(SYNTH, "out", QUANTUM), 0.0, atol=16 * 10.0 * 0.0005)
    rack.perform(uncable(GATES, "out", SYNTH, "gate"))
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert not rack.volts(SYNTH, "out", QUANTUM).any()


def test_a_middle_is_no_volts_and_one_with_steps_goes_to_them(rack: Rack) -> None:
    rack.perform(knob(SOURCE, "volts", 4.0), cable(SOURCE, "out", SYNTH, "shape"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    left, right = rack.outlets(QUANTUM, (SYNTH, "out"), (SYNTH, "right_out"))
    assert_allclose((left, right), 3 * 2.5, atol=1e-5)  # 0.4 is nearest to the half, of which it makes a quarter
    rack.perform(add(MOVES, "constant", volts=2.5), cable(MOVES, "out", SYNTH, "pan"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    left, right = rack.outlets(QUANTUM, (SYNTH, "out"), (SYNTH, "right_out"))
    assert_allclose(right, 3 * 2.5, atol=1e-5)
    assert_allclose(left, 3 * 2.5 * 0.5, atol=1e-5)


def test_held_notes_sound_on_as_they_are_when_another_latency_has_it_prepared_again(
    host: PluginHost, rack: Rack
) -> None:
    rack.perform(knob(SOURCE, "volts", 5.0), cable(SOURCE, "out", SYNTH, "note_gain"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    rack.perform(knob(SYNTH, "latency", 0.1))
    rack.volts(SYNTH, "out", 4 * QUANTUM)
    until(lambda: host.read("latency") == 100.0, "it is prepared again")
    rack.volts(SYNTH, "out", 8 * QUANTUM)
    assert_allclose(rack.volts(SYNTH, "out", QUANTUM), 3 * FULL / 2.0, atol=1e-5)
    rack.perform(uncable(GATES, "out", SYNTH, "gate"))
    rack.volts(SYNTH, "out", 16 * QUANTUM)
    assert not rack.volts(SYNTH, "out", QUANTUM).any()
