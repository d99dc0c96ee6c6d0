"""Plug-ins that hang outside of their sound: nobody waits for them, and they are told and started again."""

from pathlib import Path

import msgspec
import pytest

from livepatch.protocol.messages import Act, Notice, PluginState
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, install
from tests.session.guest import Guest, guest, until
from tests.session.plugged import FAULTS, processes, sounding_again

pytestmark = pytest.mark.timeout(300)
SECONDS = "plugin_seconds = 2.0\n"
LATE = "does not start: it was not there after 2 s"
STUCK, DEAF = 11, 12


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(build("vst2_synth.c", folder), folder)


def spoil(here: Guest, name: str, fault: int) -> None:
    """Have a plug-in's main thread hang as soon as it is asked for its state, or given one."""
    here.play(f"midi({name}, 0xF0, 0x7D, {fault}, 0xF7)", f"{name}.level = 0.625")
    until(lambda: "62 %" in here.play(f"repr({name}.level)"), "it has played that")


def test_one_that_does_not_come_round_is_started_again_and_saving_says_what_is_missing(
    here: Guest, workspace: Path
) -> None:
    here.play("synth.gain = 0.25", 'save("before")')
    before = processes(workspace)
    spoil(here, "synth", STUCK)
    _, error, printed = here.evaluate('save("hung")')
    assert not error, error
    assert printed.splitlines()[1:] == ["synth: its newest state is not in it, its plug-in does not answer"]
    told = here.wait_for(Notice, lambda notice: "starts again" in notice.text)
    assert told.text.startswith("synth is bypassed: its plug-in did not answer any more; it starts again in 0.2 s")
    sounding_again(here)
    until(lambda: processes(workspace) not in ([], before), "it has another process")
    until(lambda: len(here.evaluate('save("after")')[2].splitlines()) == 1, "its state is in it again")
    assert here.play("float(synth.gain)") == "0.25"


def test_one_that_crashes_is_back_while_another_does_not_come_round(
    here: Guest, workspace: Path, synth: Facts
) -> None:
    preset = str(workspace / "any.fxb")
    here.play(f'deaf = vst("{synth.name}", "deaf")', f"save_preset(deaf, {preset!r})")
    spoil(here, "deaf", DEAF)
    here.channel.send(Act(int(here.play("deaf._id")), "load_preset", preset))
    here.play(f"midi(synth, 0xF0, 0x7D, {FAULTS['exit']}, 0xF7)")
    number = int(here.play("synth._id"))
    here.wait_for(PluginState, lambda state: (state.id, state.state, state.restarts) == (number, "playing", 1))
    assert not [told for told in here.waiting if isinstance(told, Notice) and "deaf" in told.text]
    here.play("remove(deaf)")
    until(lambda: len(processes(workspace)) == 1, "its process has ended")


def hanging(synth: Facts, folder: Path) -> Facts:
    """The synth, which hangs while it is loaded."""
    library = build("vst2_synth.c", folder / "hanging", "-DLOAD_FAULT=3")
    return msgspec.structs.replace(synth, path=str(library))


def test_one_that_is_not_loaded_in_time_is_told_and_is_started_again_when_asked(
    workspace: Path, tmp_path: Path, synth: Facts
) -> None:
    install(hanging(synth, tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text(SECONDS)
    with guest(workspace, "repl") as attached:
        attached.play(f'synth = vst("{synth.name}", "synth")')
        told = attached.wait_for(Notice, lambda notice: LATE in notice.text)
        assert told.level == "error"
        until(lambda: not processes(workspace), "its process has ended")
        attached.play("restart(synth)")
        attached.wait_for(Notice, lambda notice: LATE in notice.text)


def test_one_that_is_being_loaded_is_started_again_when_asked_and_goes_with_its_module(
    workspace: Path, tmp_path: Path, synth: Facts
) -> None:
    install(hanging(synth, tmp_path))
    with guest(workspace, "repl") as attached:
        attached.play(f'synth = vst("{synth.name}", "synth")')
        until(lambda: bool(processes(workspace)), "it is started")
        before = processes(workspace)
        attached.play("restart(synth)")
        attached.wait_for(Notice, lambda notice: notice.text == "synth: its plug-in starts again, as you asked")
        until(lambda: processes(workspace) not in ([], before), "it is started again")
        attached.play("remove(synth)")
        until(lambda: not processes(workspace), "its process has ended")
