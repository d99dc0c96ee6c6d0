"""What modules remember besides their knobs: kept in the patch, given back, and never in the way of the sound."""

import itertools
import json
import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livepatch.patch.edits import ModuleEvent
from livepatch.protocol import client
from livepatch.protocol.messages import (
    Act,
    Duplicate,
    EngineState,
    ModuleFault,
    Notice,
    PanelChanged,
    Perform,
    Printed,
)
from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, until, workspace_in

KEEPER = '''"""Keeper: plays a row of voltages that it keeps."""

from typing import Any

from livepatch.module import Module, action, buffer, knob, outlet, submenu, switch


def rounded(volts: float) -> float:
    return round(volts, 3)


class Keeper(Module):
    """Plays the sum of its row; `learn` on 3 writes another one."""

    learn = knob(0.0, 10.0, 0.0)
    quality = switch("low", "middle", "high")
    out = outlet()
    menu = ("quality", action("teach", "Teach it", asks="Volts"), submenu("More", action("shout")))
    row = buffer(frames=4)
    taught = False

    def on_randomize(self) -> None:
        """Learn a row."""
        for i in range(4):
            self.row[i] = self.learn + i

    def step(self) -> None:
        """One sample."""
        self.out = self.row[0] + self.row[3]

    def to_json(self) -> dict[str, Any]:
        """What is kept."""
        return {"row": [rounded(volts) for volts in self.row]}

    def from_json(self, data: dict[str, Any]) -> None:
        """What was kept."""
        for place, volts in enumerate(data["row"]):
            self.row[place] = volts
        self.taught = True

    def teach(self, text: str) -> None:
        """An action: the row that is asked for, and a knob at its first volts."""
        for place, volts in enumerate(text.split()):
            self.row[place] = float(volts)
        self.learn = self.row[0]
        self.settings["lessons"] = self.settings.get("lessons", 0) + 1

    def shout(self) -> None:
        """An action that says something, and fails."""
        print("ouch")
        raise ValueError("no")

    def on_save(self) -> None:
        """A file."""
        import numpy as np

        np.save(self.storage / "row.npy", np.asarray(self.row))
'''
BUILDING_SECONDS = 240.0
"""Every module that comes with livepatch may have to be compiled first."""
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache, keeper=KEEPER) as folder:
        yield folder


@pytest.fixture
def here(workspace: Path) -> Iterator[Guest]:
    with guest(workspace) as attached:
        attached.play("clear()")
        plays_code(workspace, attached, KEEPER)
        yield attached


_NUMBERS = itertools.count(1)


def plays_code(workspace: Path, here: Guest, text: str) -> str:
    """Save a keeper's file and wait until modules play it; the text as it was saved."""
    mark = f"Number {next(_NUMBERS)}"
    text = text.replace("Plays the sum of its row", mark)
    (workspace / "modules" / "keeper.py").write_text(text)
    here.wait_for(PanelChanged, lambda changed: changed.panel.summary.startswith(f"{mark};"), BUILDING_SECONDS)
    return text


def volts(workspace: Path, id: int) -> float:
    """What a module's outlet gives now."""
    with guest(workspace) as other:
        engine = other.welcome.engine
    if id not in engine.meter_slots or not Path(engine.meters).exists():
        return -1.0
    with Meters(Path(engine.meters)) as meters:
        return float(meters.levels[engine.meter_slots[id]])


def comes_to(workspace: Path, id: int, wanted: float) -> None:
    """Wait until a module's outlet gives so many volts."""
    until(lambda: abs(volts(workspace, id) - wanted) < 1e-6, f"{wanted} V, not {volts(workspace, id)}")


def learn(workspace: Path, here: Guest, first: float) -> int:
    """A keeper that has learnt a row which begins at `first` volts; its id."""
    id = int(here.play(f'keeper = add("keeper", learn={first})', "keeper._id"))
    comes_to(workspace, id, 0.0)
    here.channel.send(Perform(ModuleEvent(id, "on_randomize")))
    comes_to(workspace, id, 2.0 * first + 3.0)
    return id


def saved(workspace: Path, name: str) -> dict[str, Any]:
    """The data of the only module of a patch."""
    document = json.loads((workspace / "patches" / name / "patch.json").read_text())
    (module,) = document["modules"]
    found: dict[str, Any] = module.get("data", {})
    return found


