from pathlib import Path

import pytest

from livepatch.plugins.bundle import Bundle
from livepatch.plugins.plugin import PluginError
from livepatch.plugins.surroundings import Surroundings
from livepatch.protocol.plugin_facts import Snapshot

UID = "84E8DE5F92554F5396FAE4133C935A18"
LIBRARIES = {
    "armv7l-linux": "MyPlugin.so",
    "i686-linux": "MyPlugin.so",
    "i386-linux": "MyPlugin.so",
    "x86_64-linux": "MyPlugin.so",
    "MacOS": "MyPlugin",
    "x86-win": "MyPlugin.vst3",
    "x86_64-win": "MyPlugin.vst3",
    "arm64ec-win": "MyPlugin.vst3",
    "arm64x-win": "MyPlugin.vst3",
}


def on(system: str, machine: str, process: str = "") -> Surroundings:
    return Surroundings(system, "/home/ada", machine=machine, process=process)


@pytest.fixture
def merged(tmp_path: Path) -> Bundle:
    """A bundle for every system, as the format's own page shows one."""
    bundle = tmp_path / "MyPlugin.vst3"
    for folder, name in LIBRARIES.items():
        (bundle / "Contents" / folder).mkdir(parents=True)
        (bundle / "Contents" / folder / name).touch()
    (bundle / "Contents" / "Resources" / "Snapshots").mkdir(parents=True)
    return Bundle(bundle)


def test_a_merged_bundle_has_a_library_for_each_processor(merged: Bundle) -> None:
    assert merged.libraries() == {
        folder: merged.path / "Contents" / folder / name for folder, name in LIBRARIES.items()
    }


@pytest.mark.parametrize(
    ("around", "folder"),
    [
        (on("Linux", "x86_64"), "x86_64-linux"),
        (on("Linux", "x86_64", "i686"), "i686-linux"),
        (on("Linux", "armv8l"), "armv7l-linux"),
        (on("Darwin", "arm64"), "MacOS"),
        (on("Windows", "x86_64"), "x86_64-win"),
        (on("Windows", "arm64"), "arm64x-win"),
        (on("Windows", "arm64", "x86_64"), "arm64ec-win"),
    ],
)
def test_each_process_gets_the_library_that_it_can_load(merged: Bundle, around: Surroundings, folder: str) -> None:
    assert merged.library(around) == merged.path / "Contents" / folder / LIBRARIES[folder]


def test_a_processor_that_the_bundle_is_not_for_is_told_what_it_is_for(tmp_path: Path) -> None:
    bundle = Bundle(tmp_path / "A.vst3")
    with pytest.raises(PluginError, match="no library"):
        bundle.library(on("Linux", "x86_64"))
    (bundle.contents / "x86_64-win").mkdir(parents=True)
    (bundle.contents / "x86_64-win" / "A.vst3").touch()
    with pytest.raises(PluginError, match=r"is for x86_64-win, not for x86_64-linux"):
        bundle.library(on("Linux", "x86_64"))


def test_a_renamed_bundle_has_the_only_library_that_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "Renamed.vst3" / "Contents" / "x86_64-linux"
    folder.mkdir(parents=True)
    (folder / "Original.so").touch()
    bundle = Bundle(tmp_path / "Renamed.vst3")
    assert bundle.library(on("Linux", "x86_64")) == folder / "Original.so"
    (folder / "Second.so").touch()
    assert bundle.libraries() == {}


def test_a_single_file_is_the_library_on_windows_and_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "Old.vst3").touch()
    bundle = Bundle(tmp_path / "Old.vst3")
    assert bundle.library(on("Windows", "x86_64")) == bundle.path
    assert bundle.libraries() == {}
    with pytest.raises(PluginError, match="single file"):
        bundle.library(on("Linux", "x86_64"))


def test_snapshots_are_told_by_their_names_and_scales(merged: Bundle) -> None:
    folder = merged.resources / "Snapshots"
    for name in (
        f"{UID}_snapshot_2.0x.png",
        f"{UID}_snapshot.png",
        f"{UID}_snapshot_1.5x.png",
        f"{UID}_snapshot_2.0x.jpg",
        f"{UID[:-1]}_snapshot.png",
        f"{UID[:-1]}9_snapshot.png",
        f"{UID}_snapshot_x.png",
        f"{UID}_snapshot_0x.png",
        f"{UID}_snapshot_1000000x.png",
    ):
        (folder / name).touch()
    assert merged.snapshots(UID.lower()) == (
        Snapshot(str(folder / f"{UID}_snapshot.png"), 1.0),
        Snapshot(str(folder / f"{UID}_snapshot_1.5x.png"), 1.5),
        Snapshot(str(folder / f"{UID}_snapshot_2.0x.png"), 2.0),
    )
    assert Bundle(merged.path.with_name("Missing.vst3")).snapshots(UID) == ()


def test_module_info_is_found_in_its_place_and_in_the_former_one(merged: Bundle) -> None:
    assert merged.module_info() is None
    (merged.contents / "moduleinfo.json").touch()
    assert merged.module_info() == merged.contents / "moduleinfo.json"
    (merged.resources / "moduleinfo.json").touch()
    assert merged.module_info() == merged.resources / "moduleinfo.json"


def test_what_macos_adds_is_read(merged: Bundle) -> None:
    assert merged.executable() == "MyPlugin"
    assert merged.package_type() == ""
    (merged.contents / "PkgInfo").write_bytes(b"BNDL????")
    (merged.contents / "Info.plist").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>'
        "<key>CFBundleExecutable</key><string>Other Name</string></dict></plist>"
    )
    (merged.contents / "MacOS" / "Other Name").touch()
    assert merged.package_type() == "BNDL"
    assert merged.library(on("Darwin", "arm64")) == merged.contents / "MacOS" / "Other Name"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no list",
        "<plist><array/></plist>",
        "<plist><dict><key>CFBundleExecutable</key><string>../../../bin/sh</string></dict></plist>",
        "<plist><dict><key>a</key><date>yesterday</date></dict></plist>",
        "<plist><dict><key>CFBundleExecutable</key><integer>5</integer></dict></plist>",
    ],
)
def test_a_property_list_that_makes_no_sense_leaves_the_bundles_own_name(merged: Bundle, text: str) -> None:
    (merged.contents / "Info.plist").write_text(text)
    assert merged.executable() == "MyPlugin"


def test_the_icon_is_what_desktop_ini_names(merged: Bundle) -> None:
    assert merged.icon() is None
    (merged.path / "Plugin.ico").touch()
    assert merged.icon() == merged.path / "Plugin.ico"
    (merged.path / "desktop.ini").write_text("\ufeff[.ShellClassInfo]\r\nIconResource=Own.ico,0\r\n")
    assert merged.icon() == merged.path / "Plugin.ico"
    (merged.path / "Own.ico").touch()
    assert merged.icon() == merged.path / "Own.ico"
    (merged.path / "desktop.ini").write_text("IconResource")
    assert merged.icon() == merged.path / "Plugin.ico"
    (merged.path / "desktop.ini").write_text("[.ShellClassInfo]\nIconResource=..\\..\\other.ico,0\n")
    assert merged.icon() == merged.path / "Plugin.ico"
