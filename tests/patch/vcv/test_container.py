import io
import json
import tarfile
from pathlib import Path

import pytest
import zstandard

from livepatch.errors import PatchError
from livepatch.patch.vcv import container, reading, writing
from tests.patch.vcv.racks import module, panels, text


def pack(path: Path, members: list[tuple[str | tarfile.TarInfo, bytes]]) -> Path:
    """A Rack file of just these members."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members:
            entry = tarfile.TarInfo(name) if isinstance(name, str) else name
            if entry.name.endswith("/"):
                entry.type = tarfile.DIRTYPE
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    path.write_bytes(zstandard.compress(raw.getvalue(), 1))
    return path


def rack_file(path: Path) -> Path:
    """As Rack on macOS makes one: dots before names, Finder's shadows, a module's own file."""
    return pack(
        path,
        [
            ("./", b""),
            ("./._patch.json", b"\0\5\x16\7"),
            ("./patch.json", text("v2").encode()),
            ("./._modules/", b""),
            ("./modules/", b""),
            ("./modules/9953068115951304/", b""),
            ("./modules/9953068115951304/wavetable.wav", b"RIFF" * 400),
            ("./modules/9953068115951304/deep/er.txt", b"x"),
            ("./modules/77/nobody.txt", b"who?"),
        ],
    )


def test_the_files_of_modules_come_along_and_go_back(tmp_path: Path) -> None:
    found = reading.read(rack_file(tmp_path / "a.vcv"), panels(), tmp_path / "storage")
    id = module(found.patch, "vco").id
    assert (tmp_path / "storage" / str(id) / "wavetable.wav").read_bytes() == b"RIFF" * 400
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.vcv", "storage"]
    writing.write(found.patch, panels(), tmp_path / "b.vcv", tmp_path / "storage")
    again = container.read(tmp_path / "b.vcv", tmp_path / "again")
    assert json.loads(again) == json.loads(text("v2"))
    stored = {
        path.relative_to(tmp_path / "again").as_posix(): path.read_bytes()
        for path in (tmp_path / "again").rglob("*")
        if path.is_file()
    }
    assert stored == {"9953068115951304/wavetable.wav": b"RIFF" * 400, "9953068115951304/deep/er.txt": b"x"}


def test_the_first_bytes_tell_what_it_is_and_not_the_version(tmp_path: Path) -> None:
    (tmp_path / "plain.vcv").write_text(text("v2"), "utf-8")
    assert len(reading.read(tmp_path / "plain.vcv", panels(), tmp_path / "s").patch.modules) == 5
    pack(tmp_path / "old.vcv", [("patch.json", text("v05").encode())])
    assert len(reading.read(tmp_path / "old.vcv", panels(), tmp_path / "s").patch.modules) == 3


def test_libarchive_and_tar_can_read_what_is_written(tmp_path: Path) -> None:
    patch = reading.decode(text("v2"), panels(), "x").patch
    writing.write(patch, panels(), tmp_path / "a.vcv", None)
    raw = zstandard.ZstdDecompressor().stream_reader((tmp_path / "a.vcv").read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        assert tar.getnames() == ["patch.json"]


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, "/etc/passwd"
    return entry


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("/etc/livepatch", b"x")], "has an absolute path"),
        ([("modules/../../x", b"x")], "leads out of its folder"),
        ([(link("modules/1/a", tarfile.SYMTYPE), b"")], "link"),
        ([(link("modules/1/a", tarfile.LNKTYPE), b"")], "link"),
        ([(link("modules/1/a", tarfile.CHRTYPE), b"")], "modules/1/a"),
        ([(f"modules/1/{number}", b"") for number in range(5000)], "holds more than"),
        ([("modules/1/a", b"x")], "has no patch.json in it"),
    ],
)
def test_what_a_patch_does_not_need_is_refused_and_leaves_nothing(
    members: list[tuple[str | tarfile.TarInfo, bytes]], why: str, tmp_path: Path
) -> None:
    path = pack(tmp_path / "bad.vcv", [("modules/1/first.txt", b"1"), *members])
    with pytest.raises(PatchError, match=r"bad\.vcv") as caught:
        reading.read(path, panels(), tmp_path / "storage")
    assert why in str(caught.value)
    assert [left.name for left in tmp_path.iterdir()] == ["bad.vcv"]


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    header = tarfile.TarInfo("patch.json")
    header.size = 5 << 30
    compressor = zstandard.ZstdCompressor().compressobj()
    bomb = compressor.compress(header.tobuf()) + compressor.compress(bytes(1 << 20)) + compressor.flush()
    (tmp_path / "bomb.vcv").write_bytes(bomb)
    with pytest.raises(PatchError, match=r"unpacks to far more than it should, or than the disk has room for$"):
        reading.read(tmp_path / "bomb.vcv", panels(), tmp_path / "storage")
    assert [left.name for left in tmp_path.iterdir()] == ["bomb.vcv"]


def test_a_file_cut_off_anywhere_is_told_in_one_line_or_read_whole(tmp_path: Path) -> None:
    whole = rack_file(tmp_path / "a.vcv").read_bytes()
    cut = tmp_path / "cut.vcv"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        with pytest.raises(PatchError) as caught:
            reading.read(cut, panels(), tmp_path / "storage")
        assert str(cut.name) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert sorted(left.name for left in tmp_path.iterdir()) == ["a.vcv", "cut.vcv"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PatchError, match=r"a.vcv cannot be written: there is no folder .*/none$"):
        container.write(tmp_path / "none" / "a.vcv", "{}", {}, {})


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PatchError, match=r"none.vcv cannot be read: there is no such file"):
        reading.read(tmp_path / "none.vcv", panels(), tmp_path / "storage")
