import json
from pathlib import Path
from typing import Any

import pytest

from livepatch.errors import PatchError
from livepatch.patch import files
from livepatch.patch.patch import PlacedModule
from livepatch.patch.vcv import reading, writing
from tests.patch.vcv.racks import VERSIONS, cables, decoded, module, panels, text, written


def test_bare_values_and_pixels_and_wires_of_rack_05_are_read() -> None:
    patch, _, coverage = decoded("v05")
    assert coverage == "v05.vcv: 2 of 3 modules live; placeholders for Befaco/EvenVCO"
    assert module(patch, "vco").knobs["tune"] == 1.0
    assert module(patch, "vco").knobs["width"] == 0.25
    assert module(patch, "vco").position == (0, 0)
    assert module(patch, "audio_out8").position == (1, 0)
    assert module(patch, "Befaco/EvenVCO").position == (0, 1)
    assert module(patch, "Befaco/EvenVCO").knobs == {"param0": 0.5, "param1": -0.25}
    assert cables(patch) == {
        ("vco", "saw", "audio_out8", "to1", ""),
        ("Befaco/EvenVCO", "out3", "audio_out8", "to1", ""),
    }


def test_rack_06_says_paramid_and_gives_colours_in_parts_and_notes_beside_the_data() -> None:
    patch, _, coverage = decoded("v06")
    assert coverage == "v06.vcv: 3 of 4 modules live; placeholders for SomeoneElse/Strange Thing"
    assert module(patch, "notes").data == {"text": "verse"}
    assert module(patch, "adsr").knobs["sustain"] == 0.75
    assert module(patch, "adsr").knobs["attack_depth"] == 1.0
    assert module(patch, "vca2").knobs["level1"] == 0.4
    assert module(patch, "SomeoneElse/Strange Thing").knobs == {"param4": 3.5}
    assert cables(patch) == {
        ("adsr", "envelope", "vca2", "linear1", "#c91847"),
        ("vca2", "out1", "SomeoneElse/Strange Thing", "in7", "#0c8e15"),
    }


def test_rack_1_kept_states_in_data_and_called_bypass_disabled() -> None:
    patch, _, coverage = decoded("v1")
    assert coverage == "v1.vcv: 6 of 6 modules live; 1 cable kept aside: nothing here to plug into"
    assert module(patch, "vcf").bypass
    assert not module(patch, "vco").bypass
    assert module(patch, "vcf").knobs["resonance_depth"] == 1.0
    assert module(patch, "vcf").knobs["cutoff"] == pytest.approx(1.0)
    mutes = module(patch, "mutes").knobs
    assert [mutes[f"mute{number}"] for number in range(1, 5)] == [0.0, 1.0, 0.0, 0.0]
    assert module(patch, "switch1to4").knobs["fade"] == 1.0
    assert module(patch, "octave").knobs["octave"] == 2.0
    assert module(patch, "random").knobs["spread"] == 1.0
    assert module(patch, "random").knobs["rate_depth"] == 1.0


def test_rack_2_has_ids_beyond_what_a_float_can_hold_and_stacks_cables_in_an_inlet() -> None:
    patch, ids, coverage = decoded("v2")
    assert coverage == "v2.vcv: 4 of 5 modules live; placeholders for Bogaudio/Bogaudio-VCO"
    assert set(ids) == {9953068115951304, 18014398509481985, 3, 4, 5}
    assert module(patch, "vco").knobs["tune"] == -0.25
    sequencer = module(patch, "sequencer").knobs
    assert (sequencer["run"], sequencer["gate1"], sequencer["gate2"], sequencer["cv1"]) == (0.0, 1.0, 0.0, 0.25)
    assert module(patch, "audio_out").bypass
    assert module(patch, "notes").data == {"text": "chorus ä"}
    assert ("vco", "saw", "audio_out", "left", "#ffb437") in cables(patch)
    assert ("Bogaudio/Bogaudio-VCO", "out1", "audio_out", "left", "#8b4ade") in cables(patch)
    assert [patch.modules[id].position for id in sorted(patch.modules)] == [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1)]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_name_can_be_typed_and_every_knob_is_in_its_range(version: str) -> None:
    patch = decoded(version).patch
    names = [module.name for module in patch.modules.values()]
    assert len(set(names)) == len(names)
    for placed in patch.modules.values():
        assert placed.name.isidentifier()
        for knob in panels()[placed.type].knobs if placed.type in panels() else ():
            assert knob.minimum <= placed.knobs.get(knob.name, knob.default) <= knob.maximum


def test_what_a_patch_does_not_say_stands_where_rack_has_it() -> None:
    modules = [
        {"id": n, "plugin": "Fundamental", "model": model} for n, model in enumerate(("LFO", "ADSR", "VCO"))
    ]
    patch = reading.decode(json.dumps({"version": "2.0.0", "modules": modules}), panels(), "x").patch
    assert module(patch, "lfo").knobs == {"polarity": 1.0, "saw_start": 1.0, "width_depth": 0.0}
    assert module(patch, "adsr").knobs["attack"] == pytest.approx(-0.7467)
    assert module(patch, "vco").knobs == {"width_depth": 0.0}