def test_what_a_module_remembers_is_saved_and_comes_back(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 3.0)
    here.play('save("one")')
    assert saved(workspace, "one") == {"row": [3.0, 4.0, 5.0, 6.0]}
    file = workspace / "patches" / "one" / "storage" / str(id) / "row.npy"
    assert file.stat().st_size > 0
    here.play("clear()", 'load("one")')
    comes_to(workspace, id, 9.0)
    here.play('save("two")')
    assert saved(workspace, "two") == saved(workspace, "one")
    assert (workspace / "patches" / "two" / "storage" / str(id) / "row.npy").exists()


def test_what_is_taken_out_comes_back_as_it_was(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 2.0)
    here.play("remove(keeper)", "undo()")
    comes_to(workspace, id, 7.0)
    here.play("reset(keeper)")
    comes_to(workspace, id, 0.0)
    here.play('save("reset")')
    assert saved(workspace, "reset") == {"row": [0.0, 0.0, 0.0, 0.0]}
    here.play("undo()")
    comes_to(workspace, id, 7.0)
    here.play('save("undone")')
    assert saved(workspace, "undone") == {"row": [2.0, 3.0, 4.0, 5.0]}


def test_new_code_takes_over_what_the_old_kept_in_its_own_way(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 1.0)
    other = KEEPER.replace("row = buffer", "notes = buffer").replace("self.row", "self.notes")
    plays_code(workspace, here, other)
    comes_to(workspace, id, 5.0)
    here.play('save("new")')
    assert saved(workspace, "new") == {"row": [1.0, 2.0, 3.0, 4.0]}


def test_what_new_code_cannot_read_stays_until_there_is_code_that_can(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 1.0)
    wrong = KEEPER.replace('data["row"]', 'data["rows"]').replace("row = buffer", "notes = buffer")
    plays_code(workspace, here, wrong.replace("self.row", "self.notes"))
    here.wait_for(Notice, lambda notice: "from_json(): KeyError: 'rows'" in notice.text)
    here.play('save("hard")')
    assert saved(workspace, "hard") == {"row": [1.0, 2.0, 3.0, 4.0]}
    plays_code(workspace, here, KEEPER)
    comes_to(workspace, id, 5.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('return {"row": [1 / 0]}', "ZeroDivisionError: division by zero"),
        ('return {"row": object()}', "TypeError: Object of type object is not JSON serializable"),
        ("return [1]  # type: ignore", "TypeError: to_json() gives a dict, not list"),
        ("import os; os._exit(3)", "cannot import os"),
    ],
)
def test_a_mistake_is_one_line_and_the_sound_goes_on(workspace: Path, here: Guest, wrong: str, words: str) -> None:
    learn(workspace, here, 4.0)
    here.play('save("kept")')
    text = KEEPER.replace('return {"row": [rounded(volts) for volts in self.row]}', wrong)
    inside = "1 / 0" in wrong  # what is given back is wrong where the method begins
    place = f"        {wrong}" if inside else "    def to_json(self) -> dict[str, Any]:"
    line = text.splitlines().index(place) + 1
    if "import os" in wrong:
        (workspace / "modules" / "keeper.py").write_text(text)
        fault = here.wait_for(ModuleFault, lambda fault: fault.type == "keeper" and bool(fault.problems))
        assert words in str(fault.problems[0])
        return
    plays_code(workspace, here, text)
    here.play('save("kept")')
    notice = here.wait_for(Notice, lambda notice: words in notice.text)
    at = f"keeper: {workspace / 'modules' / 'keeper.py'}:{line}:{9 if inside else 5}"
    assert notice.text.startswith(f"{at}: to_json(): ")
    assert "\n" not in notice.text
    assert saved(workspace, "kept") == {"row": [4.0, 5.0, 6.0, 7.0]}


def test_what_a_module_cannot_take_back_stays_in_the_patch(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 4.0)
    here.play('save("old")')
    file = workspace / "patches" / "old" / "patch.json"
    file.write_text(file.read_text().replace('"row"', '"former"'))
    here.play('load("old")')
    here.wait_for(Notice, lambda notice: "from_json(): KeyError: 'row'" in notice.text)
    comes_to(workspace, id, 0.0)
    here.play('save("old")')
    assert saved(workspace, "old") == {"former": [4.0, 5.0, 6.0, 7.0]}


def test_a_panic_leaves_modules_what_they_remember(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 2.0)
    here.play("panic()", "panic()", 'save("calm")')
    assert saved(workspace, "calm") == {"row": [2.0, 3.0, 4.0, 5.0]}
    comes_to(workspace, id, 7.0)
    here.play('save("calm")')
    assert saved(workspace, "calm") == {"row": [2.0, 3.0, 4.0, 5.0]}


