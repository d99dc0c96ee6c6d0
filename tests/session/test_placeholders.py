"""Modules whose type is not here: kept, shown, and brought to life."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.patch import files
from livepatch.protocol.messages import EngineState, Notice
from livepatch.protocol.meters import Meters
from tests.session.guest import guest, until, workspace_in
from tests.session.table import Table

FOREIGN = {
    "id": 1,
    "name": "tape",
    "type": "Casette/Tape-1",
    "position": [0, 0],
    "knobs": {"param0": 0.25, "param1": 300.0},
    "data": {"reel": [1, 2]},
    "rack": {"id": 2**60, "leftModuleId": 7},
}
DOCUMENT = {
    "format": 1,
    "modules": [
        FOREIGN,
        {"id": 2, "name": "vco", "type": "vco", "position": [1, 0], "knobs": {}, "source": "vco-1"},
    ],
    "cables": [
        {"source": 1, "outlet": "out1", "target": 2, "inlet": "voct", "gain": 0.5, "colour": "#ff0000"},
        {"source": 2, "outlet": "gone", "target": 1, "inlet": "in0", "gain": 1.0},
    ],
    "transport": {"tempo": 120.0},
    "view": {},
    "next_id": 3,
}


@pytest.fixture
def foreign(table: Table) -> Table:
    """A table with a patch on it of which half is missing."""
    folder = table.workspace / "patches" / "half"
    folder.mkdir()
    (folder / files.FILE_NAME).write_text(json.dumps(DOCUMENT))
    table.type('load("half")')
    return table


def test_a_patch_with_missing_modules_and_ports_loads_and_says_so(
    foreign: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    foreign.type('load("half")')
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "tape (Casette/Tape-1) is a placeholder, silent until its module is there; write(tape) begins one",
        "a port is missing, the cable is kept: vco.gone >> tape.in0",
    ]
    assert "placeholder" in foreign.type("rack()")
    shown = foreign.type("tape").splitlines()
    assert shown[0].startswith("tape: a placeholder for Casette/Tape-1")
    assert shown[1:] == ["  param0       0.25", "  param1       300", "  in0          inlet  << vco.gone",
                         "  out1         outlet  >> vco.voct"]  # fmt: skip


def test_it_is_saved_as_it_was(foreign: Table) -> None:
    foreign.type('save("again")')
    saved = json.loads((foreign.workspace / "patches" / "again" / files.FILE_NAME).read_text())
    assert saved == DOCUMENT


def test_its_knobs_turn_and_nothing_else_is_known_of_it(foreign: Table) -> None:
    foreign.type("tape.param1 = 12345")
    assert foreign.rack.patch.modules[1].knobs["param1"] == 12345.0
    assert "default is not known" in foreign.refused("del tape.param0")
    assert "has no param7" in foreign.refused("tape.param7 = 1")
    assert "placeholder" in foreign.refused("reset(tape)")
    assert "placeholder" in foreign.refused("randomize(tape)")
    foreign.type("undo()")
    assert foreign.rack.patch.modules[1].knobs == FOREIGN["knobs"]


def test_it_is_bypassed_removed_brought_back_and_duplicated_as_any_other(foreign: Table) -> None:
    before = files.encode(foreign.rack.patch)
    foreign.type("bypass(tape)", "remove(tape)", "undo()", "undo()")
    assert files.encode(foreign.rack.patch) == before
    foreign.type("copy = duplicate(tape)")
    copy = foreign.rack.patch.modules[3]
    assert (copy.type, copy.knobs, copy.data) == (FOREIGN["type"], FOREIGN["knobs"], FOREIGN["data"])


def test_writing_it_makes_a_module_of_all_that_it_has(foreign: Table) -> None:
    foreign.type("duplicate(tape)", "write(tape)")
    path = foreign.workspace / "modules" / "tape_1.py"
    assert foreign.opened == [path]
    assert "Casette/Tape-1" in path.read_text()
    module, twin = foreign.rack.patch.modules[1], foreign.rack.patch.modules[3]
    assert (module.type, twin.type) == ("tape_1", "tape_1")
    assert (module.knobs, module.data) == (FOREIGN["knobs"], FOREIGN["data"])
    assert len(foreign.rack.patch.cables) == 2
    assert foreign.heard[-1][1] == "Casette/Tape-1 becomes tape_1"
    assert "edit(tape)" in foreign.refused("write(tape)")
    foreign.type("undo()")
    assert foreign.rack.patch.modules[1].type == "Casette/Tape-1"


TONE = '''"""Tone."""
from livepatch.module import Module, inlet, knob, outlet


class Tone(Module):
    """A steady voltage."""

    level = knob(0.0, 5.0, 1.0)
    out = outlet()
    kept = 0.0

    def to_json(self) -> dict[str, float]:
        return {"kept": self.kept}

    def from_json(self, data: dict[str, float]) -> None:
        self.kept = data["kept"]

    def step(self) -> None:
        self.out = self.level + self.kept
'''
LISTENER = '''"""Listener."""
from livepatch.module import Module, inlet, outlet


class Listener(Module):
    """Repeats."""

    audio = inlet()
    out = outlet()

    def step(self) -> None:
        self.out = self.audio
'''
PATCH = {
    "format": 1,
    "modules": [
        {"id": 1, "name": "low", "type": "tone", "knobs": {"level": 77.0}, "data": {"kept": 0.25}},
        {"id": 2, "name": "ear", "type": "listener"},
        {"id": 3, "name": "far", "type": "Far/Away", "knobs": {"param0": 0.5}},
    ],
    "cables": [
        {"source": 1, "outlet": "out", "target": 2, "inlet": "audio"},
        {"source": 3, "outlet": "out0", "target": 2, "inlet": "audio"},
    ],
}


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache, listener=LISTENER) as folder:
        (folder / "patches" / "set").mkdir()
        (folder / "patches" / "set" / files.FILE_NAME).write_text(json.dumps(PATCH))
        yield folder


def volts(workspace: Path, state: EngineState, id: int) -> float:
    """What an outlet's meter shows."""
    with Meters(locations.runtime(workspace) / state.meters) as meters:
        return float(meters.levels[state.meter_slots[id]])


@pytest.mark.timeout(300)
def test_a_module_that_comes_back_plays_with_its_knobs_its_memory_and_its_cables(workspace: Path) -> None:
    with guest(workspace, "run") as here:
        here.play('load("set")')
        here.wait_for(EngineState, lambda state: 2 in state.meter_slots)
        (workspace / "modules" / "tone.py").write_text(TONE)
        assert here.wait_for(Notice, lambda notice: "goes from 0 to 5" in notice.text).level == "warning"
        state = here.wait_for(EngineState, lambda state: {1, 2} <= state.meter_slots.keys())
        until(lambda: abs(volts(workspace, state, 2) - 5.25) < 0.01, "the level 5 and the kept 0.25 V")
        here.play("write(far)")
        state = here.wait_for(EngineState, lambda state: {1, 2, 3} <= state.meter_slots.keys())
        file = workspace / "modules" / "away.py"
        file.write_text(file.read_text().replace("self.out0 = 0.0", "self.out0 = 2.0 + self.param0"))
        until(lambda: abs(volts(workspace, state, 2) - 7.75) < 0.01, "2.5 V more of the one that was far")
