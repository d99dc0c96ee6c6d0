"""A front end's copy of the rack."""

from pathlib import Path

import pytest

from livepatch.errors import Problem
from livepatch.patch.edits import AddModule, Batch, Glide, RemoveModule, SetKnob, SetTransport
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Edited, ModuleFault, Named, PanelChanged, Progress, Replaced
from livepatch.tui.model import Change, Rack
from tests.tui.fake_session import PANELS, FakeSession


@pytest.fixture
def rack(tmp_path: Path) -> Rack:
    rack = Rack()
    assert rack.take(FakeSession(tmp_path).welcome()) == Change.EVERYTHING
    return rack


def test_a_welcome_fills_the_rack(rack: Rack) -> None:
    assert [module.name for module in rack.modules()] == ["vco", "vcf", "lfo", "scope", "out"]
    assert [rack.source_name(cable) for cable in rack.cables_into(2)["cutoff"]] == ["lfo.sine"]
    assert rack.patched_outlets(2) == {"low"}
    assert rack.tempo == 120.0


def test_a_rack_has_the_name_under_which_it_was_saved(rack: Rack) -> None:
    assert rack.take(Named("mine")) == Change.STATUS
    assert rack.patch_name == "mine"


def test_modules_stand_row_by_row(rack: Rack) -> None:
    rack.take(Edited(AddModule(PlacedModule(id=9, name="first", type="lfo", position=(-1, 0))), ""))
    rack.take(Edited(AddModule(PlacedModule(id=10, name="last", type="lfo", position=(0, 1))), ""))
    names = [module.name for module in rack.modules()]
    assert (names[0], names[-1]) == ("first", "last")


def test_an_edit_changes_the_copy_and_says_what_is_to_be_drawn(rack: Rack) -> None:
    assert rack.take(Edited(SetKnob(1, "freq", 2.0), "")) == Change.VALUES
    assert rack.patch.modules[1].knobs == {"freq": 2.0}
    assert rack.take(Edited(SetTransport("tempo", 90.0), "")) == Change.STATUS
    assert rack.tempo == 90.0
    both = Batch((SetKnob(1, "freq", 1.0), RemoveModule(3)))
    assert rack.take(Edited(both, "")) == Change.VALUES | Change.STRUCTURE
    assert "cutoff" not in rack.cables_into(2)


def test_an_edit_of_a_rack_that_is_gone_changes_nothing(rack: Rack) -> None:
    assert rack.take(Edited(RemoveModule(77), "")) == Change.NOTHING


def test_what_was_asked_for_shows_until_the_session_says_otherwise(rack: Rack) -> None:
    freq = rack.controls(rack.patch.modules[1])[0]
    assert rack.ask(1, "freq", 3.0) == SetKnob(1, "freq", 3.0)
    assert rack.value(1, freq) == 3.0
    rack.take(Edited(SetKnob(1, "freq", 1.0), "by another front end"))
    assert rack.value(1, freq) == 3.0
    rack.take(Edited(SetKnob(1, "freq", 3.0), ""))
    rack.take(Edited(SetKnob(1, "freq", 2.0), "by another front end"))
    assert rack.value(1, freq) == 2.0


def test_a_refusal_lets_go_of_what_was_asked_for(rack: Rack) -> None:
    freq = rack.controls(rack.patch.modules[1])[0]
    rack.ask(1, "freq", 3.0)
    assert rack.refused()
    assert not rack.refused()
    assert rack.value(1, freq) == 0.0


def test_faults_stay_until_they_are_mended(rack: Rack) -> None:
    fault = ModuleFault("vco", (Problem("vco.py", 1, 1, "wrong"),))
    assert rack.take(fault) == Change.STRUCTURE
    assert rack.faults == {"vco": fault}
    rack.take(ModuleFault("vco", ()))
    assert rack.faults == {}


def test_a_new_panel_replaces_the_old(rack: Rack) -> None:
    assert rack.take(PanelChanged(PANELS["lfo"], 99.0)) == Change.STRUCTURE
    assert rack.panels["lfo"] is PANELS["lfo"]


def test_progress_ends_with_its_last_step(rack: Rack) -> None:
    rack.take(Progress(1, 2, "vco"))
    assert rack.progress == Progress(1, 2, "vco")
    rack.take(Progress(2, 2, "vco"))
    assert rack.progress is None


def test_another_patch_replaces_everything_in_the_rack(rack: Rack) -> None:
    rack.take(Replaced("set2", (), (), {}))
    assert (rack.patch_name, rack.modules(), rack.tempo) == ("set2", [], 120.0)


def test_meters_follow_the_outlets_in_panel_order(rack: Rack) -> None:
    assert rack.meter_slots(rack.patch.modules[2]) == {"low": 4, "band": 5, "high": 6}


def test_a_knob_on_its_way_shows_where_it_is(rack: Rack) -> None:
    module = rack.modules()[0]
    control = rack.controls(module)[0]
    first = rack.value(module.id, control)
    rack.take(Edited(SetKnob(module.id, control.name, first + 1.0, Glide(seconds=0.05)), ""))
    assert rack.patch.modules[module.id].knobs[control.name] == first + 1.0
    assert rack.moves()
    assert first <= rack.value(module.id, control) < first + 1.0
    while not rack.gliding[module.id, control.name].over():
        pass
    assert rack.moves()
    assert not rack.moves()
    assert rack.value(module.id, control) == first + 1.0
