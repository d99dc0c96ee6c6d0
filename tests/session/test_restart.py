"""A session that was killed, and the one after it: nothing that was on the disk is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livepatch import locations
from livepatch.journal import performance, recovery
from livepatch.journal.performance import JournalError
from livepatch.journal.records import EngineBegan
from livepatch.patch.files import encode
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState, Notice, PanelChanged
from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, peak, until, workspace_in

pytestmark = pytest.mark.timeout(300)
STEPS = '''"""Steps: a volt more at each push."""
from livepatch.module import Module, button, outlet


class Steps(Module):
    """Counts."""

    push = button()
    out = outlet()
    count = 1.0

    def step(self) -> None:
        """One sample."""
        self.out = self.count
'''


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache, steps=STEPS) as folder:
        yield folder


def journals(workspace: Path) -> Path:
    return locations.journals(workspace)


def noted(workspace: Path) -> str:
    """The patch as the newest journal has it; "" if that has just begun."""
    try:
        return encode(performance.read(performance.listing(journals(workspace))[-1]).patch())
    except (JournalError, IndexError):
        return ""


def newest(workspace: Path) -> Path:
    return performance.listing(journals(workspace))[-1]


def kept(workspace: Path) -> Path:
    """Where load("last") looks."""
    return locations.state() / "last" / locations.runtime(workspace).name


def last(workspace: Path) -> list[str]:
    """The modules that load("last") would bring."""
    path = kept(workspace) / "patch.json"
    return [module["name"] for module in json.loads(path.read_text("utf-8"))["modules"]] if path.exists() else []


def kill(workspace: Path) -> None:
    pid = int((locations.runtime(workspace) / "session.lock").read_bytes())
    os.kill(pid, signal.SIGKILL)
    until(lambda: not client._locked(workspace), "the session is gone")


def attempts(workspace: Path, count: int) -> None:
    """So many starts in a row were killed."""
    for _ in range(count - recovery.attempts(journals(workspace))):
        recovery.begin(journals(workspace))
    assert recovery.attempts(journals(workspace)) == count


def names(here: Guest) -> list[str]:
    return [module.name for module in here.welcome.modules]


def play(workspace: Path) -> str:
    """A session with two modules, a cable and a turned knob, killed when that is noted; the patch."""
    with guest(workspace) as here:
        here.play('steps = add("steps"); vcf = add("vcf"); steps.out * 0.5 >> vcf', "vcf.cutoff = 2", 'add("lfo")')
        here.play("remove(lfo)", "undo()")
        until(lambda: '"lfo"' in noted(workspace) and noted(workspace).count('"source": "') == 3, "all is noted")
        until(lambda: "lfo" in last(workspace), "the rack is kept")
    kill(workspace)
    return noted(workspace)


def test_after_a_kill_the_rack_is_as_it_was_and_can_still_be_undone(workspace: Path) -> None:
    before = play(workspace)
    with guest(workspace) as here:
        assert names(here) == ["steps", "vcf", "lfo"]
        assert any(
            "the session was killed; the rack is as it was" in notice.text for notice in here.welcome.notices
        )
        until(lambda: len(performance.listing(journals(workspace))) == 2, "a new journal begins")
        until(lambda: noted(workspace) == before, "it begins with the rack")
        here.play("redo()")
        assert "lfo" not in here.play("rack()")
        here.play("undo()")
        assert here.evaluate("undo()")[2] == "undid: add lfo\n"
        assert here.evaluate("undo()")[2] == "undid: vcf.cutoff = 2\n"
        assert here.play("vcf.cutoff").startswith("4 ")
        here.play('load("last")')


def test_a_start_that_is_killed_too_makes_the_next_one_leave_out_what_was_added_last_and_then_all(
    workspace: Path,
) -> None:
    play(workspace)
    attempts(workspace, 1)
    with guest(workspace) as here:
        assert names(here) == ["steps", "vcf"]
        assert any("without lfo; undo() brings it back" in notice.text for notice in here.welcome.notices)
        until(lambda: '"vcf"' in noted(workspace) and '"lfo"' not in noted(workspace), "the new journal begins")
    kill(workspace)
    shutil.rmtree(performance.listing(journals(workspace))[-1])
    attempts(workspace, 2)
    with guest(workspace) as here:
        assert names(here) == []
        here.play("undo()")
        assert here.play("len(rack())") == "3"
        here.play("clear()", 'load("last")')
        assert here.play("len(rack())") == "3"
        until(lambda: not recovery.attempts(journals(workspace)), "it has played for a while")
    client.stop(workspace)
    with guest(workspace) as here:
        assert names(here) == []
        assert here.welcome.notices == ()


def test_whatever_starts_leave_out_and_are_killed_load_last_has_the_rack_until_somebody_plays(
    workspace: Path,
) -> None:
    play(workspace)
    attempts(workspace, 1)
    with guest(workspace) as here:
        assert names(here) == ["steps", "vcf"]
        until(lambda: not recovery.attempts(journals(workspace)), "it has played for a while")
    kill(workspace)
    for _ in range(3):
        with guest(workspace) as here:
            assert len(names(here)) < 3
            assert last(workspace) == ["steps", "vcf", "lfo"]
        kill(workspace)
    with guest(workspace) as here:
        here.play('load("last")')
        assert here.play("len(rack())") == "3"
        here.play("remove(lfo)")
        until(lambda: last(workspace) == ["steps", "vcf"], "what is played is kept")


def test_what_waited_for_its_beat_and_never_happened_is_told_at_the_next_start(workspace: Path) -> None:
    with guest(workspace) as here:
        here.play('steps = add("steps"); vcf = add("vcf")', "tempo(20)", "rewind()")
        here.wait_for(EngineState, lambda state: len(state.meter_slots) == 2)
        here.play('at("beat", lambda: setattr(vcf, "cutoff", 1))')
        until(lambda: here.play("pending()") == "none yet", "that has happened")
        here.play('gone = at(100, lambda: setattr(vcf, "cutoff", 3))', "cancel(gone)")
        here.play('at(100, lambda: setattr(vcf, "cutoff", 0.25))', "pause()")
        here.play('at(100, lambda: add("lfo").sine >> vcf)')
        until(lambda: len(performance.read(newest(workspace)).waiting()) == 2, "all is noted")
    kill(workspace)
    with guest(workspace) as here:
        texts = [notice.text for notice in here.welcome.notices]
        missed = "vcf.cutoff = 0.25, add lfo, lfo.sine >> vcf.audio"
        assert f"these waited for their beat and never happened: {missed}" in texts
        assert here.play("vcf.cutoff").startswith("1 ")
        until(lambda: len(performance.listing(journals(workspace))) == 2 and noted(workspace) != "", "it is noted")
    kill(workspace)
    with guest(workspace) as here:
        assert not any("waited" in notice.text for notice in here.welcome.notices)


def test_after_many_starts_that_were_killed_the_journal_is_left_alone(workspace: Path) -> None:
    play(workspace)
    shutil.rmtree(kept(workspace))
    attempts(workspace, recovery.MOST_ATTEMPTS)
    with guest(workspace):
        pass
    kill(workspace)
    attempts(workspace, recovery.MOST_ATTEMPTS + 1)
    with guest(workspace) as here:
        assert names(here) == []
        assert any("this one leaves it alone" in notice.text for notice in here.welcome.notices)
        assert here.evaluate("undo()")[1] == "there is nothing to undo"
        here.play('load("last")')
        assert here.play("len(rack())") == "3"


def test_every_process_may_be_killed_at_once_and_a_replay_tells_of_each_engine(
    workspace: Path, tmp_path: Path
) -> None:
    with guest(workspace) as here:
        here.play('tone = add("vco"); out = add("audio_out"); tone.saw >> out')
        until(lambda: loud(here), "it sounds")
        os.kill(pid_of(meters(here)), signal.SIGKILL)
        here.wait_for(Notice, lambda notice: "SIGKILL" in notice.text)
        until(lambda: loud(here), "another engine sounds")
        here.play("tone.tune = 1")
        until(lambda: '"tune": 1.0' in noted(workspace) and engines(workspace) == 2, "all is noted")
        before = noted(workspace)
        session = int((locations.runtime(workspace) / "session.lock").read_bytes())
        for pid in (*children(session), session):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not client._locked(workspace), "the session is gone")
    journal = performance.listing(journals(workspace))[-1]
    with guest(workspace) as here:
        until(lambda: noted(workspace) == before, "the rack is as it was")
        until(lambda: loud(here), "it sounds again")
    output = tmp_path / "again.wav"
    command = [sys.executable, "-m", "livepatch", "replay", journal.name, "-o", str(output)]
    subprocess.run(command, check=True, cwd=workspace)
    sound, rate = soundfile.read(output)
    first, second = (record for record in performance.read(journal).records if isinstance(record, EngineBegan))
    gap = round((second.at - first.at) * rate)
    assert 0.1 < np.abs(sound[:gap]).max() < 1.0
    assert 0.1 < np.abs(sound[gap:]).max() < 1.0
    assert not np.abs(sound[gap : gap + 64]).any()


def meters(here: Guest) -> Path:
    """The meters of the engine that plays now."""
    with guest(Path(here.welcome.workspace)) as another:
        return Path(another.welcome.engine.meters)


def loud(here: Guest) -> bool:
    path = meters(here)
    return path.is_file() and peak(path) > 0.1


def engines(workspace: Path) -> int:
    """How many engines the newest journal knows."""
    records = performance.read(performance.listing(journals(workspace))[-1]).records
    return sum(isinstance(record, EngineBegan) for record in records)


def pid_of(path: Path) -> int:
    with Meters(path) as mapped:
        return int(mapped.read("pid"))


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in found for child in file.read_text().split()]


def test_what_was_played_last_plays_even_if_its_save_was_undone(workspace: Path) -> None:
    file = workspace / "modules" / "steps.py"
    with guest(workspace) as here:
        here.play('steps = add("steps")')
        until(lambda: noted(workspace).count('"source": "') == 1, "it plays")
        first = noted(workspace)
        file.write_text(STEPS.replace("count = 1.0", "count = 2.0").replace("button()", "button('New')"))
        here.wait_for(PanelChanged, lambda changed: changed.panel.buttons[0].label == "New")
        until(lambda: noted(workspace) != first, "the second is noted")
        here.play("undo()")
        here.wait_for(Notice, lambda notice: "plays other code than" in notice.text)
        until(lambda: noted(workspace) == first, "the undo is noted")
    kill(workspace)
    with guest(workspace) as here:
        assert any("save it to play that" in notice.text for notice in here.welcome.notices)
        until(lambda: noted(workspace) == first, "the former code plays")
        assert here.evaluate("redo()")[2] == "did again: new code in steps\n"
        assert "New" in here.evaluate('help("steps")')[2]
    assert "count = 2.0" in file.read_text()


def test_what_an_undo_brings_back_is_noted_with_the_code_it_plays_now(workspace: Path) -> None:
    with guest(workspace) as here:
        here.play('steps = add("steps")')
        until(lambda: noted(workspace).count('"source": "') == 1, "it plays")
        first = noted(workspace)
        here.play("remove(steps)")
        (workspace / "modules" / "steps.py").write_text(STEPS.replace("button()", "button('New')"))
        here.wait_for(PanelChanged, lambda changed: changed.panel.type == "steps")
        here.play("undo()")
        until(lambda: noted(workspace).count('"source": "') == 1, "it is back")
        until(lambda: noted(workspace) != first, "with other code")


def test_a_journal_that_is_cut_anywhere_leads_to_a_start(workspace: Path) -> None:
    play(workspace)
    path = performance.listing(journals(workspace))[-1] / "journal"
    content = path.read_bytes()
    for share in (0.0, 0.02, 0.6):
        path.write_bytes(content[: int(share * len(content))])
        with guest(workspace) as here:
            here.play('add("vca")')
        client.stop(workspace)
        for folder in performance.listing(journals(workspace))[1:]:
            shutil.rmtree(folder)


def test_a_patch_that_is_asked_for_is_played_and_the_rack_of_before_is_an_undo_away(workspace: Path) -> None:
    play(workspace)
    with guest(workspace, patch="hello") as here:
        assert here.welcome.patch_name == "hello"
        here.play("undo()")
        assert here.play("[vcf.cutoff == 2, len(rack())]") == "[True, 3]"
