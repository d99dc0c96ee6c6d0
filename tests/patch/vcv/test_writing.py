import json

import pytest

from livepatch.patch import files
from livepatch.patch.edits import AddCable, AddModule, Move, RemoveCable, RemoveModule, SetBypass, SetKnob, apply
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.vcv import reading, writing
from tests.patch.vcv.racks import VERSIONS, decoded, module, panels, text, written


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_patch_that_was_only_opened_and_saved_is_what_it_was(version: str) -> None:
    assert written(decoded(version).patch) == json.loads(text(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_written_is_read_as_the_same_patch_and_written_the_same_again(version: str) -> None:
    first = decoded(version).patch
    document = written(first)
    again = reading.decode(json.dumps(document), panels(), "again.vcv").patch
    assert again.modules == first.modules
    assert again.cables == first.cables
    assert written(again) == document


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_lost_on_the_way_through_a_patch_of_ours(version: str) -> None:
    patch = decoded(version).patch
    assert written(files.decode(files.encode(patch))) == written(patch)


def test_patches_from_before_rack_1_are_written_in_the_form_of_rack_2() -> None:
    document = written(decoded("v05").patch)
    assert document["version"] == "2.6.6"
    assert "wires" not in document
    vco = document["modules"][1]
    assert (vco["id"], vco["pos"]) == (1, [0, 0])
    assert vco["params"][2] == {"value": 12.0, "id": 2}
    assert document["modules"][0]["pos"] == [20, 0]
    assert document["modules"][2]["pos"] == [10, 1]
    wire = {"outputModuleId": 1, "outputId": 2, "inputModuleId": 0, "inputId": 0}
    assert document["cables"][0] == wire | {"id": 0}
    notes = written(decoded("v06").patch)["modules"][0]
    assert notes["data"] == {"text": "verse"}


def test_a_turned_knob_changes_its_param_and_nothing_else() -> None:
    patch = decoded("v2").patch
    apply(patch, SetKnob(module(patch, "vco").id, "tune", 0.5))
    document, former = written(patch), json.loads(text("v2"))
    param = former["modules"][0]["params"][1]
    assert param == {"value": -3.0, "id": 2}
    param["value"] = 6.0
    assert document == former


def test_switches_and_texts_go_back_into_what_rack_keeps_besides() -> None:
    patch = decoded("v2").patch
    sequencer, notes = module(patch, "sequencer"), module(patch, "notes")
    for knob, value in (("run", 1.0), ("gate2", 1.0), ("gate_form", 1.0)):
        apply(patch, SetKnob(sequencer.id, knob, value))
    notes.data["text"] = "bridge"
    document = written(patch)
    assert document["modules"][1]["data"] == {
        "running": True,
        "gates": [True, True, True, True, False, True, True, True],
        "clockPassthrough": False,
    }
    assert document["modules"][4]["data"] == {"text": "bridge"}


def test_bypass_knobs_of_placeholders_and_colours_go_back() -> None:
    patch = decoded("v2").patch
    strange = module(patch, "Bogaudio/Bogaudio-VCO")
    apply(patch, SetBypass(strange.id, True))
    apply(patch, SetKnob(strange.id, "param7", 0.75))
    apply(patch, SetBypass(module(patch, "audio_out").id, False))
    next(iter(patch.cables.values())).colour = "#123456"
    document = written(patch)
    assert document["modules"][2]["bypass"] is True
    assert document["modules"][2]["params"] == [{"value": 0.75, "id": 7}]
    assert document["modules"][2]["data"]["big"] == 9223372036854775807
    assert document["modules"][3]["bypass"] is False
    assert document["cables"][0]["color"] == "#123456"
    assert document["cables"][0]["inputPlugOrder"] == 1


def test_disabled_of_rack_1_becomes_bypass_where_it_changes() -> None:
    patch = decoded("v1").patch
    apply(patch, SetBypass(module(patch, "vcf").id, False))
    vcf = written(patch)["modules"][1]
    assert (vcf["bypass"], "disabled" in vcf) == (False, False)


def test_a_removed_module_goes_with_its_cables_and_the_rest_stays() -> None:
    patch = decoded("v2").patch
    apply(patch, RemoveModule(module(patch, "sequencer").id))
    document, former = written(patch), json.loads(text("v2"))
    del former["modules"][1], former["cables"][2:]
    assert document == former


def test_a_cable_kept_aside_goes_when_its_module_does() -> None:
    patch = decoded("v1").patch
    assert [cable["id"] for cable in written(patch)["cables"]] == [3, 4]
    apply(patch, RemoveModule(module(patch, "vco").id))
    assert written(patch)["cables"] == []


def test_new_modules_and_cables_get_ids_that_are_free_and_params_as_rack_counts_them() -> None:
    patch = decoded("v2").patch
    apply(patch, AddModule(PlacedModule(id=50, name="lfo", type="lfo", position=(4, 0), knobs={"rate": 2.0})))
    apply(patch, AddCable(Cable(source=50, outlet="triangle", target=1, inlet="fm", colour="#abcdef")))
    apply(patch, AddModule(PlacedModule(id=51, name="kick", type="kick", position=(5, 0))))
    apply(patch, AddCable(Cable(source=51, outlet="out", target=4, inlet="right")))
    result = writing.encode(patch, panels())
    lfo = result.document["modules"][-1]
    assert (lfo["plugin"], lfo["model"], lfo["id"], lfo["pos"]) == ("Fundamental", "LFO", 1, [70, 0])
    params = {param["id"]: param["value"] for param in lfo["params"]}
    assert params == {0: 0.0, 1: 0.0, 2: 3.0, 3: 0.0, 5: 0.5, 6: 1.0}
    assert result.document["cables"][-1] == {
        "id": 1,
        "outputModuleId": 1,
        "outputId": 1,
        "inputModuleId": 9953068115951304,
        "inputId": 1,
        "color": "#abcdef",
    }
    assert result.remarks == (
        "left out, as Rack has no such module: kick",
        "1 cable left out: Rack has no such port",
    )


def test_a_cable_patched_again_is_the_cable_that_it_was() -> None:
    patch = decoded("v2").patch
    cable = next(iter(patch.cables.values()))
    apply(patch, RemoveCable(cable.route))
    assert len(written(patch)["cables"]) == 3
    apply(patch, AddCable(cable))
    assert written(patch) == json.loads(text("v2"))


def test_a_moved_module_stands_behind_its_new_neighbour_and_nobody_else_moves() -> None:
    patch = decoded("v2").patch
    apply(patch, Move(module(patch, "vco").id, (1, 1)))
    places = {entry["model"]: entry["pos"] for entry in written(patch)["modules"]}
    assert places == {
        "VCO": [10, 1],
        "SEQ3": [9, 0],
        "Bogaudio-VCO": [40, 0],
        "AudioInterface2": [60, 0],
        "Notes": [0, 1],
    }


def test_a_patch_made_here_is_written_with_what_rack_has() -> None:
    patch = Patch()
    apply(patch, AddModule(PlacedModule(id=1, name="vco", type="vco", knobs={"tune": -1.0})))
    apply(patch, AddModule(PlacedModule(id=2, name="out", type="audio_out", position=(1, 0))))
    apply(patch, AddCable(Cable(source=1, outlet="sine", target=2, inlet="left", gain=0.5)))
    result = writing.encode(patch, panels())
    assert result.remarks == ("a cable plays at full level in Rack, whose cables have no gain",)
    again = reading.decode(json.dumps(result.document), panels(), "new.vcv")
    assert again.coverage == "new.vcv: 2 of 2 modules live"
    assert module(again.patch, "vco").knobs["tune"] == -1.0
    assert module(again.patch, "audio_out").position == (1, 0)


def test_a_module_written_by_hand_for_what_was_a_placeholder_keeps_what_rack_wrote() -> None:
    patch = decoded("v2").patch
    strange = module(patch, "Bogaudio/Bogaudio-VCO")
    strange.type = "kick"
    document = writing.encode(patch, panels()).document
    assert document["modules"][2] == json.loads(text("v2"))["modules"][2]


def test_a_range_of_two_knobs_goes_back_as_a_lowest_voltage_and_a_span() -> None:
    data = {"values": [[1.5] * 16] * 7, "randomGain": 5.0, "randomOffset": -2.0}
    entry = {"id": 1, "plugin": "Fundamental", "model": "RandomValues", "params": [], "data": data}
    document = {"version": "2.6.6", "modules": [entry], "cables": []}
    patch = reading.decode(json.dumps(document), panels(), "range.vcv").patch
    assert written(patch)["modules"][0]["data"] == data
    apply(patch, SetKnob(1, "low", 1.0))
    assert written(patch)["modules"][0]["data"] == data | {"randomGain": 2.0, "randomOffset": 1.0}
    assert type(written(patch)["modules"][0]["data"]["randomOffset"]) is float
    apply(patch, SetKnob(1, "high", 4.5))
    assert written(patch)["modules"][0]["data"] == data | {"randomGain": 3.5, "randomOffset": 1.0}
    fresh = Patch()
    apply(fresh, AddModule(PlacedModule(id=1, name="chance", type="random_values", knobs={"low": 5.0})))
    assert written(fresh)["modules"][0]["data"] == {"randomGain": 5.0, "randomOffset": 5.0}
