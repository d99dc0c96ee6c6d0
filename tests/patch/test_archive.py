"""What is packed comes back; what strangers pack does no harm."""

import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livepatch.errors import PatchError
from livepatch.patch import archive
from livepatch.patch.zstandard_end import MAGIC, is_whole

MB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "set"
    for path, content in (
        ("patch.json", b"{}"),
        ("storage/12/deep/take.wav", bytes(range(256)) * 999),
        ("storage/3/empty", b""),
        ("modules/ähnlich.py", "ö".encode()),
        (f"storage/3/{'x' * 120}/{'y' * 200}", b"long"),
    ):
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_bytes(content)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def squeezed(path: Path, tar: bytes) -> Path:
    path.write_bytes(zstandard.ZstdCompressor(level=1).compress(tar))
    return path


Fill = Callable[[tarfile.TarFile], None]


def made(path: Path, fill: Fill, format: int = tarfile.PAX_FORMAT, encoding: str = "utf-8") -> Path:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format, encoding=encoding) as tar:
        fill(tar)
    return squeezed(path, buffer.getvalue())


def entry(tar: tarfile.TarFile, name: str, content: bytes = b"x", **fields: object) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    tar.addfile(info, io.BytesIO(content))


def entries(*names: str) -> Fill:
    def fill(tar: tarfile.TarFile) -> None:
        for name in names:
            entry(tar, name)

    return fill


