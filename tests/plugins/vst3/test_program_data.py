"""The Prog of a preset: a program for a list of programs, or the data of a unit."""

import struct
from pathlib import Path
from typing import Any

import pytest

from livepatch.plugins.presets.meta_info import read_meta_info
from livepatch.plugins.presets.vstpreset import VstPreset, read_vstpreset, write_vstpreset
from tests.plugins.vst3.rig import in_child
from tests.plugins.vst3.synth_bundle import UID, vst3_bundle

LIST, UNIT = 7, 2
CODE = """
from tests.plugins.vst3.synth_bundle import BEND, GAIN, OCTAVE
rig = Rig(sys.argv[1])
ones = np.ones((3, 64)) * [[1.0], [1.0], [0.0]]
rig.plugin.choose(2)
rig.play(64)
rig.plugin.turn(GAIN, 0.375)
rig.play(64)
rig.plugin.idle()
refused = ""
try:
    rig.plugin.restore(Path(sys.argv[2]).read_bytes())
except PluginError as error:
    refused = str(error)
rig.play(64)
rig.plugin.idle()
values = [rig.plugin.value(id) for id in (GAIN, OCTAVE, BEND)]
heard = rig.play(ones)[0, 5]
rig.plugin.choose(0)
rig.play(64)
rig.plugin.choose(2)
rig.play(64)
answer(values=values, heard=heard, refused=refused, again=rig.play(ones)[0, 5])
"""


def program(list_id: int = LIST, magic: bytes = b"LPPD", *values: float) -> bytes:
    return struct.pack(f"<i4s{len(values)}d", list_id, magic, *values)


def restored(bundle: Path, folder: Path, piece: bytes, component: bytes = b"") -> dict[str, Any]:
    """What becomes of the synth in its program 2, with its gain at 0.375, by a preset with such a program."""
    preset = folder / "a.vstpreset"
    preset.write_bytes(write_vstpreset(VstPreset(UID, component, programs=piece)))
    return in_child(CODE, bundle, preset)


@pytest.fixture(scope="session")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that takes such data in its controller alone."""
    return vst3_bundle(tmp_path_factory.mktemp("passes"), "Synth", "PASSES")


def test_a_program_replaces_the_current_one_of_its_list_in_both_halves(either: Path, tmp_path: Path) -> None:
    said = restored(either, tmp_path, program(LIST, b"LPPD", 0.625))
    assert not said["refused"]
    assert said["values"] == [0.625, 0.5, 0.5]
    assert said["heard"] == 0.625
    assert said["again"] == 0.625  # it is the program now, not only where it stands


def test_the_data_of_a_unit_changes_that_unit_alone(either: Path, tmp_path: Path) -> None:
    said = restored(either, tmp_path, program(UNIT, b"LPUD", 1.0, 0.75))
    assert not said["refused"]
    assert said["values"] == [0.375, 1.0, 0.75]
    assert said["again"] == 0.25


def test_a_controller_that_takes_no_programs_is_told_of_the_state(tmp_path: Path) -> None:
    said = restored(vst3_bundle(tmp_path, "Deaf", "DEAF"), tmp_path, program(LIST, b"LPPD", 0.625))
    assert not said["refused"]
    assert (said["values"][0], said["heard"]) == (0.625, 0.625)


def test_a_component_without_such_data_hears_of_it_by_its_controller(passes: Path, tmp_path: Path) -> None:
    said = restored(passes, tmp_path, program(LIST, b"LPPD", 0.625))
    assert not said["refused"]
    assert (said["values"], said["heard"]) == ([0.625, 0.5, 0.5], 0.625)
    said = restored(passes, tmp_path, program(UNIT, b"LPUD", 1.0, 0.75))
    assert not said["refused"]
    assert (said["values"], said["heard"]) == ([0.375, 1.0, 0.75], 0.375)


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (program(9, b"LPPD", 0.625), "Test Synth has no programs of the number 9, which this preset is for"),
        (program(LIST, b"XXXX", 0.625), "Test Synth refuses the program in this preset"),
        (program(UNIT, b"LPUD", 1.0), "Test Synth refuses the program in this preset"),
    ],
)
@pytest.mark.parametrize("macro", ["", "PASSES"])
def test_a_program_that_does_not_fit_is_refused_and_leaves_all_as_it_was(
    synth: Path, passes: Path, tmp_path: Path, macro: str, piece: bytes, why: str
) -> None:
    state = in_child("rig = Rig(sys.argv[1])\nanswer(state=rig.plugin.state().hex())", synth)["state"]
    whole = read_vstpreset(bytes.fromhex(state)).component
    said = restored(passes if macro else synth, tmp_path, piece, whole)
    assert said["refused"] == why
    assert said["values"] == [0.375, 0.5, 0.5]
    assert said["heard"] == 0.375


def test_a_plug_in_without_programs_refuses_one(tmp_path: Path) -> None:
    said = restored(vst3_bundle(tmp_path, "Bare", "BARE"), tmp_path, program(LIST, b"LPPD", 0.625))
    assert said["refused"] == "Test Synth has no programs of the number 7, which this preset is for"


def test_a_preset_that_is_saved_says_whose_it_is_and_is_taken_again(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
rig.plugin.turn(0, 0.125)
rig.play(64)
preset = rig.plugin.preset()
other = Rig(sys.argv[1])
other.plugin.restore(preset)
answer(preset=preset.hex(), value=other.plugin.value(0), state=rig.plugin.state().hex())
""",
        synth,
    )
    preset = read_vstpreset(bytes.fromhex(said["preset"]))
    assert read_meta_info(preset.info) == {
        "MediaType": "VstPreset",
        "PlugInCategory": "Instrument|Synth",
        "PlugInName": "Test Synth",
        "PlugInVendor": "livepatch",
    }
    assert said["value"] == 0.125
    assert not read_vstpreset(bytes.fromhex(said["state"])).info
