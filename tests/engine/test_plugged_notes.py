"""Notes to a plug-in and from it, where a block is late, is refused, or another engine comes."""

import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from livepatch.engine.answers import Answers
from livepatch.patch.edits import SetBypass
from livepatch.plugins.plugin import BEND, NOTE_OFF, NOTE_ON, NOTE_PRESSURE, PRESSURE, TUNING
from livepatch.protocol.messages import Message
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_messages import AskText, Said, SendMidi
from livepatch.session.plugin_host import PluginHost
from tests.engine.playing import QUANTUM, add, cable, knob
from tests.engine.test_plugged import CONSTANT_WAVE, OTHER, SOURCE, SYNTH, Rack
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, hosted
from tests.session.guest import until

SLOW = 10
"""The fault of the fixture that takes a while for each block."""
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder: Path = tmp_path_factory.mktemp("synth")
    return facts_of(build("vst2_synth.c", folder), folder)


@pytest.fixture
def host(facts: Facts) -> Iterator[PluginHost]:
    with hosted(facts) as found:
        yield found


def be(host: PluginHost, fault: int) -> None:
    """Have the fixture go wrong in a way, or not any more (0)."""
    host.say(SendMidi(bytes((0xF0, 0x7D, fault, 0xF7))))
    host.ask(lambda serial: AskText(serial, 0))


def on_time(host: PluginHost, made: Rack) -> None:
    """Have it play in time again, once it has done what it was asked."""
    be(host, 0)
    until(lambda: host.read("done") == host.read("asked"), "the block that was late is done")
    made.engine.rack.plugs.patience.seconds = 10.0


def test_a_note_that_ends_while_a_block_is_late_ends(host: PluginHost) -> None:
    made = Rack(host, "constant", wave=CONSTANT_WAVE, level=1.0)
    made.perform(add(OTHER, "constant", volts=10.0), cable(OTHER, "out", SYNTH, "gate"))
    assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] > 1.0
    made.engine.rack.plugs.patience.seconds = 0.001
    be(host, SLOW)
    made.volts(SYNTH, "out", QUANTUM)
    made.perform(knob(OTHER, "volts", 0.0))
    made.volts(SYNTH, "out", 2 * QUANTUM)
    assert host.read("late") >= 1.0
    on_time(host, made)
    made.volts(SYNTH, "out", 16 * QUANTUM)
    assert not made.volts(SYNTH, "out", QUANTUM).any()
    made.engine.rack.plugs.close()


def test_a_knob_that_is_turned_while_a_block_is_late_is_heard_after_it(host: PluginHost) -> None:
    made = Rack(host, "constant", gain=1.0)
    made.perform(add(SOURCE, "constant", volts=5.0), cable(SOURCE, "out", SYNTH, "audio"))
    made.volts(SYNTH, "out", 16 * QUANTUM)
    made.engine.rack.plugs.patience.seconds = 0.001
    be(host, SLOW)
    made.volts(SYNTH, "out", QUANTUM)
    made.perform(knob(SYNTH, "gain", 0.2))
    made.volts(SYNTH, "out", 16 * QUANTUM)
    on_time(host, made)
    made.volts(SYNTH, "out", 16 * QUANTUM)
    assert made.volts(SYNTH, "out", QUANTUM)[-1] == pytest.approx(1.0, abs=1e-5)
    made.engine.rack.plugs.close()


def test_another_engine_ends_what_the_one_before_it_left_sounding_and_bent(host: PluginHost) -> None:
    made = Rack(host, "constant", wave=CONSTANT_WAVE, level=1.0)
    made.perform(add(OTHER, "constant", volts=10.0), cable(OTHER, "out", SYNTH, "gate"))
    assert made.volts(SYNTH, "out", 16 * QUANTUM)[-1] > 1.0
    following = Rack(host, "constant", wave=CONSTANT_WAVE, level=1.0)
    following.volts(SYNTH, "out", 16 * QUANTUM)
    assert not following.volts(SYNTH, "out", QUANTUM).any()
    for rack in (made, following):
        rack.engine.rack.plugs.close()


def test_the_notes_that_it_sends_come_out_as_volts_and_their_gates_fall_when_it_dies(host: PluginHost) -> None:
    made = Rack(host, "constant", echo=1.0)
    made.perform(
        add(OTHER, "constant", volts=0.0), add(SOURCE, "constant", volts=0.75),
        cable(OTHER, "out", SYNTH, "gate"), cable(SOURCE, "out", SYNTH, "voct"),
    )  # fmt: skip
    made.volts(SYNTH, "gate_out", 8 * QUANTUM)
    made.perform(knob(OTHER, "volts", 10.0))
    gate, voct, velocity = made.outlets(
        8 * QUANTUM, (SYNTH, "gate_out"), (SYNTH, "voct_out"), (SYNTH, "velocity_out")
    )
    assert set(gate) == {0.0, 10.0}
    assert (voct[-1], velocity[-1]) == (0.75, pytest.approx(8.0, abs=0.05))
    os.kill(host.child.pid, signal.SIGKILL)
    host.child.end(5.0)
    assert not made.volts(SYNTH, "gate_out", 4 * QUANTUM)[-QUANTUM:].any()
    made.engine.rack.plugs.close()


