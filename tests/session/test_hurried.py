"""A save is heard with one voice, and goes over to voices side by side while it sounds."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.protocol.builds import BuildError, read_build
from livepatch.protocol.messages import Notice, PanelChanged
from livepatch.protocol.meters import ABREAST, Meters
from tests.session.guest import Guest, guest, until, workspace_in
from tests.session.test_sound import children

FAN = Path(__file__).parent.parent / "engine" / "modules" / "fan.py"

LEVEL = '''"""Level."""
from livepatch.module import Module, inlet, knob, outlet


class Level(Module):
    """Follows."""

    pace = knob(0.0, 1.0, 0.5)
    audio = inlet()
    out = outlet()
    level = 0.0

    def step(self) -> None:
        """Go a part of the way."""
        self.level += self.pace * (self.audio - self.level)
        self.out = self.level
'''

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache, fan=FAN.read_text(), level=LEVEL) as folder:
        yield folder


@pytest.fixture
def here(workspace: Path) -> Iterator[Guest]:
    """A guest at a rack in which five voices go through a level."""
    with guest(workspace) as attached:
        attached.play('clear(); fan = add("fan"); level = add("level")', "fan.voices = 5; fan.out >> level.audio")
        until(lambda: abreast(attached), "five voices play side by side")
        yield attached


def abreast(here: Guest) -> bool:
    """Whether the engine that plays now plays the voices of the level side by side."""
    with guest(Path(here.welcome.workspace)) as another:
        engine = another.welcome.engine
        number = next(module.id for module in another.welcome.modules if module.name == "level")
    if number not in engine.meter_slots:
        return False
    with Meters(Path(engine.meters)) as meters:
        return meters.forms[engine.meter_slots[number]] == ABREAST


def finished(workspace: Path, former: set[str]) -> bool:
    """Whether what was heard with one voice since, and not `former`, has been built with all of them."""
    builds = workspace.parent / "cache" / "builds"
    found = {folder.name.removesuffix("-first") for folder in builds.glob("*-first")} - former
    try:
        return bool(found) and all(read_build(builds / name).lanes for name in found)
    except BuildError:
        return False


def heard_first(workspace: Path) -> set[str]:
    """The hashes of what was ever heard with one voice first."""
    return {path.name.removesuffix("-first") for path in (workspace.parent / "cache" / "builds").glob("*-first")}


def save(workspace: Path, text: str) -> None:
    file = workspace / "modules" / "level.py"
    temporary = file.with_suffix(".new")
    temporary.write_text(f"{text}# {time.time_ns()}, which no build in the cache was made from\n")
    temporary.replace(file)


def test_a_save_is_heard_with_its_stages_and_then_plays_voices_side_by_side(workspace: Path, here: Guest) -> None:
    former = heard_first(workspace)
    save(workspace, LEVEL.replace("Follows", "Follows at once"))
    changed = here.wait_for(PanelChanged, lambda changed: "at once" in changed.panel.summary)
    assert list(changed.stages) == ["notice", "rewrite", "translate", "compile", "rehearse", "swap"]
    assert sum(changed.stages.values()) <= changed.milliseconds
    until(lambda: finished(workspace, former), "the rest of it is built")
    until(lambda: abreast(here), "it plays voices side by side")


def test_an_undo_is_not_undone_by_voices_side_by_side_of_what_it_undid(workspace: Path, here: Guest) -> None:
    former = heard_first(workspace)
    save(workspace, LEVEL.replace("Follows", "Follows in time"))
    here.wait_for(PanelChanged, lambda changed: "in time" in changed.panel.summary)
    here.play("undo()")
    until(lambda: finished(workspace, former), "the rest of it is built")
    until(lambda: abreast(here), "the code from before plays voices side by side")
    assert "in time" not in here.play("level")


def test_a_compiler_that_is_killed_between_the_two_builds_voices_side_by_side_later(
    workspace: Path, here: Guest
) -> None:
    former = heard_first(workspace)
    [compiler] = children(int(here.play("import os; os.getpid()")), "livepatch.compiler")
    save(workspace, LEVEL.replace("Follows", "Follows again"))
    here.wait_for(PanelChanged, lambda changed: "again" in changed.panel.summary)
    os.kill(compiler, signal.SIGKILL)
    here.wait_for(Notice, lambda notice: "the compiler was ended by SIGKILL" in notice.text)
    until(lambda: finished(workspace, former), "the rest of it is built")
    until(lambda: abreast(here), "it plays voices side by side")
