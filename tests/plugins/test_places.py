import os
from pathlib import Path, PurePath, PurePosixPath

import pytest

from livepatch.plugins.places import (
    APPLICATION,
    GLOBAL,
    USER,
    Candidate,
    Folders,
    Place,
    folders,
    search,
    vst2_places,
    vst3_places,
)
from livepatch.plugins.surroundings import Surroundings, here

LINUX = Surroundings("Linux", "/home/ada", application="/home/ada/.local/share/livepatch")
MACOS = Surroundings("Darwin", "/Users/ada", machine="arm64", application="/Applications/Livepatch.app")
WINDOWS = Surroundings(
    "Windows",
    "C:\\Users\\ada",
    environment={
        "LocalAppData": "C:\\Users\\ada\\AppData\\Local",
        "PROGRAMFILES": "C:\\Program Files",
        "ProgramFiles(x86)": "D:\\Program Files (x86)",
        "CommonProgramFiles": "E:\\Common",
    },
    application="C:\\Livepatch",
    vst2_registry="F:\\VST",
)


def listed(places: list[Place]) -> list[tuple[str, str]]:
    return [(place.scope, str(place.path)) for place in places]


def test_the_vst3_folders_of_linux_are_the_users_then_everybodys_then_livepatchs() -> None:
    assert listed(vst3_places(LINUX)) == [
        (USER, "/home/ada/.vst3"),
        (GLOBAL, "/usr/lib/vst3"),
        (GLOBAL, "/usr/lib32/vst3"),
        (GLOBAL, "/usr/local/lib/vst3"),
        (GLOBAL, "/usr/local/lib32/vst3"),
        (APPLICATION, "/home/ada/.local/share/livepatch/vst3"),
    ]


def test_the_vst3_folders_of_macos_have_the_networks_too() -> None:
    assert listed(vst3_places(MACOS)) == [
        (USER, "/Users/ada/Library/Audio/Plug-Ins/VST3"),
        (GLOBAL, "/Library/Audio/Plug-Ins/VST3"),
        (GLOBAL, "/Network/Library/Audio/Plug-Ins/VST3"),
        (APPLICATION, "/Applications/Livepatch.app/Contents/VST3"),
    ]


def test_the_vst3_folders_of_windows_follow_its_variables_however_they_are_spelt() -> None:
    assert listed(vst3_places(WINDOWS)) == [
        (USER, "C:\\Users\\ada\\AppData\\Local\\Programs\\Common\\VST3"),
        (GLOBAL, "E:\\Common\\VST3"),
        (GLOBAL, "D:\\Program Files (x86)\\Common Files\\VST3"),
        (APPLICATION, "C:\\Livepatch\\VST3"),
    ]


def test_windows_without_variables_has_its_usual_folders_and_a_32_bit_one_no_others() -> None:
    assert listed(vst3_places(Surroundings("Windows", "C:\\Users\\ada", machine="x86"))) == [
        (USER, "C:\\Users\\ada\\AppData\\Local\\Programs\\Common\\VST3"),
        (GLOBAL, "C:\\Program Files\\Common Files\\VST3"),
    ]


def test_a_32_bit_process_on_64_bit_windows_sees_the_systems_own_folder_first() -> None:
    environment = {
        "CommonProgramFiles": "C:\\Program Files (x86)\\Common Files",
        "CommonProgramFiles(x86)": "C:\\Program Files (x86)\\Common Files",
        "CommonProgramW6432": "C:\\Program Files\\Common Files",
    }
    around = Surroundings("Windows", "C:\\Users\\ada", process="x86", environment=environment)
    assert [path for scope, path in listed(vst3_places(around)) if scope == GLOBAL] == [
        "C:\\Program Files\\Common Files\\VST3",
        "C:\\Program Files (x86)\\Common Files\\VST3",
    ]


def test_the_vst2_folders_of_linux() -> None:
    assert listed(vst2_places(LINUX)) == [
        (USER, "/home/ada/.vst"),
        (GLOBAL, "/usr/lib/vst"),
        (GLOBAL, "/usr/local/lib/vst"),
        (USER, "/home/ada/.lxvst"),
        (GLOBAL, "/usr/lib/lxvst"),
        (GLOBAL, "/usr/local/lib/lxvst"),
        (APPLICATION, "/home/ada/.local/share/livepatch/vst"),
    ]


def test_the_vst2_folders_of_macos() -> None:
    assert listed(vst2_places(MACOS)) == [
        (USER, "/Users/ada/Library/Audio/Plug-Ins/VST"),
        (GLOBAL, "/Library/Audio/Plug-Ins/VST"),
        (APPLICATION, "/Applications/Livepatch.app/Contents/VST"),
    ]


