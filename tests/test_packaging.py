"""The wheel carries the modules and patches that a checkout has."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from livepatch import __version__

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def tracked(folder: str) -> set[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listed.splitlines() if (ROOT / name).exists()}


def test_it_is_one_pure_wheel(wheel: zipfile.ZipFile) -> None:
    assert wheel.filename is not None
    assert Path(wheel.filename).name == f"livepatch-{__version__}-py3-none-any.whl"


@pytest.mark.parametrize("folder", ["benchmarks", "modules", "patches"])
def test_bundled_files_are_those_of_the_folder(wheel: zipfile.ZipFile, folder: str) -> None:
    inside = f"livepatch/_bundled/{folder}/"
    bundled = {name.removeprefix("livepatch/_bundled/") for name in wheel.namelist() if name.startswith(inside)}
    assert bundled == tracked(folder)
    for name in bundled:
        assert wheel.read(f"livepatch/_bundled/{name}") == (ROOT / name).read_bytes()


def test_the_package_is_whole_and_nothing_else_is_inside(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {name for name in names if not name.startswith("livepatch/_bundled/")} == tracked("livepatch")


def test_it_says_its_licence_its_command_and_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    folder = f"livepatch-{__version__}.dist-info"
    assert b"livepatch = livepatch.cli:main" in wheel.read(f"{folder}/entry_points.txt")
    assert b"License-Expression: MIT" in wheel.read(f"{folder}/METADATA")
    assert (ROOT / "LICENSE").read_bytes() == wheel.read(f"{folder}/licenses/LICENSE")
    assert "livepatch/py.typed" in wheel.namelist()