def test_a_folder_comes_back_as_it_was(folder: Path, tmp_path: Path) -> None:
    assert archive.pack(folder, tmp_path / "set.livepatch") == 5
    assert archive.is_archive(tmp_path / "set.livepatch")
    archive.unpack(tmp_path / "set.livepatch", tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "one")
    archive.unpack(tmp_path / "one", tmp_path / "other")
    (tmp_path / "other" / "patch.json").chmod(0o600)
    archive.pack(tmp_path / "other", tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_other_programs_read_it(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "set.livepatch")
    with (tmp_path / "set.livepatch").open("rb") as file, zstandard.open(file) as source:
        tar = io.BytesIO(source.read())
    with tarfile.open(fileobj=tar) as read:
        names = read.getnames()
    assert names[0] == "patch.json"
    assert set(names) == contents(folder).keys()


def test_links_hidden_files_and_pipes_are_not_packed(folder: Path, tmp_path: Path) -> None:
    (folder / "storage" / "3" / "secret").symlink_to("/etc/passwd")
    (folder / "storage" / "4").symlink_to("/etc")
    (folder / ".patch.json.77").write_text("half")
    os.mkfifo(folder / "storage" / "pipe")
    assert archive.pack(folder, tmp_path / "a") == 5


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_dialect_of_tar_is_read(tmp_path: Path, format: int) -> None:
    def fill(tar: tarfile.TarFile) -> None:
        entry(tar, "./", b"", type=tarfile.DIRTYPE)
        entry(tar, "./patch.json", b"{}")
        entry(tar, "./modules/1878679374588749/", b"", type=tarfile.DIRTYPE)
        entry(tar, f"modules/{'n' * 90}/{'m' * 90}", b"long", mtime=1.5)

    archive.unpack(made(tmp_path / "a", fill, format), tmp_path / "out")
    assert contents(tmp_path / "out") == {"patch.json": b"{}", f"modules/{'n' * 90}/{'m' * 90}": b"long"}
    assert (tmp_path / "out" / "modules" / "1878679374588749").is_dir()


HOSTILE: dict[str, tuple[Fill, str]] = {
    "absolute": (lambda tar: entry(tar, "/etc/passwd"), "absolute path"),
    "dots": (lambda tar: entry(tar, "a/../../x"), "leads out of its folder"),
    "dots at the end": (lambda tar: entry(tar, "a/.."), "leads out of its folder"),
    "symbolic link": (lambda tar: entry(tar, "a", b"", type=tarfile.SYMTYPE, linkname="/etc"), "a link"),
    "hard link": (lambda tar: entry(tar, "a", b"", type=tarfile.LNKTYPE, linkname="/etc"), "a link"),
    "long link": (
        lambda tar: entry(tar, "a", b"", type=tarfile.SYMTYPE, linkname="/" + "e" * 300),
        "a link",
    ),
    "device": (lambda tar: entry(tar, "a", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=3), "a device"),
    "disk": (lambda tar: entry(tar, "a", b"", type=tarfile.BLKTYPE), "a device"),
    "pipe": (lambda tar: entry(tar, "a", b"", type=tarfile.FIFOTYPE), "a pipe"),
    "unknown": (lambda tar: entry(tar, "a", b"", type=b"Z"), "no file"),
    "sparse": (
        lambda tar: entry(tar, "a", b"1\n0\n1\n", pax_headers={"GNU.sparse.major": "1"}),
        "a sparse file",
    ),
    "many": (entries(*map(str, range(4097))), "more than 4096 files"),
    "twice": (entries("a", "./a"), "twice"),
    "twice on a Mac": (entries("É/A", "e\u0301/a"), "twice"),
    "file and folder": (entries("a", "a/b"), "twice"),
    "folder and file": (entries("a/b", "a"), "twice"),
    "AppleDouble": (lambda tar: entry(tar, "./._patch.json"), "what macOS adds"),
    "control": (lambda tar: entry(tar, "a\x1b[2Jb"), "no file should have"),
    "deep": (lambda tar: entry(tar, "a/" * 20 + "b"), "far too long"),
    "long": (lambda tar: entry(tar, "n" * 300), "far too long"),
    "size": (lambda tar: entry(tar, "a", b"", pax_headers={"size": "9" * 4000}), "far more than it should"),
    "path": (lambda tar: entry(tar, "a", b"", pax_headers={"path": "../../x"}), "leads out of its folder"),
    "header": (lambda tar: entry(tar, "a", b"", pax_headers={"comment": "y" * 10**6}), "far too long"),
    "bomb": (lambda tar: entry(tar, "a", bytes(300 * MB)), "unpack --large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    fill, said = HOSTILE[name]
    (tmp_path / "in").mkdir()
    path = made(tmp_path / "in" / "bad.livepatch", fill)
    with pytest.raises(PatchError, match=said) as refused:
        archive.unpack(path, tmp_path / "out" / "patch")
    assert len(str(refused.value).splitlines()) == 1
    assert "\x1b" not in str(refused.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "bad", lambda tar: entry(tar, "ä"), tarfile.GNU_FORMAT, "latin-1")
    with pytest.raises(PatchError, match="not UTF-8"):
        archive.unpack(path, tmp_path / "out")


def test_apple_s_additions_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    def fill(tar: tarfile.TarFile) -> None:
        entry(tar, "./._patch.json")
        entry(tar, "__MACOSX/x")
        entry(tar, "./patch.json", b"{}")

    archive.unpack(made(tmp_path / "a", fill), tmp_path / "out", skip_apple=True)
    assert contents(tmp_path / "out") == {"patch.json": b"{}"}


def test_what_is_there_already_is_left_alone(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "a")
    with pytest.raises(PatchError, match="there already"):
        archive.unpack(tmp_path / "a", folder)
    assert len(contents(folder)) == 5


def test_silence_may_grow_a_thousandfold_if_that_is_said(tmp_path: Path) -> None:
    path = made(tmp_path / "a", lambda tar: entry(tar, "silence", bytes(300 * MB)))
    archive.unpack(path, tmp_path / "out", large=True)
    assert (tmp_path / "out" / "silence").stat().st_size == 300 * MB


@pytest.mark.parametrize("text", [b"", b"{}", b"PK\3\4", MAGIC, MAGIC + b"\0" * 99])
def test_what_is_no_archive_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a").write_bytes(text)
    with pytest.raises(PatchError, match=r"no archive|torn"):
        archive.unpack(tmp_path / "a", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_archive_cut_anywhere_even_in_its_last_byte_is_refused(folder: Path, tmp_path: Path) -> None:
    archive.pack(folder, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(PatchError, match="torn" if length >= len(MAGIC) else "no archive"):
            archive.unpack(tmp_path / "cut", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "set", "whole"]


def test_the_end_of_the_tar_must_be_there_too(tmp_path: Path) -> None:
    with zstandard.open(made(tmp_path / "a", entries("patch.json"))) as source:
        tar = source.read()
    for length in (1024, 1536, 2047):
        with pytest.raises(PatchError, match="torn"):
            archive.unpack(squeezed(tmp_path / "cut", tar[:length]), tmp_path / "out")
    archive.unpack(squeezed(tmp_path / "cut", tar[:2048]), tmp_path / "out")


@pytest.mark.parametrize("content", [b"", bytes(400_000), random.Random(1).randbytes(400_000)])
@pytest.mark.parametrize("checksum", [False, True])
@pytest.mark.parametrize("size", [False, True])
def test_frames_of_every_kind_are_whole_to_their_last_byte_and_no_further(
    tmp_path: Path, content: bytes, *, checksum: bool, size: bool
) -> None:
    frame = zstandard.ZstdCompressor(write_checksum=checksum, write_content_size=size).compress(content)
    skipped = (0x184D2A53).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"hello"
    path = tmp_path / "a"
    for whole in (frame, frame + frame, skipped + frame, frame + skipped):
        path.write_bytes(whole)
        with path.open("rb") as file:
            assert is_whole(file)
    for torn in (frame[:-1], frame[:5], frame + b"x", frame + skipped[:-1], b""):
        path.write_bytes(torn)
        with path.open("rb") as file:
            assert not is_whole(file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)
@given(st.data())
def test_a_tar_changed_anywhere_unpacks_or_is_refused(folder: Path, tmp_path: Path, data: st.DataObject) -> None:
    archive.pack(folder, tmp_path / "whole")
    with zstandard.open(tmp_path / "whole") as source:
        tar = bytearray(source.read())
    for _ in range(data.draw(st.integers(1, 4))):
        tar[data.draw(st.integers(0, len(tar) - 1))] = data.draw(st.integers(0, 255))
    tar[148:156] = b"%06o\0 " % (sum(tar[:148]) + 256 + sum(tar[156:512]))
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    try:
        archive.unpack(squeezed(tmp_path / "changed", bytes(tar)), tmp_path / "out")
    except PatchError:
        assert not (tmp_path / "out").exists()


LIMITED = """
import resource, sys
from pathlib import Path
from livepatch.patch import archive

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
folder = Path(sys.argv[1])
archive.pack(folder / "set", folder / "a")
archive.unpack(folder / "a", folder / "out", large=True)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_files_of_any_size_go_through_a_little_memory(tmp_path: Path) -> None:
    (tmp_path / "set" / "storage" / "1").mkdir(parents=True)
    with (tmp_path / "set" / "storage" / "1" / "take").open("wb") as file:
        for _ in range(150):
            file.write(random.randbytes(MB))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True, timeout=100
    )
    assert int(done.stdout) < 40, "megabytes"
    assert (tmp_path / "out" / "storage" / "1" / "take").stat().st_size == 150 * MB