def test_names_that_are_taken_get_a_number() -> None:
    modules = [{"id": number, "plugin": "Fundamental", "model": "Sum", "params": []} for number in range(3)]
    modules.append({"id": 9, "plugin": "X", "model": "8 großes Ding!", "params": []})
    patch = reading.decode(json.dumps({"version": "2.0.0", "modules": modules}), panels(), "x").patch
    assert [module.name for module in patch.modules.values()] == ["sum2", "sum3", "sum4", "m8_gro_es_ding"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_read_patch_is_one_of_ours_that_can_be_saved(version: str, tmp_path: Path) -> None:
    patch = decoded(version).patch
    files.write(patch, tmp_path)
    again = files.read(tmp_path)
    assert (again.modules, again.cables, again.unknown) == (patch.modules, patch.cables, patch.unknown)
    assert again.unknown_of_modules == patch.unknown_of_modules
    assert again.unknown_of_cables == patch.unknown_of_cables


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("", "x.vcv:1:1: not JSON: Expecting value"),
        ('{"version": "2.0.0",}', "x.vcv:1:21: not JSON"),
        ("[]", "x.vcv is not a patch: it should hold one object"),
        ("[" * 100_000, "x.vcv is not a patch: it is nested too deeply"),
        ('{"a": ' * 200 + "1" + "}" * 200, "x.vcv is not a patch: it is nested too deeply"),
        ('{"modules": {}}', "x.vcv: modules should be a list"),
        ('{"modules": [7]}', "x.vcv: modules[0] should be an object"),
        ('{"modules": [{"plugin": "a"}]}', "x.vcv: modules[0].model should be a name"),
        ('{"modules": [{"plugin": "a", "model": "b\\nc"}]}', "x.vcv: modules[0].model should be a name"),
        (
            '{"modules": [{"plugin": "a", "model": "b", "id": 1.5}]}',
            "x.vcv: modules[0].id should be a whole number",
        ),
        ('{"modules": [{"plugin": "a", "model": "b", "params": 3}]}', "x.vcv: modules[0].params should be a list"),
        ('{"modules": [], "cables": [null]}', "x.vcv: cables[0] should be an object"),
        ('{"zoom": NaN}', "x.vcv is not a patch: NaN is no number in JSON"),
        ('{"zoom": 1e999}', "x.vcv: zoom is a number without end"),
        ('{"path": "\\ud800"}', "x.vcv: path is not text"),
        ('{"zoom": ' + "9" * 5000 + "}", "x.vcv is not a patch: Exceeds the limit"),
        (
            '{"modules": [], "zoom": [3, 9223372036854775808]}',
            "x.vcv: zoom[1] has more digits than Rack can count",
        ),
        ('{"modules": [' + ",".join(["{}"] * 5001) + "]}", "x.vcv has more modules than fit into a rack: 5001"),
        ('{"version": 2}', "x.vcv: version should be text"),
    ],
)
def test_what_is_no_patch_is_refused_in_one_line_that_says_where(wrong: str, line: str) -> None:
    with pytest.raises(PatchError) as caught:
        reading.decode(wrong, panels(), "x.vcv")
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_rows_far_apart_stand_one_under_the_other() -> None:
    modules = [{"id": n, "plugin": "F", "model": "M", "pos": [0, row]} for n, row in enumerate([9e8, -9e8, 0])]
    patch = reading.decode(json.dumps({"version": "2.0.0", "modules": modules}), panels(), "x").patch
    assert [module.position for module in patch.modules.values()] == [(0, 2), (0, 0), (0, 1)]


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert len(reading.decode("\ufeff" + text("v2"), panels(), "x.vcv").patch.modules) == 5


def test_a_cable_gets_the_gain_that_makes_up_for_other_volts_and_units() -> None:
    modules = [
        {"id": 1, "plugin": "Fundamental", "model": "Noise"},
        {"id": 2, "plugin": "Befaco", "model": "SlewLimiter"},
    ]
    ends = ("outputModuleId", "outputId", "inputModuleId", "inputId")
    cables = [dict(zip(ends, cable, strict=True)) for cable in ((1, 1, 2, 2), (1, 6, 2, 0), (1, 1, 2, 1))]
    document = {"version": "2.0.0", "modules": modules, "cables": cables}
    patch = reading.decode(json.dumps(document), panels(), "x").patch
    assert [cable.gain for cable in patch.cables.values()] == [1.73, 0.5, 1.73 * 0.5]
    assert writing.encode(patch, panels()).remarks == ()
    assert written(patch) == document


def held(model: str, **data: Any) -> PlacedModule:
    """A module of Fundamental that keeps something."""
    entry = {"id": 1, "plugin": "Fundamental", "model": model, "version": "2.6.4", "params": [], "data": data}
    document = json.dumps({"version": "2.6.6", "modules": [entry], "cables": []})
    (placed,) = reading.decode(document, panels(), "held.vcv").patch.modules.values()
    return placed


@pytest.mark.parametrize("model", ["RandomValues", "SHASR"])
@pytest.mark.parametrize(
    ("data", "knobs"),
    [
        ({"randomGain": 5.0, "randomOffset": -2.0}, {"low": -2.0, "high": 3.0}),
        ({"randomOffset": -10.0, "randomGain": 20.0}, {"low": -10.0, "high": 10.0}),
        ({"randomGain": 1.0}, {"high": 1.0}),
        ({"randomGain": 1e9, "randomOffset": 1.0}, {"low": 1.0, "high": 10.0}),
        ({"randomGain": "much"}, {}),
        ({}, {}),
    ],
)
def test_the_range_of_chance_is_between_two_knobs(
    model: str, data: dict[str, Any], knobs: dict[str, float]
) -> None:
    assert held(model, **data).knobs == knobs
