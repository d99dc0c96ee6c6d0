import pytest

from livepatch.plugins.architecture import folders
from livepatch.plugins.surroundings import Surroundings


@pytest.mark.parametrize(
    ("machine", "process", "expected"),
    [
        ("x86_64", "", ["x86_64-win"]),
        ("x86_64", "x86", ["x86-win"]),
        ("x86", "", ["x86-win"]),
        ("arm64", "", ["arm64-win", "arm_64-win", "arm64x-win"]),
        ("arm64", "arm64ec", ["arm64ec-win", "arm64x-win", "x86_64-win"]),
        ("arm64", "x86_64", ["arm64ec-win", "arm64x-win", "x86_64-win"]),
        ("arm64", "x86", ["x86-win"]),
        ("arm", "", ["arm-win"]),
    ],
)
def test_what_a_process_on_windows_may_load(machine: str, process: str, expected: list[str]) -> None:
    assert list(folders(Surroundings("Windows", "C:\\", machine=machine, process=process))) == expected


@pytest.mark.parametrize(
    ("machine", "process", "expected"),
    [
        ("x86_64", "", ["x86_64-linux"]),
        ("x86_64", "i686", ["i686-linux", "i586-linux", "i486-linux", "i386-linux"]),
        ("i386", "", ["i386-linux"]),
        ("aarch64", "", ["aarch64-linux"]),
        ("aarch64", "armv7l", ["armv7l-linux"]),
        ("armv8l", "", ["armv8l-linux", "armv7l-linux"]),
        ("armv6l", "", ["armv6l-linux"]),
        ("riscv64", "", ["riscv64-linux"]),
    ],
)
def test_what_a_process_on_linux_may_load(machine: str, process: str, expected: list[str]) -> None:
    assert list(folders(Surroundings("Linux", "/", machine=machine, process=process))) == expected


@pytest.mark.parametrize("machine", ["x86_64", "arm64"])
def test_macos_has_one_library_for_all(machine: str) -> None:
    assert folders(Surroundings("Darwin", "/", machine=machine)) == ("MacOS",)
