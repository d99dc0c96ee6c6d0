"""`livepatch convert`, as it is typed."""

import json
from pathlib import Path

import pytest

from livepatch import cli
from livepatch.patch import files
from livepatch.patch.vcv import container
from tests.patch.vcv.racks import FIXTURES, text
from tests.patch.vcv.test_container import rack_file


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("modules", "patches"):
        (tmp_path / "work" / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))
    return tmp_path / "work"


def test_a_patch_of_rack_becomes_one_of_ours_with_its_files(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rack_file(workspace / "set.vcv")
    assert cli.run(["convert", "set.vcv", "set"]) == 0
    folder = workspace / "patches" / "set"
    assert capsys.readouterr().out.splitlines() == [
        "set.vcv: 4 of 5 modules live; placeholders for Bogaudio/Bogaudio-VCO",
        str(folder / "patch.json"),
    ]
    assert len(files.read(folder).modules) == 5
    assert (folder / "storage" / "1" / "wavetable.wav").read_bytes() == b"RIFF" * 400


def test_there_and_back_it_is_the_same(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rack_file(workspace / "set.vcv")
    assert cli.run(["convert", "set.vcv", "./elsewhere"]) == 0
    assert cli.run(["convert", "./elsewhere", "back.vcv"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "back.vcv"
    assert json.loads(container.read(workspace / "back.vcv", workspace / "storage")) == json.loads(text("v2"))
    assert (workspace / "storage" / "9953068115951304" / "wavetable.wav").read_bytes() == b"RIFF" * 400
    assert not [path.name for path in workspace.iterdir() if path.name.startswith(".")]


def test_an_old_patch_of_rack_becomes_a_new_one(workspace: Path) -> None:
    assert cli.run(["convert", str(FIXTURES / "v05.vcv"), "new.vcv"]) == 0
    document = json.loads(container.read(workspace / "new.vcv", workspace / "storage"))
    assert (document["version"], len(document["cables"])) == ("2.6.6", 2)


@pytest.mark.usefixtures("workspace")
def test_what_rack_does_not_have_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["convert", "hello", "hello.vcv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "hello.vcv"
    assert any(line.startswith("left out, as Rack has no such module: ") for line in lines)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("a", "b"), "neither a nor b is a patch of VCV Rack: one of them is to end in .vcv"),
        (("none.vcv", "b"), "none.vcv cannot be read: there is no such file"),
        (("none", "b.vcv"), "there is no patch called none"),
        (("bad.vcv", "b"), "bad.vcv:1:1: not JSON"),
        (("bad.vcv", "bad.vcv"), "bad.vcv is there already; choose another name"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_leaves_nothing(
    words: tuple[str, str], line: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "bad.vcv").write_text("no")
    assert cli.run(["convert", *words]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(line)
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert sorted(path.name for path in workspace.rglob("*")) == ["bad.vcv", "modules", "patches"]