def test_the_vst2_folders_of_windows_begin_with_what_the_registry_has() -> None:
    assert listed(vst2_places(WINDOWS)) == [
        (GLOBAL, "F:\\VST"),
        (GLOBAL, "C:\\Program Files\\VSTPlugins"),
        (GLOBAL, "C:\\Program Files\\Steinberg\\VSTPlugins"),
        (GLOBAL, "D:\\Program Files (x86)\\VSTPlugins"),
        (GLOBAL, "D:\\Program Files (x86)\\Steinberg\\VSTPlugins"),
        (GLOBAL, "E:\\Common\\VST2"),
        (GLOBAL, "E:\\Common\\Steinberg\\VST2"),
        (GLOBAL, "D:\\Program Files (x86)\\Common Files\\VST2"),
        (GLOBAL, "D:\\Program Files (x86)\\Common Files\\Steinberg\\VST2"),
        (APPLICATION, "C:\\Livepatch\\VST"),
    ]


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_the_performers_own_folders_come_first_and_each_once(system: str) -> None:
    separator = ";" if system == "Windows" else ":"
    own = {"VST_PATH": f"/mine{separator}{separator}/other", "VST3_PATH": "/three"}
    around = Surroundings(system, "/home/ada", environment=own)
    assert [place.path for place in vst2_places(around)[:2]] == [around.path("/mine"), around.path("/other")]
    assert vst3_places(around)[0] == Place(USER, around.path("/three"))


def test_a_usual_folder_that_the_performer_names_too_is_searched_once() -> None:
    places = vst2_places(Surroundings("Linux", "/home/ada", environment={"VST_PATH": "/usr/lib/vst"}))
    assert [place.path for place in places].count(PurePosixPath("/usr/lib/vst")) == 1
    assert places[0].path == PurePosixPath("/usr/lib/vst")


def test_folders_are_searched_by_their_whole_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    around = Surroundings("Linux", "/home/ada", environment={"VST_PATH": "mine:~/more"})
    assert folders(around).vst2[:2] == (tmp_path / "mine", Path("/home/ada/more"))


def test_this_machine_has_surroundings() -> None:
    around = here()
    assert Path(around.home).is_absolute()
    assert around.machine
    assert folders(around).vst3
    assert all(isinstance(place.path, PurePath) for place in (*vst2_places(around), *vst3_places(around)))


def found(around: Surroundings, *roots: Path) -> list[Candidate]:
    def no_trouble(path: Path, why: str) -> None:
        raise AssertionError(path, why)

    return list(search(around.system, Folders(roots, roots), no_trouble))


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_folders_are_searched_all_the_way_down_but_not_into_bundles(tmp_path: Path) -> None:
    library = touch(tmp_path / "a" / "Bundle.vst3" / "Contents" / "x86_64-linux" / "Bundle.so")
    plain = touch(tmp_path / "a" / "deep" / "deeper" / "Plain.so")
    touch(tmp_path / "a" / "Other.lv2" / "other.so")
    touch(tmp_path / "a" / "Readme.txt")
    touch(tmp_path / "a" / "lib.so.1")
    assert found(LINUX, tmp_path) == [
        Candidate("vst3", library.parents[2]),
        Candidate("vst2", plain),
    ]


def test_a_folder_that_is_named_like_a_plug_in_of_a_mac_is_a_folder_on_linux(tmp_path: Path) -> None:
    library = touch(tmp_path / "ProM.vst" / "ProM.so")
    assert found(LINUX, tmp_path) == [Candidate("vst2", library)]
    assert found(MACOS, tmp_path) == [Candidate("vst2", tmp_path / "ProM.vst")]


def test_windows_has_libraries_and_single_files_of_vst3(tmp_path: Path) -> None:
    touch(tmp_path / "Old.vst3")
    touch(tmp_path / "Two.DLL")
    assert found(WINDOWS, tmp_path) == [
        Candidate("vst3", tmp_path / "Old.vst3"),
        Candidate("vst2", tmp_path / "Two.DLL"),
    ]


def test_what_two_paths_lead_to_is_found_under_the_first(tmp_path: Path) -> None:
    real = touch(tmp_path / "elsewhere" / "suite" / "Real.so")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    (first / "suite").symlink_to(real.parent)
    (second / "suite").symlink_to(real.parent)
    (second / "alias.so").symlink_to(real)
    assert found(LINUX, first, second) == [Candidate("vst2", first / "suite" / "Real.so")]


def test_links_that_go_in_circles_or_nowhere_end(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "nowhere.so").symlink_to(tmp_path / "missing.so")
    (tmp_path / "nowhere.vst3").symlink_to(tmp_path / "missing.vst3")
    (tmp_path / "itself.so").symlink_to(tmp_path / "itself.so")
    assert found(LINUX, tmp_path, tmp_path / "circle", tmp_path / "missing") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    told: list[tuple[Path, str]] = []
    assert list(search("Linux", Folders(vst2=(tmp_path,)), lambda path, why: told.append((path, why)))) == []
    assert told == [(closed, "Permission denied")]