def test_a_note_takes_one_voice_while_two_runs_fade(host: PluginHost) -> None:
    made = Rack(host, "constant", echo=1.0)
    made.perform(add(OTHER, "constant", volts=0.0), cable(OTHER, "out", SYNTH, "gate"))
    made.volts(SYNTH, "gate_out", 8 * QUANTUM)
    made.perform(SetBypass(SYNTH, bypass=True, hard=True), knob(OTHER, "volts", 10.0))
    made.volts(SYNTH, "gate_out", QUANTUM)
    made.perform(SetBypass(SYNTH, bypass=False, hard=True))
    made.volts(SYNTH, "gate_out", 32 * QUANTUM)
    assert made.engine.rack.seats[SYNTH].outlet("gate_out").channels == 1
    made.engine.rack.plugs.close()


def test_bend_and_pressure_that_it_sends_come_out_and_controllers_are_told(facts: Facts) -> None:
    told: list[str] = []

    def tell(_host: PluginHost, message: Message) -> None:
        if isinstance(message, Said) and message.what == "midi":
            told.append(message.text)

    with hosted(facts, tell=tell) as host:
        made = Rack(host, echo=1.0)
        for content in ((0xE0, 0, 96), (0xD0, 127), (0xB0, 7, 64)):
            host.say(SendMidi(bytes(content)))
        host.ask(lambda serial: AskText(serial, 0))
        bend, pressure = made.outlets(8 * QUANTUM, (SYNTH, "bend_out"), (SYNTH, "pressure_out"))
        assert bend[-1] == pytest.approx(2.5, abs=1e-3)
        assert pressure[-1] == 10.0
        until(lambda: told == ["b00740"], "the controller is told")
        made.engine.rack.plugs.close()


def test_what_is_sent_becomes_volts_at_its_frame_in_a_voice_of_its_own() -> None:
    answers = Answers()
    answers.take([
        (NOTE_ON, 3.0, 0.0, 60.0, 0.5, 50.0, 7.0), (NOTE_ON, 5.0, 0.0, 72.0, 1.0, 0.0, -1.0),
        (NOTE_PRESSURE, 6.0, 0.0, 72.0, 0.25, 0.0, -1.0), (TUNING, 8.0, 0.0, 60.0, 1.0, 0.0, 7.0),
        (BEND, 9.0, 0.0, 0.0, -1.0, 0.0, -1.0), (NOTE_OFF, 10.0, 0.0, 60.0, 0.0, 0.0, 7.0),
        (NOTE_OFF, 70.0, 0.0, 72.0, 0.0, 0.0, -1.0), (NOTE_OFF, 11.0, 0.0, 99.0, 0.0, 0.0, -1.0),
    ])  # fmt: skip
    answers.play(0, QUANTUM)
    gate, voct = answers.volts[1], answers.volts[0]
    assert answers.voices == 2
    assert_array_equal(np.flatnonzero(gate[:, 0]), np.arange(3, 10))
    assert_array_equal(np.flatnonzero(gate[:, 1]), np.arange(5, QUANTUM - 1))
    assert voct[[3, 8], 0] == pytest.approx([0.5 / 12.0, 1.0 / 12.0])
    assert (voct[5, 1], answers.volts[2][5, 1], answers.volts[4][6, 1]) == (1.0, 10.0, 2.5)
    assert_array_equal(answers.volts[3][[8, 9], 0], [0.0, -5.0])


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_sent_and_is_no_number_is_left_out(wrong: float) -> None:
    row = (NOTE_ON, 0.0, 0.0, 60.0, 1.0, 0.0, -1.0)
    answers = Answers()
    answers.take([(*row[:place], wrong, *row[place + 1 :]) for place in range(len(row))])
    answers.play(0, QUANTUM)
    assert not answers.volts.any()
    answers.take([row])
    answers.play(0, QUANTUM)
    assert answers.volts[1, :, 0].all()


def test_a_seventeenth_note_takes_the_oldest_voice() -> None:
    answers = Answers()
    answers.take([(NOTE_ON, 0.0, 0.0, float(key), 1.0, 0.0, -1.0) for key in range(40, 57)])
    answers.take([(PRESSURE, 1.0, 0.0, 0.0, 0.5, 0.0, -1.0)])
    answers.play(0, QUANTUM)
    assert answers.voices == 16
    assert answers.volts[0][0, 0] == pytest.approx(-4.0 / 12.0)
    assert_array_equal(answers.volts[4][1], np.full(16, 5.0))
    answers.end()
    answers.play(0, QUANTUM)
    assert not answers.volts[1].any()
