"""What a VST2 plug-in says of itself, and what is asked of it besides sound."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from livepatch.plugins.plugin import PluginError, Told
from livepatch.plugins.presets.fxp import Fxb, Fxp, read_fx, read_fxb, read_fxp, write_fxb, write_fxp
from livepatch.plugins.vst2.description import version_text
from livepatch.plugins.vst2.loading import load
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin
from livepatch.protocol.plugin_facts import Bus
from tests.plugins.building import build
from tests.plugins.playing import Playing, note, turn
from tests.plugins.vst2.synth import ACT, ECHO, FAULT, GAIN, LEVEL, TAIL, WAVE, Seen, seen

UID = "4C507632"


def opened(path: Path) -> Vst2Plugin:
    plugin = load(path)
    assert isinstance(plugin, Vst2Plugin)
    return plugin


@pytest.fixture
def synth(vst2_synth: Path) -> Iterator[Vst2Plugin]:
    plugin = opened(vst2_synth)
    yield plugin
    plugin.close()


@pytest.fixture(scope="session")
def without_chunks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(
        "vst2_synth.c", tmp_path_factory.mktemp("vst2"), "-DCHUNKS=0", "-DUID=0x4c507633", name="values.so"
    )


@pytest.fixture(scope="session")
def one_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("vst2_synth.c", tmp_path_factory.mktemp("vst2"), "-DPROGRAMS=1", name="single.so")


def test_a_plug_in_tells_who_it_is(synth: Vst2Plugin, vst2_synth: Path) -> None:
    facts = synth.facts
    assert (facts.format, facts.path, facts.uid) == ("vst2", str(vst2_synth), UID)
    assert (facts.name, facts.vendor, facts.version) == ("Test Synth", "livepatch tests", "1.2.3")
    assert (facts.category, facts.instrument) == ("Instrument", True)
    assert (facts.notes_in, facts.notes_out, facts.doubles, facts.state) == (True, True, True, True)
    assert facts.inputs == (Bus("In", 2),)
    assert facts.outputs == (Bus("Out", 2),)
    assert facts.programs == ("Init", "Loud", "Quiet", "Late")


def test_parameters_have_their_names_units_steps_and_texts(synth: Vst2Plugin) -> None:
    gain, level, _, wave, echo, fault, tail, act = synth.facts.parameters
    assert (gain.name, gain.short, gain.unit, gain.group, gain.steps, gain.default) == (
        ("Gain", "Gai", "dB", "Input", 0, 1.0)
    )
    assert (level.name, level.short, level.unit, level.group, level.default) == ("Level", "", "%", "", 0.5)
    assert (wave.steps, wave.texts, wave.group) == (3, ("sine", "square", "saw", "constant"), "Notes")
    assert (echo.steps, echo.texts) == (1, ("off", "on"))
    assert (fault.steps, fault.texts) == (0, ())
    assert (tail.automatable, act.automatable) == (True, False)
    assert [parameter.id for parameter in synth.facts.parameters] == list(range(8))


def test_looking_at_a_plug_in_leaves_it_as_it_was(synth: Vst2Plugin) -> None:
    assert [synth.value(parameter.id) for parameter in synth.facts.parameters] == [1, 0.5, 0, 0, 0, 0, 0, 0]
    assert synth.program() == 0
    assert not synth.told


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, ""),
        (-5, ""),
        (7, "7"),
        (930, "0.9.3"),
        (0x100, "0.1.0"),
        (1000, "1.0"),
        (1283, "1.2.8.3"),
        (0x10203, "1.2.3"),
    ],
)
def test_versions_are_read_as_plug_ins_count_them(number: int, text: str) -> None:
    assert version_text(number) == text


def test_a_value_is_shown_with_its_unit(synth: Vst2Plugin) -> None:
    assert synth.text(LEVEL) == "50 %"
    assert synth.text(GAIN, 0.5) == "-6.0 dB"
    assert synth.value(GAIN) == 1.0
    assert synth.text(WAVE, 1.0) == "constant"


def test_while_it_plays_only_what_stands_there_is_shown(synth: Vst2Plugin) -> None:
    Playing(synth)
    synth.turn(GAIN, 0.5)
    assert synth.text(GAIN) == synth.text(GAIN, 0.5) == "-6.0 dB"
    assert synth.text(GAIN, 0.25) == ""
    assert synth.text(WAVE, 2 / 3) == "saw"
    assert synth.value(WAVE) == 0.0


def test_text_is_read_as_a_value_and_turns_nothing(synth: Vst2Plugin) -> None:
    assert synth.from_text(GAIN, "-6") == pytest.approx(10 ** (-6 / 20))
    assert synth.from_text(WAVE, "saw") == pytest.approx(2 / 3)
    assert synth.from_text(WAVE, "noise") is None
    assert synth.from_text(LEVEL, "loud") is None
    assert [synth.value(id) for id in (GAIN, LEVEL, WAVE)] == [1.0, 0.5, 0.0]


def test_turning_stays_between_0_and_1(synth: Vst2Plugin) -> None:
    for value, expected in ((0.25, 0.25), (-1.0, 0.0), (7.0, 1.0), (float("nan"), 0.0)):
        synth.turn(LEVEL, value)
        assert synth.value(LEVEL) == expected


def test_programs_are_chosen_and_keep_what_was_turned(synth: Vst2Plugin) -> None:
    synth.choose(1)
    assert (synth.program(), synth.value(LEVEL)) == (1, 1.0)
    synth.turn(LEVEL, 0.75)
    synth.choose(2)
    assert synth.value(LEVEL) == 0.125
    synth.choose(1)
    assert synth.value(LEVEL) == 0.75
    for number in (-1, 4):
        with pytest.raises(PluginError, match=f"Test Synth has no program {number + 1}; it has 4"):
            synth.choose(number)


def test_it_is_prepared_with_the_rate_the_block_and_the_speakers(synth: Vst2Plugin) -> None:
    synth.prepare(44100.0, 128)
    assert [seen(synth, what) for what in (Seen.RATE, Seen.BLOCK_SIZE, Seen.HOST_RATE, Seen.HOST_BLOCK)] == [
        *(44100.0, 128.0, 44100.0, 128.0)
    ]
    assert [seen(synth, what) for what in (Seen.ACTIVE, Seen.STARTED)] == [1.0, 1.0]
    assert [seen(synth, what) for what in (Seen.ARRANGED_IN, Seen.ARRANGED_OUT)] == [1.0, 1.0]
    synth.prepare(96000.0, 32)
    assert seen(synth, Seen.RATE) == 96000.0
    for sample_rate, frames in ((48000.0, 0), (0.0, 64), (float("nan"), 64), (48000.0, 1 << 20)):
        with pytest.raises(PluginError, match="cannot play"):
            synth.prepare(sample_rate, frames)


def test_tails_are_frames_or_none(synth: Vst2Plugin) -> None:
    assert synth.facts.tail == 0
    synth.turn(TAIL, 0.5)
    synth.prepare(48000.0, 64)
    assert synth.facts.tail == 5001


def test_the_plug_ins_own_bypass_gives_back_its_input(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    assert synth.bypass(on=True)
    given = np.full((2, 64), 0.5)
    np.testing.assert_array_equal(playing.render(64, [turn(GAIN, 0.0), note()], given), given)
    assert synth.bypass(on=False)
    assert playing.render(64, (), given)[0, 0] != 0.5


def test_it_gets_time_for_what_it_does_besides_once_it_asked(synth: Vst2Plugin) -> None:
    synth.idle()
    assert seen(synth, Seen.IDLE) == 0
    synth.prepare(48000.0, 64)
    synth.idle()
    synth.idle()
    assert seen(synth, Seen.IDLE) == 2


def test_what_it_turns_by_itself_is_told(synth: Vst2Plugin) -> None:
    Playing(synth).render(64, [turn(ACT, 1 / 5)])
    assert list(synth.told) == [Told("touched", LEVEL), Told("turned", LEVEL, 0.25), Told("released", LEVEL)]
    synth.told.clear()
    Playing(synth).render(64, [turn(ACT, 2 / 5)])
    synth.idle()
    assert [told.what for told in synth.told] == ["programs", "values", "dirty"]
    assert synth.facts.programs == ("Init", "Loud", "Soft", "Late")


def test_the_state_of_all_programs_goes_into_a_second_instance(synth: Vst2Plugin, vst2_synth: Path) -> None:
    synth.choose(2)
    synth.turn(GAIN, 0.3)
    synth.choose(1)
    synth.turn(LEVEL, 0.7)
    state = synth.state()
    bank = read_fxb(state)
    assert (bank.uid, bank.version, bank.current, bank.count) == (UID, 1230, 1, 4)
    assert bank.chunk is not None
    assert bank.chunk[:4] == b"LPV2"
    other = opened(vst2_synth)
    other.restore(state)
    assert other.program() == 1
    assert other.value(LEVEL) == pytest.approx(0.7)
    other.choose(2)
    assert other.value(GAIN) == pytest.approx(0.3)
    synth.choose(1)
    assert other.state() != state
    other.choose(1)
    assert other.state() == state
    other.close()


def test_a_preset_is_the_current_program_and_goes_into_any(synth: Vst2Plugin, vst2_synth: Path) -> None:
    synth.choose(2)
    synth.turn(GAIN, 0.3)
    program = read_fxp(synth.preset())
    assert (program.uid, program.name) == (UID, synth.facts.programs[2])
    other = opened(vst2_synth)
    other.choose(1)
    other.restore(synth.preset())
    assert other.program() == 1
    assert other.value(GAIN) == pytest.approx(0.3)
    other.choose(2)
    assert other.value(GAIN) != pytest.approx(0.3)
    other.close()


def test_a_plug_in_with_one_program_is_saved_as_that(one_program: Path) -> None:
    plugin, other = opened(one_program), opened(one_program)
    plugin.turn(GAIN, 0.2)
    state = plugin.state()
    assert state[8:12] == b"FPCh"
    program = read_fxp(state)
    assert (program.uid, program.name, program.count) == (UID, "Init", 8)
    other.restore(state)
    assert other.value(GAIN) == pytest.approx(0.2)
    assert seen(other, Seen.LOADED) == 1
    plugin.close()
    other.close()


def test_a_plug_in_without_chunks_is_saved_as_the_values_of_its_programs(without_chunks: Path) -> None:
    plugin, other = opened(without_chunks), opened(without_chunks)
    assert not plugin.facts.state
    Playing(plugin)
    plugin.turn(GAIN, 0.4)
    plugin.choose(3)
    plugin.turn(LEVEL, 0.9)
    state = plugin.state()
    assert state[8:12] == b"FxBk"
    bank = read_fxb(state)
    assert bank.programs is not None
    assert [program.name for program in bank.programs] == ["Init", "Loud", "Quiet", "Late"]
    assert [(program.parameters or ())[LEVEL] for program in bank.programs] == pytest.approx(
        [0.5, 1.0, 0.125, 0.9]
    )
    assert bank.current == 3
    other.restore(state)
    assert other.program() == 3
    assert other.value(LEVEL) == pytest.approx(0.9)
    other.choose(0)
    assert other.value(GAIN) == pytest.approx(0.4)
    assert read_fx(other.state()) == Fxb(bank.uid, 1230, 0, bank.programs)
    plugin.close()
    other.close()


def test_a_single_program_is_taken_as_the_current_one(synth: Vst2Plugin) -> None:
    synth.choose(2)
    synth.restore(write_fxp(Fxp(UID, 1, "Mine", parameters=(0.1, 0.2, 0.0, 1.0))))
    assert [synth.value(id) for id in (GAIN, LEVEL, WAVE, ECHO)] == pytest.approx([0.1, 0.2, 1.0, 0.0])
    assert synth.program() == 2
    synth.choose(0)
    assert synth.value(GAIN) == 1.0


def test_the_preset_of_another_plug_in_is_refused(synth: Vst2Plugin) -> None:
    with pytest.raises(PluginError, match=r"is for the plug-in 12345678; .* is 4C507632"):
        synth.restore(write_fxp(Fxp("12345678", 1, "Other", parameters=(0.5,))))
    assert synth.value(GAIN) == 1.0


@pytest.mark.parametrize("keep", [0, 3, 27, 60, 200])
def test_a_damaged_state_is_refused_and_changes_nothing(synth: Vst2Plugin, keep: int) -> None:
    before = synth.state()
    with pytest.raises(PluginError, match=r"preset|bank|begin"):
        synth.restore(before[:keep])
    assert synth.state() == before


def test_a_chunk_is_refused_by_a_plug_in_that_has_none(without_chunks: Path) -> None:
    plugin = opened(without_chunks)
    with pytest.raises(PluginError, match="no state of its own"):
        plugin.restore(write_fxb(Fxb("4C507633", 1, chunk=b"x" * 100)))
    plugin.close()


def test_nonsense_is_bounded(synth: Vst2Plugin, capfd: pytest.CaptureFixture[str]) -> None:
    playing = Playing(synth)
    playing.render(640, [turn(FAULT, 8 / 15), note()])
    assert all(0.0 <= synth.value(parameter.id) <= 1.0 for parameter in synth.facts.parameters)
    assert synth.program() == -1
    assert synth.text(ECHO).isprintable()
    assert len(synth.text(ECHO)) <= 128
    assert all(0 <= event.frame < 640 and event.key < 128 for event in playing.answers)
    assert len(playing.answers) == 20
    synth.idle()
    assert synth.facts.latency == 0
    assert {told.id for told in synth.told} == {12345}
    assert read_fxp(synth.state()).parameters is not None
    with pytest.raises(PluginError, match="refuses this preset"):
        synth.restore(write_fxp(Fxp(UID, 1, "", parameters=(0.5,))))
    assert "latency is -1000 frames" in capfd.readouterr().err


def test_closing_twice_is_closing_once(synth: Vst2Plugin) -> None:
    synth.prepare(48000.0, 64)
    synth.close()
    assert [seen(synth, what) for what in (Seen.ACTIVE, Seen.STARTED)] == [0.0, 0.0]
    synth.close()
    synth.idle()
    with pytest.raises(PluginError, match="is closed"):
        synth.prepare(48000.0, 64)
