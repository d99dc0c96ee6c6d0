from pathlib import Path

import pytest

from livepatch.plugins.preset_places import folder_name, preset_files, preset_places
from livepatch.plugins.presets.fxp import Fxb, Fxp, write_fxb, write_fxp
from livepatch.plugins.presets.meta_info import write_meta_info
from livepatch.plugins.presets.vstpreset import VstPreset, write_vstpreset
from livepatch.plugins.surroundings import Surroundings
from livepatch.protocol.plugin_facts import Facts

UID = "84E8DE5F92554F5396FAE4133C935A18"


def listed(around: Surroundings, vendor: str, name: str) -> list[tuple[str, str]]:
    return [(place.type, str(place.path)) for place in preset_places(around, vendor, name)]


def test_the_preset_folders_of_linux() -> None:
    assert listed(Surroundings("Linux", "/home/ada", application="/app"), "A/B", "C?") == [
        ("user", "/home/ada/.vst3/presets/A_B/C_"),
        ("shared factory", "/usr/share/vst3/presets/A_B/C_"),
        ("shared factory", "/usr/local/share/vst3/presets/A_B/C_"),
        ("app factory", "/app/vst3/presets/A_B/C_"),
    ]


def test_the_preset_folders_of_macos() -> None:
    assert listed(Surroundings("Darwin", "/Users/ada", application="/app"), "Co", "Synth") == [
        ("user", "/Users/ada/Library/Audio/Presets/Co/Synth"),
        ("shared factory", "/Library/Audio/Presets/Co/Synth"),
        ("shared factory", "/Network/Library/Audio/Presets/Co/Synth"),
        ("app factory", "/app/VST3 Presets/Co/Synth"),
    ]


def test_the_preset_folders_of_windows() -> None:
    environment = {"AppData": "D:\\Roaming", "ProgramData": "E:\\All"}
    around = Surroundings("Windows", "C:\\Users\\ada", environment=environment, application="C:\\App")
    assert listed(around, "Co", "Synth") == [
        ("user", "C:\\Users\\ada\\Documents\\VST3 Presets\\Co\\Synth"),
        ("user factory", "D:\\Roaming\\VST3 Presets\\Co\\Synth"),
        ("shared factory", "E:\\All\\VST3 Presets\\Co\\Synth"),
        ("app factory", "C:\\App\\VST3 Presets\\Co\\Synth"),
    ]
    bare = Surroundings("Windows", "C:\\Users\\ada")
    assert [path for _, path in listed(bare, "Co", "S")][1:] == [
        "C:\\Users\\ada\\AppData\\Roaming\\VST3 Presets\\Co\\S",
        "C:\\ProgramData\\VST3 Presets\\Co\\S",
    ]


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ('a\\b*c?d/e:f<g>h|i"j', "a_b_c_d_e_f_g_h_i_j"),
        ("..", "__"),
        (".", "_"),
        ("", "_"),
        ("A.B", "A.B"),
        ("\0", "_"),
    ],
)
def test_a_name_becomes_the_name_of_a_folder(name: str, cleaned: str) -> None:
    assert folder_name(name) == cleaned


def test_presets_are_listed_by_type_and_only_those_of_the_plug_in(tmp_path: Path) -> None:
    around = Surroundings("Linux", str(tmp_path / "home"), application=str(tmp_path / "app"))
    facts = Facts(format="vst3", path="/a.vst3", uid=UID, name="Synth", vendor="Co")
    user = Path(preset_places(around, "Co", "Synth")[0].path)
    own = Path(preset_places(around, "Co", "Synth")[-1].path)
    (user / "Pads").mkdir(parents=True)
    own.mkdir(parents=True)
    (user / "Pads" / "Soft.vstpreset").write_bytes(write_vstpreset(VstPreset(UID, b"1")))
    (user / "Bass.vstpreset").write_bytes(write_vstpreset(VstPreset(UID.lower(), b"1")))
    (user / "Other.vstpreset").write_bytes(write_vstpreset(VstPreset("0" * 32, b"1")))
    (user / "Broken.vstpreset").write_bytes(b"VST3")
    (user / "readme.txt").touch()
    (own / "Init.vstpreset").write_bytes(write_vstpreset(VstPreset(UID, b"1")))
    found = preset_files(around, facts)
    assert [(preset.name, preset.type, bool(preset.problem)) for preset in found] == [
        ("Bass", "user", False),
        ("Broken", "user", True),
        ("Soft", "user", False),
        ("Init", "app factory", False),
    ]
    assert "cut short" in found[1].problem


def test_a_preset_is_listed_with_what_it_says_of_itself(tmp_path: Path) -> None:
    around = Surroundings("Linux", str(tmp_path))
    facts = Facts(format="vst3", path="/a.vst3", uid=UID, name="Synth", vendor="Co")
    folder = Path(preset_places(around, "Co", "Synth")[0].path)
    folder.mkdir(parents=True)
    for name, about in {
        "Grand": {"Name": "Grand", "MusicalInstrument": "Piano|A. Piano"},
        "P01": {"Name": "Warm Pad", "MusicalCategory": "Pad", "PlugInName": "Synth"},
        "Plain": {},
    }.items():
        preset = VstPreset(UID, b"1", info=write_meta_info(about))
        (folder / f"{name}.vstpreset").write_bytes(write_vstpreset(preset))
    assert [
        (preset.name, preset.title, preset.category, preset.kind) for preset in preset_files(around, facts)
    ] == [
        ("Grand", "", "Piano|A. Piano", "user, Piano|A. Piano"),
        ("P01", "Warm Pad", "Pad", "user, Warm Pad, Pad"),
        ("Plain", "", "", "user"),
    ]


def test_presets_of_vst2_lie_in_our_folder_or_beside_the_plug_in_under_its_name(tmp_path: Path) -> None:
    around = Surroundings("Linux", str(tmp_path / "home"), application=str(tmp_path / "app"))
    facts = Facts(format="vst2", path=str(tmp_path / "synth.so"), uid="4C505631", name="Synth", vendor="Co")
    own = tmp_path / "app" / "vst" / "presets" / "Co" / "Synth"
    own.mkdir(parents=True)
    (own / "Lead.fxp").write_bytes(write_fxp(Fxp("4c505631", 1, "Lead", parameters=())))
    (own / "Foreign.fxp").write_bytes(write_fxp(Fxp("00000001", 1, "Lead", parameters=())))
    (tmp_path / "synth.FXB").write_bytes(write_fxb(Fxb("4C505631", 1, chunk=b"")))
    (tmp_path / "other.fxb").write_bytes(write_fxb(Fxb("4C505631", 1, chunk=b"")))
    assert [(preset.name, preset.type) for preset in preset_files(around, facts)] == [
        ("Lead", "user"),
        ("synth", "shared factory"),
    ]
    assert preset_files(Surroundings("Linux", "/nowhere", application="/nowhere"), facts)[0].name == "synth"
