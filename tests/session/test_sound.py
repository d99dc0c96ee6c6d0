"""A session with its engine and compiler: what is heard when things are added, saved, broken and killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.protocol import client
from livepatch.protocol.messages import Edited, EngineState, ModuleFault, Notice, PanelChanged
from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, peak, until, workspace_in

RAISES, HANGS = 1.2345, 1.5432
TONE = '''"""Tone."""
from livepatch.module import Module, inlet, knob, outlet, signal


class Tone(Module):
    """A steady buzz, with two evil levels that no rehearsal tries."""

    level = knob(0.0, 5.0, 2.0)
    more = inlet()
    out = outlet()
    blocks = 0

    def process(self, start: int, stop: int) -> None:
        """Hold the level, upside down every other block."""
        level = signal(self.level)
        out = signal(self.out)
        self.blocks += 1
        if level[start] == 1.2345:
            raise ValueError("in a bad mood")
        while level[start] == 1.5432:
            self.blocks += 1
        for i in range(start, stop):
            out[i] = level[i] if self.blocks % 2 else -level[i]
'''

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache, tone=TONE) as folder:
        yield folder


@pytest.fixture
def here(workspace: Path) -> Iterator[Guest]:
    """A guest at a rack in which a tone sounds."""
    with guest(workspace) as attached:
        attached.play('clear(); tone = add("tone"); out = add("audio_out"); tone >> out')
        until(lambda: loud(attached), "the tone sounds")
        yield attached


def meters(here: Guest) -> Path:
    """The meters of the engine that plays now."""
    with guest(Path(here.welcome.workspace)) as another:
        return Path(another.welcome.engine.meters)


def loud(here: Guest) -> bool:
    path = meters(here)
    return path.is_file() and peak(path) > 0.1


def kill_engine(here: Guest) -> None:
    """Kill the engine and wait until another one plays."""
    first = meters(here)
    os.kill(pid_of(first), signal.SIGKILL)
    here.wait_for(Notice, lambda notice: "SIGKILL" in notice.text)
    here.wait_for(EngineState, lambda state: state.meters not in {"", str(first)})


def beats(here: Guest) -> float:
    with Meters(meters(here)) as mapped:
        return mapped.read("beats")


def pid_of(path: Path) -> int:
    with Meters(path) as mapped:
        return int(mapped.read("pid"))


def save(workspace: Path, text: str) -> None:
    file = workspace / "modules" / "tone.py"
    temporary = file.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(file)


def test_what_is_patched_sounds_and_what_is_pulled_is_silent(here: Guest) -> None:
    here.play("tone // out")
    until(lambda: peak(meters(here)) < 1e-3, "it is silent")
    here.play("undo()")
    until(lambda: loud(here), "it sounds again")


def test_a_saved_file_sounds_and_undo_brings_the_old_code_back(workspace: Path, here: Guest) -> None:
    save(workspace, TONE.replace("knob(0.0, 5.0, 2.0)", "knob(0.0, 5.0, 4.0)"))
    changed = here.wait_for(PanelChanged, lambda changed: changed.panel.type == "tone")
    assert changed.panel.knobs[0].default == 4.0
    assert here.play("tone.level") == "4"
    here.play("undo()")
    assert here.play("tone.level") == "2"
    here.wait_for(PanelChanged, lambda changed: changed.panel.knobs[0].default == 2.0)
    here.play("redo()")
    assert here.play("tone.level") == "4"
    save(workspace, TONE)
    here.wait_for(PanelChanged, lambda changed: changed.panel.knobs[0].default == 2.0)


def test_a_broken_save_is_told_at_its_line_and_the_old_code_plays_on(workspace: Path, here: Guest) -> None:
    save(workspace, TONE.replace("self.blocks += 1", "self.block += 1", 1))
    fault = here.wait_for(ModuleFault)
    assert fault.problems[0].line == 17
    assert fault.problems[0].path == str(workspace / "modules" / "tone.py")
    with guest(workspace) as late:
        assert late.welcome.faults == (fault,)
    assert loud(here)
    save(workspace, TONE)
    assert here.wait_for(ModuleFault) == ModuleFault("tone", ())


def test_a_new_file_is_a_new_module_and_deleting_it_gives_the_one_that_came_along(
    workspace: Path, here: Guest
) -> None:
    own = workspace / "modules" / "vca.py"
    own.write_text(TONE.replace("class Tone", "class Vca").replace("A steady buzz", "My own"))
    here.wait_for(PanelChanged, lambda changed: changed.panel.summary.startswith("My own"))
    here.play('mine = add("vca"); mine.more')
    own.unlink()
    here.wait_for(
        PanelChanged, lambda changed: changed.panel.type == "vca" and changed.panel.summary[:6] != "My own"
    )
    assert "no more" in here.evaluate("mine.more")[1]


def test_a_port_that_vanishes_leaves_its_cable_and_takes_it_back(workspace: Path, here: Guest) -> None:
    here.play('lfo = add("lfo")', "lfo >> tone.more")
    save(workspace, TONE.replace("    more = inlet()\n", ""))
    here.wait_for(PanelChanged, lambda changed: not changed.panel.inlets)
    assert loud(here)
    assert "has no more" in here.evaluate("tone.more")[1]
    with guest(workspace) as late:
        assert "more" in {cable.inlet for cable in late.welcome.cables}
    save(workspace, TONE)
    here.wait_for(PanelChanged, lambda changed: bool(changed.panel.inlets))
    assert "lfo" in here.play("tone.more")
    assert loud(here)


def test_code_that_raises_falls_back_to_the_code_before_it(workspace: Path, here: Guest) -> None:
    save(workspace, TONE + "\n# newer\n")
    here.wait_for(PanelChanged)
    here.play(f"tone.level = {RAISES}")
    fault = here.wait_for(ModuleFault, lambda fault: bool(fault.problems))
    assert "in a bad mood" in fault.problems[0].message
    assert fault.problems[0].line == 19
    assert here.wait_for(Edited, lambda edited: edited.about.startswith("new code")).about == "new code in tone"
    here.play("tone.level = 2")
    save(workspace, TONE + "\n# mended\n")
    here.wait_for(ModuleFault, lambda fault: not fault.problems)
    until(lambda: loud(here), "it sounds again")


def test_a_module_that_hangs_loses_its_code_then_is_bypassed(workspace: Path, here: Guest) -> None:
    save(workspace, TONE + "\n# the newest\n")
    here.wait_for(PanelChanged)
    before = pid_of(meters(here))
    here.play(f"tone.level = {HANGS}")
    here.wait_for(ModuleFault, lambda fault: "hung" in str(fault.problems))
    until(lambda: "(bypassed" in here.play("tone"), "it is bypassed")
    here.wait_for(Notice, lambda notice: "bypassed" in notice.text)
    until(lambda: meters(here).is_file() and pid_of(meters(here)) != before, "another engine plays")
    here.play("tone.level = 2; bypass(tone, False)")
    until(lambda: loud(here), "it sounds again")
    save(workspace, TONE)
    here.wait_for(ModuleFault, lambda fault: not fault.problems)


def test_a_killed_engine_is_replaced_with_the_patch_as_it_is(here: Guest) -> None:
    here.play("tone.level = 3")
    here.play("rewind(1000)")
    until(lambda: beats(here) >= 3996.0, "it is at bar 1000")
    for _ in range(2):
        kill_engine(here)
        until(lambda: loud(here), "it sounds again")
        assert beats(here) >= 3996.0  # the transport goes on
    assert here.play("tone.level") == "3"
    assert "(bypassed" not in here.play("tone").splitlines()[0]


def test_a_killed_compiler_is_replaced(workspace: Path, here: Guest) -> None:
    [compiler] = children(int(here.play("import os; os.getpid()")), "livepatch.compiler")
    os.kill(compiler, signal.SIGKILL)
    here.wait_for(Notice, lambda notice: "the compiler was ended by SIGKILL" in notice.text)
    save(workspace, TONE.replace("A steady buzz", "A very steady"))
    here.wait_for(PanelChanged, lambda changed: "very" in changed.panel.summary)
    save(workspace, TONE)
    here.wait_for(PanelChanged, lambda changed: "very" not in changed.panel.summary)


def test_a_loaded_patch_plays_and_undo_plays_the_former(here: Guest) -> None:
    here.play('save("kept")', "clear()")
    until(lambda: peak(meters(here)) < 1e-3, "it is silent")
    here.play('load("kept")')
    until(lambda: loud(here), "it sounds")
    here.play("undo()")
    until(lambda: peak(meters(here)) < 1e-3, "it is silent")


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_nothing_is_left_running(
    how: str, tmp_path: Path, compiled_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    (tmp_path / "cache").symlink_to(compiled_cache)
    workspace = tmp_path / "ws"
    with guest(workspace) as one:
        one.wait_for(EngineState, lambda state: state.driver == "null")
        session = int(one.play("import os; os.getpid()"))
        family = children(session, "livepatch.")
        assert len(family) >= 2
        if how == "stop":
            client.stop(workspace)
        else:
            os.kill(session, signal.SIGKILL)
    until(lambda: not any(map(runs, family)), "engine and compiler end")
    if how == "stop":
        runtime = locations.runtime(workspace)
        assert sorted(path.name for path in runtime.iterdir()) == ["session.lock"]


def children(parent: int, name: str) -> list[int]:
    """The processes that a process has started, by what is in their command line; Linux."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if int(status[1]) == parent and name in command:
            found.append(int(folder.name))
    return found


def runs(pid: int) -> bool:
    """Whether a process is there and not just waiting to be forgotten."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
