"""A patch as one file: packed, sent, unpacked, played."""

import json
from pathlib import Path

import pytest

from livepatch import packing
from livepatch.errors import PatchError
from livepatch.patch import archive, code, files
from tests.session.table import Table


@pytest.fixture
def packed(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A table with a patch that has a module's files, packed in the current folder."""
    monkeypatch.chdir(tmp_path)
    table.type('add("vco", tune=1)')
    (table.library.storage.folder(table.rack.patch, 1) / "take.wav").write_bytes(b"tone" * 1000)
    table.type('save("set")')
    packing.pack(table.workspace, "set", None)
    return table


def test_a_packed_patch_is_unpacked_under_its_name_or_another(
    packed: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PatchError, match="there already"):
        packing.unpack(packed.workspace, "set.livepatch", None, large=False)
    capsys.readouterr()
    packing.unpack(packed.workspace, "set.livepatch", "again", large=False)
    again = packed.workspace / "patches" / "again"
    assert capsys.readouterr().out == f"{again}\n"
    assert (again / "storage" / "1" / "take.wav").read_bytes() == b"tone" * 1000
    packing.pack(packed.workspace, "again", "other")
    assert Path("other.livepatch").read_bytes() == Path("set.livepatch").read_bytes()


def test_a_packed_patch_plays_as_it_is(packed: Table) -> None:
    packed.type("clear()", 'load("set.livepatch")')
    assert packed.type("vco.tune") == "1 (1.00 oct)"
    assert (packed.library.storage.folder(packed.rack.patch, 1) / "take.wav").stat().st_size == 4000
    assert packed.rack.name == ""
    Path("set.livepatch").rename("moved.livepatch")
    packed.type('load("moved.livepatch")', "save()")
    assert (packed.workspace / "patches" / "moved" / "storage" / "1" / "take.wav").is_file()
    assert "livepatch pack" in packed.refused('save("x.livepatch")')
    assert "no file" in packed.refused('load("gone.livepatch")')


def test_code_in_it_waits_for_trust(packed: Table, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    (folder / "modules").mkdir(parents=True)
    text = "raise SystemExit\n"
    document = {
        "format": 1,
        "modules": [{"id": 1, "name": "a", "type": "evil"}],
        "code": {"evil": code.hash_of(text)},
    }
    (folder / files.FILE_NAME).write_text(json.dumps(document))
    (folder / "modules" / code.file_name("evil", code.hash_of(text))).write_text(text)
    packing.pack(packed.workspace, str(folder), "theirs.livepatch")
    packed.type('load("theirs.livepatch")')
    assert "not trusted" in packed.type("trust()")
    packed.type('save("theirs")')
    assert (packed.workspace / "patches" / "theirs" / "modules").is_dir()


@pytest.mark.parametrize("text", ["", "{", '{"format": 99}'])
def test_an_archive_without_a_patch_is_refused_and_leaves_nothing(
    packed: Table, tmp_path: Path, text: str
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / (files.FILE_NAME if text else "other")).write_text(text)
    archive.pack(tmp_path / "bad", tmp_path / "bad.livepatch")
    before = packed.rack.patch.modules.keys()
    said = packed.refused('load("bad.livepatch")')
    assert "is no patch" in said
    assert len(said.splitlines()) == 1
    assert packed.rack.patch.modules.keys() == before
    with pytest.raises(PatchError):
        packing.unpack(packed.workspace, "bad.livepatch", None, large=False)
    assert [path.name for path in (packed.workspace / "patches").iterdir()] == ["set"]
    with pytest.raises(PatchError):
        packing.pack(packed.workspace, str(tmp_path / "bad"), None)
