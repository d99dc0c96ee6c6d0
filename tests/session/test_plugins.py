"""Plug-ins in a real session: what they remember, and what happens when they die."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from livepatch.journal import performance
from livepatch.locations import journals
from livepatch.patch.edits import SetKnob
from livepatch.plugins.presets.fxp import Fxb, Fxp, read_fx
from livepatch.protocol import client
from livepatch.protocol.children import LARGEST_LOG
from livepatch.protocol.messages import Act, EngineState, Notice, PluginShown, PluginState
from livepatch.protocol.meters import Meters
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_panel import type_of
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, install
from tests.session.guest import Guest, guest, peak, until
from tests.session.plugged import (
    FAULTS,
    meters,
    performer,
    processes,
    silent,
    sounding,
    sounding_again,
)

pytestmark = pytest.mark.timeout(300)
LATER_FRAMES = 24000


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(build("vst2_synth.c", folder), folder)


def test_a_plugin_plays_as_a_module_like_any_other(here: Guest, synth: Facts) -> None:
    assert here.play("rack()[0][:2]") == f"('synth', '{type_of(synth)}')"
    here.play("synth.level = 0.0")
    silent(here)
    here.play("undo()")
    sounding_again(here)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_that_goes_wrong_is_bypassed_and_starts_again(here: Guest, workspace: Path, fault: str) -> None:
    before = processes(workspace)
    here.play("synth.wave = 1.0", f"midi(synth, 0xF0, 0x7D, {FAULTS[fault]}, 0xF7)")
    told = here.wait_for(Notice, lambda notice: "starts again" in notice.text)
    assert told.level == "warning"
    assert told.text.startswith("synth is bypassed: its plug-in ")
    assert here.wait_for(Notice, lambda notice: "again" in notice.text).text == "synth plays again"
    sounding_again(here)
    assert processes(workspace) != before
    assert here.play("float(synth.wave)") == "1.0"


def test_one_that_dies_again_and_again_stays_bypassed_until_it_is_asked_for(here: Guest) -> None:
    for died in range(1, 7):
        here.play(f"midi(synth, 0xF0, 0x7D, {FAULTS['exit']}, 0xF7)")
        told = here.wait_for(Notice, lambda notice: "ended with code" in notice.text)
        assert ("stays bypassed" in told.text) == (died == 6)
    assert told.level == "error"
    assert "restart(synth)" in told.text
    silent(here)
    here.play("restart(synth)")
    sounding_again(here)


def test_a_program_is_a_step_that_can_be_taken_back(here: Guest) -> None:
    here.play("synth.gain = 0.25")
    level = here.play("float(synth.level)")
    here.play('program(synth, "Quiet")')
    assert here.play("float(synth.level)") != level
    here.play("undo()")
    assert here.play("float(synth.level)") == level
    assert here.play("float(synth.gain)") == "0.25"
    here.play("redo()")
    assert here.play("float(synth.level)") != level


def test_the_program_that_it_has_is_marked_wherever_programs_are_listed(here: Guest, workspace: Path) -> None:
    def marked() -> str:
        return here.play("[row[1] for row in program(synth) if row[2]]")

    until(lambda: marked() == "['Init']", "the program that it began with is marked")
    here.play('program(synth, "Quiet")')
    assert marked() == "['Quiet']"
    assert "Quiet()  <" in here.play("synth.menu")
    here.play("undo()")
    assert marked() == "['Init']"
    here.play(f'synth.menu["save a preset"]({str(workspace / "mine")!r})')
    here.play(f"preset(synth, {str(workspace / 'mine.fxp')!r})")
    assert marked() == "[]"


def test_a_program_leaves_a_knob_that_a_cable_moves_where_it_was(here: Guest) -> None:
    here.play('lfo = add("lfo", rate=3.0)', "lfo.sine * 0.05 >> synth.gain", "synth.gain = 0.6")
    here.play('program(synth, "Quiet")', "undo()")
    assert here.play("float(synth.gain)") == "0.6"
    here.play('save("moved")', "clear()", 'load("moved")')
    sounding_again(here)
    assert here.play("float(synth.gain)") == "0.6"


def test_what_it_remembers_is_in_the_saved_patch(here: Guest, workspace: Path) -> None:
    here.play('program(synth, "Loud")', "synth.gain = 0.125", 'save("kept")')
    level = here.play("float(synth.level)")
    storage = workspace / "patches" / "kept" / "storage"
    assert [path.suffix for path in storage.rglob("*.*")].count(".fxb") <= 2
    here.play("clear()")
    until(lambda: not processes(workspace), "its process has ended")
    here.play('load("kept")')
    until(lambda: bool(processes(workspace)), "its process is there again")
    sounding_again(here)
    assert here.play("float(synth.level)") == level
    assert here.play("float(synth.gain)") == "0.125"
    assert here.play("program(synth)[0][0]") == "'0'"


def test_the_engine_dies_and_the_plugin_plays_on(here: Guest, workspace: Path) -> None:
    before = processes(workspace)
    former = meters(here)
    os.kill(int(former.name.rpartition("-")[2]), signal.SIGKILL)
    sounding(here, str(former))
    assert processes(workspace) == before


def turned_last(workspace: Path) -> str:
    """The knob that was turned last, as the journal has it."""
    played = performance.read(performance.listing(journals(workspace))[-1])
    turned = [record.edit for record in played.edits() if isinstance(record.edit, SetKnob)]
    return turned[-1].knob if turned else ""


@pytest.mark.usefixtures("here")
def test_no_process_is_left_when_the_session_ends(workspace: Path) -> None:
    assert processes(workspace)
    client.stop(workspace)
    until(lambda: not processes(workspace), "its process has ended")


def test_no_process_is_left_when_the_session_is_killed_and_all_is_back_afterwards(
    here: Guest, workspace: Path
) -> None:
    here.play('program(synth, "Loud")', "synth.gain = 0.375")
    level = here.play("float(synth.level)")
    session = int(here.play("__import__('os').getpid()"))
    old = processes(workspace)
    until(lambda: turned_last(workspace) == "gain", "the journal is on the disk")
    os.kill(session, signal.SIGKILL)
    until(lambda: not set(processes(workspace)) & set(old), "its process has ended")
    with guest(workspace, "repl") as again:
        sounding(again)
        assert again.play("float(synth.level)") == level
        assert again.play("float(synth.gain)") == "0.375"


def test_what_a_plugin_has_started_ends_with_a_session_that_is_killed(here: Guest, workspace: Path) -> None:
    here.play("midi(synth, 0xF0, 0x7D, 13, 0xF7)")
    until(lambda: len(processes(workspace)) == 2, "it has started a process, which is a copy of its own")
    os.kill(int(here.play("__import__('os').getpid()")), signal.SIGKILL)
    until(lambda: not processes(workspace), "both have ended")


def test_a_module_that_is_removed_takes_its_process_with_it_and_undo_brings_both_back(
    here: Guest, workspace: Path
) -> None:
    here.play("synth.gain = 0.5", 'program(synth, "Quiet")')
    level = here.play("float(synth.level)")
    here.play("remove(synth)")
    until(lambda: not processes(workspace), "its process has ended")
    here.play("undo()")
    sounding_again_with(here, level)


def sounding_again_with(here: Guest, level: str) -> None:
    until(lambda: peak(meters(here)) > 0.01, "the plug-in is heard again")
    assert here.play("float(synth.level)") == level


def test_a_patch_whose_plugin_is_not_installed_keeps_all_it_has_until_it_is(
    here: Guest, workspace: Path, synth: Facts
) -> None:
    here.play("synth.gain = 0.5", 'save("theirs")')
    before = saved(workspace, "theirs")
    client.stop(workspace)
    install()
    with guest(workspace, "repl") as again:
        _, error, printed = again.evaluate('load("theirs")')
        assert not error, error
        assert "not installed" in printed
        again.play('save("mine")')
        install(synth)
        sounding(again)
        assert again.play("float(synth.gain)") == "0.5"
    assert saved(workspace, "mine") == before


def saved(workspace: Path, name: str) -> tuple[Any, set[str]]:
    """The synth of a saved patch but for what it played, all cables, and the names of its own files."""
    folder = workspace / "patches" / name
    document = json.loads((folder / "patch.json").read_bytes())
    synth = next(module for module in document["modules"] if module["name"] == "synth")
    synth.pop("source", None)
    return (synth, document["cables"]), {path.name for path in folder.rglob("*.fxb")}


def test_a_preset_is_saved_with_its_ending_and_it_is_told_where(
    here: Guest, workspace: Path, synth: Facts
) -> None:
    files = (("warm", "warm.fxp"), ("warm v1.2", "warm v1.2.fxp"), ("cold.FXB", "cold.FXB"))
    for typed, written in files:
        _, error, printed = here.evaluate(f"save_preset(synth, {str(workspace / typed)!r})")
        assert (error, printed) == ("", f"saved {workspace / written}\n")
        found = read_fx((workspace / written).read_bytes())
        assert isinstance(found, Fxp if written.endswith(".fxp") else Fxb)
    assert here.play("preset(synth)") == "none yet"
    own = workspace.parent / "data" / "vst" / "presets" / "livepatch tests" / synth.name
    saved = here.evaluate('save_preset(synth, "Cold Pad")')[2]
    assert saved == f"saved {own / 'Cold Pad.fxp'}\n", "a name is one of the plug-in's presets"
    assert here.play("preset(synth)") == f"Cold Pad  user  {own / 'Cold Pad.fxp'}"
    here.play("synth.gain = 0.1", 'preset(synth, "cold pad")', "synth.gain")
    assert here.play("float(synth.gain)") != "0.1"
    _, error, _ = here.evaluate('preset(synth, "cold bad")')
    assert error == "synth has no preset 'cold bad'; did you mean 'Cold Pad'?"
    _, error, _ = here.evaluate('save_preset(synth, "warm.vstpreset")')
    assert error == "synth is saved as a .fxp or .fxb file, not as .vstpreset"
    _, error, _ = here.evaluate(f"preset(synth, {str(workspace / 'worm.fxp')!r})")
    assert error == f"there is no file {workspace / 'worm.fxp'}; did you mean 'warm.fxp'?"
    here.channel.send(Act(int(here.play("synth._id")), "save_preset", str(workspace / "menu")))
    here.wait_for(Notice, lambda notice: notice.text == f"saved {workspace / 'menu.fxp'}")


def test_help_tells_what_a_plugin_is_and_how_it_is_played(here: Guest, synth: Facts) -> None:
    here.play("synth.level = 0.25")
    until(lambda: "25 %" in here.play("repr(synth.level)"), "the plug-in has told it")
    said = here.evaluate("help(synth)")[2]
    lines = said.splitlines()
    assert lines[:2] == [f"{synth.name}: VST2 instrument (livepatch tests 1.2.3)", synth.path]
    assert "  sequencer.cv >> synth.voct; sequencer.gate >> synth.gate" in lines
    assert "programs  4, Init now" in lines
    assert any(line.split() == ["level", "Level", "in", "%", "0.25", "(25", "%)"] for line in lines), said
    assert f'synth = vst("{synth.name}", "synth")' not in said
    assert here.evaluate("help(synth.level)")[2] == (
        "level: a knob, Level in %, from 0 to 1, now 0.25 (25 %); takes cables\n"
    )
    assert f'vst("{synth.name}")' in here.evaluate(f"help({synth.name!r})")[2]


def test_what_is_no_plugin_gets_one_line(here: Guest) -> None:
    for line, words in (
        ('vst("no such thing")', "no such thing"),
        ('program(holds, "x")', "no plug-in"),
        ('program(synth, "x")', "there is no program"),
        ('program(synth, "Quit")', "did you mean 'Quiet'?"),
        ("program(synth, True)", "a program's name or number"),
        ("preset(synth, 3)", "the name of a file"),
        ("program(synth, 99)", "4 programs"),
        ("midi(synth, 1, 2)", "MIDI message"),
        ("edit(synth)", "is a plug-in"),
        ("write(synth)", "is a plug-in, which has no file"),
        ("vst(3)", "the name of a plug-in"),
        ('midi(synth, "x")', "MIDI message"),
        ("midi(synth, 0xF0, 1)", "ends with 0xF7"),
        ('synth.tail = "soon"', "a number from 0 to 1"),
        ('synth.menu["Load a preset"]("/no/such/file.fxp")', "there is no file"),
    ):
        _, error, _ = here.evaluate(line)
        assert words in error, (line, error)
        assert "Traceback" not in error


def test_another_like_it_has_what_it_remembers(here: Guest, workspace: Path) -> None:
    here.play('program(synth, "Quiet")', "synth.gain = 0.5", "twin = duplicate(synth)")
    until(lambda: len(processes(workspace)) == 2, "it has a process of its own")
    assert here.play("float(twin.level) == float(synth.level)") == "True"
    assert here.play("float(twin.gain)") == "0.5"
    here.play("remove(synth)")
    until(lambda: len(processes(workspace)) == 1, "the former's has ended")


def test_one_that_leaks_is_started_again(workspace: Path, synth: Facts) -> None:
    (workspace.parent / "config").mkdir()
    (workspace.parent / "config" / "settings.toml").write_text("plugin_megabytes = 200\n")
    with performer(workspace, synth) as attached:
        attached.play("midi(synth, 0xF0, 0x7D, 4, 0xF7)")
        told = attached.wait_for(Notice, lambda notice: "starts again" in notice.text)
        assert "MB of memory" in told.text
        sounding_again(attached)


def test_it_is_heard_only_when_its_knobs_are_where_the_patch_has_them(tmp_path: Path, workspace: Path) -> None:
    slow = facts_of(build("vst2_synth.c", tmp_path, "-DTURN_MICROSECONDS=200000"), tmp_path)
    install(slow)
    with guest(workspace, "repl") as here:
        here.play('holds = add("holds")', 'out = add("audio_out")')
        here.play(f'synth = vst("{slow.name}", level=0.0)', "synth.out >> out.left", "holds.gate >> synth.gate")
        state = here.wait_for(EngineState, lambda state: len(state.meter_slots) == 3)
        here.wait_for(PluginShown)
        with Meters(Path(state.meters)) as played:
            later = played.read("frame") + LATER_FRAMES
            until(lambda: played.read("left") > 0.0 or played.read("frame") > later, "the engine plays on")
            assert played.read("left") == 0.0
        here.play("synth.level = 0.5")
        here.waiting.append(state)
        sounding_again(here)


def test_what_it_sends_besides_notes_is_listed(here: Guest) -> None:
    here.play("synth.act = 0.6")
    until(lambda: here.play("str(midi(synth))").startswith("'f0"), "it has sent something")


def test_what_it_prints_goes_to_a_log(here: Guest, workspace: Path) -> None:
    here.play("midi(synth, 0xF0, 0x7D, 5, 0xF7)")
    log = next((workspace.parent / "state").glob("plugins*.log"))
    until(lambda: log.stat().st_size > 0, "it has printed")
    with log.open("ab") as file:
        file.write(b"a line\n" * (LARGEST_LOG // 5))
    until(lambda: log.stat().st_size < LARGEST_LOG, "only its end is left")
    until(lambda: log.read_bytes().endswith(b"complains\n"), "it prints on")
    assert b"\0" not in log.read_bytes()


def test_a_knob_is_set_and_told_in_the_plugins_own_words(here: Guest, workspace: Path) -> None:
    here.play('synth.level = "50"')
    assert here.play("synth.level") == "0.5 (50 %)"
    here.play('synth.wave = "saw"')
    with guest(workspace, "tui") as late:
        state = late.wait_for(PluginState, lambda state: state.state == "playing")
        assert (state.kind, state.restarts) == ("VST2 instrument", 0)
        late.wait_for(PluginShown, lambda shown: shown.texts.get("level") == "50 %")
    _, error, _ = here.evaluate('synth.wave = "potato"')
    assert error.startswith(
        "synth.wave: its plug-in cannot read 'potato'; it takes a number from 0 to 1, or one of "
    )
    _, error, _ = here.evaluate('synth.level = "loud"')
    assert error.endswith("it takes a number from 0 to 1; at 0.5, where it stands, it shows '50 %'")
    assert here.play("float(synth.wave)").startswith("0.66")
