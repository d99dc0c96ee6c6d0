"""Patches of VCV Rack at the prompt."""

import json
from pathlib import Path

import pytest

from livepatch.patch.vcv import container
from livepatch.session.commands import COMMANDS
from livepatch.session.sources import Code
from tests.patch.vcv.racks import FIXTURES, panels, text
from tests.patch.vcv.test_container import rack_file
from tests.session.table import Table


@pytest.fixture
def racks(table: Table) -> Table:
    """A rack that has the modules that come with livepatch."""
    table.sources.panels = dict(panels())
    for panel in panels().values():
        table.sources.built(Code(panel.type, f"{panel.type}-1", "", panel))
        table.sources.play(panel.type, f"{panel.type}-1")
    return table


def test_a_patch_of_rack_is_loaded_with_its_files_and_undone(
    racks: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = rack_file(tmp_path / "set.vcv")
    racks.type('add("kick")', f"load({str(path)!r})")
    assert "set.vcv: 4 of 5 modules live; placeholders for Bogaudio/Bogaudio-VCO" in capsys.readouterr().out
    assert racks.rack.name == "set.vcv"
    assert [module.name for module in racks.rack.patch.modules.values()][:2] == ["vco", "sequencer"]
    storage = racks.rack.patch.storage
    assert storage is not None
    assert (storage / "1" / "wavetable.wav").read_bytes() == b"RIFF" * 400
    assert racks.type("vco.tune * 12") == "-3.0"
    racks.type("undo()")
    assert [module.name for module in racks.rack.patch.modules.values()] == ["kick"]
    assert racks.rack.patch.unknown == {}
    racks.type("redo()", "undo()")


def test_it_is_written_for_rack_again_as_it_was_and_with_what_changed(racks: Table, tmp_path: Path) -> None:
    path, out = rack_file(tmp_path / "set.vcv"), tmp_path / "out.vcv"
    racks.type(f"load({str(path)!r})", f"save({str(out)!r})")
    assert json.loads(container.read(out, tmp_path / "storage")) == json.loads(text("v2"))
    assert (tmp_path / "storage" / "9953068115951304" / "wavetable.wav").read_bytes() == b"RIFF" * 400
    racks.type("vco.tune = 1.0", "remove(sequencer)", "undo()", f"save({str(out)!r})")
    document = json.loads(container.read(out, tmp_path / "again"))
    wanted = json.loads(text("v2"))
    wanted["modules"][0]["params"][1]["value"] = 12.0
    assert document == wanted


def test_it_is_saved_as_a_patch_of_ours_under_a_name_of_its_own(racks: Table, tmp_path: Path) -> None:
    path = rack_file(tmp_path / "set.vcv")
    racks.type(f"load({str(path)!r})")
    said = racks.refused("save()")
    assert said == 'set.vcv is of VCV Rack: save("name") makes the rack a patch of yours'
    racks.type('save("mine")', "clear()", 'load("mine")', f"save({str(tmp_path / 'out.vcv')!r})")
    assert json.loads(container.read(tmp_path / "out.vcv", tmp_path / "storage")) == json.loads(text("v2"))
    assert (tmp_path / "storage" / "9953068115951304" / "wavetable.wav").is_file()


@pytest.mark.parametrize("version", ["v05", "v06", "v1"])
def test_every_version_is_loaded_and_no_name_is_a_command(version: str, racks: Table) -> None:
    racks.type(f"load({str(FIXTURES / f'{version}.vcv')!r})", "undo()", "redo()", 'save("copy")', 'load("copy")')
    assert not {module.name for module in racks.rack.patch.modules.values()} & {"sum", *COMMANDS}


def test_the_duplicate_of_a_placeholder_is_one_of_racks_too(racks: Table, tmp_path: Path) -> None:
    racks.type(f"load({str(FIXTURES / 'v2.vcv')!r})", "duplicate(bogaudio_vco)")
    racks.type(f"save({str(tmp_path / 'out.vcv')!r})")
    document = json.loads(container.read(tmp_path / "out.vcv", tmp_path / "storage"))
    first, second = document["modules"][2], document["modules"][5]
    assert second["data"] == first["data"]
    assert second["params"] == first["params"]
    assert len({module["id"] for module in document["modules"]}) == 6


def test_what_is_no_patch_leaves_the_rack_as_it_was(racks: Table, tmp_path: Path) -> None:
    racks.type('add("kick")')
    (tmp_path / "bad.vcv").write_text('{"modules": [{"plugin": 3}]}')
    said = racks.refused(f"load({str(tmp_path / 'bad.vcv')!r})")
    assert said == "bad.vcv: modules[0].plugin should be a name"
    assert "there is no such file" in racks.refused('load("nowhere/none.vcv")')
    assert [module.name for module in racks.rack.patch.modules.values()] == ["kick"]
    assert racks.rack.name == ""


def piece(path: Path, document: object) -> str:
    path.write_text(json.dumps(document))
    return repr(str(path))


VCO_PRESET = {
    "plugin": "Fundamental",
    "model": "VCO",
    "version": "2.6.0",
    "params": [{"id": 2, "value": 6.0}, {"id": 5, "value": 0.2}],
}


def test_a_preset_turns_the_knobs_of_a_module_and_is_one_step(racks: Table, tmp_path: Path) -> None:
    file = piece(tmp_path / "bass.vcvm", VCO_PRESET)
    racks.type('vco = add("vco", width=0.7)', f"preset(vco, {file})")
    assert racks.type("float(vco.tune), float(vco.width)") == "(0.5, 0.2)"
    racks.type("undo()")
    assert racks.type("float(vco.tune), float(vco.width)") == "(0.0, 0.7)"
    adsr = piece(
        tmp_path / "a.vcvm", {"plugin": "Fundamental", "model": "ADSR", "params": [{"id": 2, "value": 0.25}]}
    )
    racks.type("adsr = add('adsr')", f"preset(adsr, {adsr})")
    assert racks.type("float(adsr.attack), float(adsr.sustain)") == "(-2.0, 0.25)"
    racks.type('lfo = add("lfo")')
    assert racks.refused(f"preset(lfo, {file})") == "bass.vcvm is for Fundamental/VCO, and lfo is lfo"
    notes = piece(tmp_path / "n.vcvm", {"plugin": "Core", "model": "Notes", "data": {"text": "hello"}})
    assert racks.type('notes = add("notes")', f"preset(notes, {notes})", "notes.text") == "'hello'"


def test_a_preset_of_a_placeholder_turns_what_it_has(racks: Table, tmp_path: Path) -> None:
    racks.type(f"load({str(FIXTURES / 'v2.vcv')!r})")
    params = [{"id": 7, "value": 0.5}, {"id": 8, "value": 0.5}]
    file = piece(tmp_path / "x.vcvm", {"plugin": "Bogaudio", "model": "Bogaudio-VCO", "params": params})
    assert racks.type(f"preset(bogaudio_vco, {file})", "float(bogaudio_vco.param7)") == "0.5"


def test_a_selection_is_added_below_what_is_there_and_goes_back_to_rack(
    racks: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(text("v2"))
    file = piece(tmp_path / "voice.vcvs", {"modules": document["modules"][:3], "cables": document["cables"][2:]})
    racks.type(f"load({str(FIXTURES / 'v2.vcv')!r})", f"paste({file})")
    assert "voice.vcvs: 2 of 3 modules live; placeholders for Bogaudio/Bogaudio-VCO" in capsys.readouterr().out
    patch = racks.rack.patch
    assert [(module.name, module.position) for module in patch.modules.values()][5:] == [
        ("vco2", (0, 2)),
        ("sequencer2", (1, 2)),
        ("bogaudio_vco2", (2, 2)),
    ]
    assert racks.type("sequencer2.cv") == "sequencer2.cv >> vco2.voct"
    out = tmp_path / "out.vcv"
    racks.type(f"save({str(out)!r})")
    written = json.loads(container.read(out, tmp_path / "storage"))
    assert written["modules"][:5] == document["modules"]
    assert len({module["id"] for module in written["modules"]}) == 8
    assert written["modules"][7]["data"] == document["modules"][2]["data"]
    assert written["modules"][7]["pos"][1] == 2
    assert [cable["outputModuleId"] for cable in written["cables"][4:]] == [written["modules"][6]["id"]] * 2
    racks.type("undo()")
    assert len(racks.rack.patch.modules) == 5


def test_what_is_no_piece_changes_nothing(racks: Table, tmp_path: Path) -> None:
    racks.type('vco = add("vco")')
    wrong: tuple[object, ...] = ([], {"modules": 3}, {"params": []}, {"modules": []})
    for document in wrong:
        file = piece(tmp_path / "bad.vcvs", document)
        assert racks.refused(f"paste({file})").startswith("bad.vcvs")
        assert racks.refused(f"preset(vco, {file})").startswith("bad.vcvs")
    assert "there is no such file" in racks.refused('paste("none.vcvs")')
    assert len(racks.rack.patch.modules) == 1