def test_another_engine_gets_what_was_kept_last(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 2.5)
    here.play('save("live")')
    with guest(workspace) as other:
        meters = Path(other.welcome.engine.meters)
    os.kill(int(meters.name.rpartition("-")[2]), signal.SIGKILL)
    here.wait_for(EngineState, lambda new: new.meters not in {"", str(meters)})
    comes_to(workspace, id, 8.0)


def test_an_action_of_the_menu_is_one_step_that_can_be_taken_back(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 1.0)
    here.play('keeper.menu["Teach it"]("2 3 4 9")')
    comes_to(workspace, id, 11.0)
    assert here.play("keeper.learn == 2") == "True"
    here.play("undo()")
    comes_to(workspace, id, 5.0)
    assert here.play("keeper.learn == 1") == "True"
    here.play("redo()")
    comes_to(workspace, id, 11.0)
    here.channel.send(Act(id, "teach", "1 1 1 1"))
    comes_to(workspace, id, 2.0)


@pytest.mark.parametrize("remembers", [True, False])
def test_an_action_of_a_module_whose_code_is_not_there_yet_is_what_it_begins_with(
    workspace: Path, here: Guest, *, remembers: bool
) -> None:
    """In one script, as it is pasted; the second action finds what the first did."""
    type = "late" if remembers else "forgetful"
    head, memory, tail = KEEPER.partition("    def to_json")
    memory, action, actions = (memory + tail).partition("    def teach")
    text = f"{head + memory if remembers else head}{action}{actions}\n# {uuid.uuid4()}: it was never compiled\n"
    (workspace / "modules" / f"{type}.py").write_text(text.replace("Keeper(", f"{type.title()}("))
    found = f'try: late = add("{type}")\n    except Exception: time.sleep(0.001)\n    else: break'
    lines = ["import time", f"while True:\n    {found}", 'late.menu["Teach it"]("2 3 4 9")']
    if not remembers:
        comes_to(workspace, int(here.play("\n".join([*lines, "late._id"]))), 11.0)
        return
    id = int(here.play("\n".join([*lines, 'late.menu["Teach it"]("5 3 4")', "late._id"])))
    comes_to(workspace, id, 14.0)
    here.play("undo()")
    comes_to(workspace, id, 11.0)
    here.play("undo()")
    comes_to(workspace, id, 0.0)
    here.play("redo()", "redo()")
    comes_to(workspace, id, 14.0)


def test_the_menu_is_there_at_the_prompt(workspace: Path, here: Guest) -> None:
    id = learn(workspace, here, 1.0)
    lines = ["Quality: 'low' (0 of low, middle, high)", "Teach it(volts)", "More", "  Shout()"]
    assert here.play("keeper.menu").splitlines() == lines
    here.play('keeper.menu["Quality"] = "high"')
    assert here.play("keeper.quality == 2, list(keeper.menu)") == "(True, ['Quality', 'Teach it', 'More'])"
    here.play("undo()")
    assert here.play("keeper.quality == 0") == "True"
    assert "this menu has no 'X'; it has Quality, Teach it, More" in here.evaluate('keeper.menu["X"]')[1]
    assert "Teach it asks for Volts" in here.evaluate('keeper.menu["teach"]()')[1]
    here.waiting.clear()
    error = here.evaluate('keeper.menu["More"]["Shout"]()')[1]
    assert error.startswith("keeper: ")
    assert error.endswith("shout(): ValueError: no")
    assert here.wait_for(Printed, lambda printed: printed.text == "ouch\n")
    here.channel.send(Act(id, "shout"))
    assert here.wait_for(Notice, lambda notice: notice.text.endswith("shout(): ValueError: no"))
    here.channel.send(Act(id, "on_save"))
    assert here.wait_for(Notice, lambda notice: "there is no action on_save" in notice.text)
    here.channel.send(Duplicate(id))
    comes_to(workspace, id + 1, 5.0)


def test_what_an_action_sets_for_all_is_there_for_all_and_kept(workspace: Path) -> None:
    with guest(workspace) as here:
        here.play("clear()")
        id = learn(workspace, here, 1.0)
        here.play('keeper.menu["Teach it"]("2 3 4 9")', 'other = add("keeper")')
        comes_to(workspace, id + 1, 0.0)
        here.play('other.menu["Teach it"]("1 1 1 1")')
    client.stop(workspace)
    packs = workspace.parent / "config" / "packs"
    until(lambda: any(packs.glob("ws-*.json")), "the settings are written")
    (file,) = packs.glob("ws-*.json")
    assert json.loads(file.read_text())["lessons"] >= 2
