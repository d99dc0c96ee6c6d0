"""The journal on disk: whole, cut anywhere, damaged anywhere, and on a disk that is full."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livepatch import cli
from livepatch.journal import performance
from livepatch.journal import writer as writer_module
from livepatch.journal.performance import JournalError, read
from livepatch.journal.records import Began, CodeKept, Ended, Performed, Record, Stamp
from livepatch.journal.writer import FILE_NAME, Writer
from livepatch.patch import edits
from livepatch.patch.edits import apply
from livepatch.patch.files import encode
from livepatch.patch.patch import Cable, Patch, PlacedModule
from tests.jack_server import wait_until

EDITS: list[edits.Edit] = [
    edits.AddModule(PlacedModule(id=1, name="vco", type="vco", knobs={"tune": 0.1 + 0.2}, source="a")),
    edits.AddModule(PlacedModule(id=2, name="vcf", type="vcf", data={"notes": ["é", 3, None, {"deep": 1e300}]})),
    edits.AddCable(Cable(source=1, outlet="saw", target=2, inlet="audio", gain=0.3, colour="#ff0000")),
    edits.SetKnob(1, "tune", -1.5),
    edits.Batch((edits.Rename(2, "filter"), edits.SetBypass(2, bypass=True))),
    edits.SwapCode("vco", "b"),
    edits.SetTransport("tempo", 90.0),
    edits.RemoveModule(2),
]


def empty() -> Began:
    return Began(1, "0", 0.0, Patch().document())


def no_checkpoint() -> Began:
    raise AssertionError("nothing was lost")


def written(folder: Path, records: list[Record]) -> Path:
    """A journal of these records."""
    writer = Writer(folder, no_checkpoint, pytest.fail)
    writer.start(empty())
    for record in records:
        writer.note(record)
    writer.close(10.0)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    records: list[Record] = []
    for serial, edit in enumerate(EDITS, 1):
        records += [Performed(serial / 10, "done", edit, serial), Stamp(serial, 64 * serial, {1: 4})]
    return written(tmp_path_factory.mktemp("whole") / "0001-x", [*records, Ended(1.0, 4800)])


def test_what_was_noted_is_read(whole: Path) -> None:
    found = read(whole)
    assert [record.edit for record in found.records if isinstance(record, Performed)] == EDITS
    assert (found.ended, found.torn) == (True, 0)
    assert found.records[1] == Stamp(1, 64, {1: 4})
    patch = Patch()
    for edit in EDITS:
        apply(patch, edit)
    assert encode(found.patch()) == encode(patch)


def test_a_journal_that_is_cut_at_any_byte_opens_with_every_whole_record(whole: Path, tmp_path: Path) -> None:
    content = (whole / FILE_NAME).read_bytes()
    known = 0
    for length in range(len(content)):
        (tmp_path / FILE_NAME).write_bytes(content[:length])
        try:
            found = read(tmp_path)
        except JournalError:
            assert known == 0
            continue
        assert len(found.records) in {known, known + 1}
        known = len(found.records)
        assert not found.ended
        found.patch()
    assert known == 2 * len(EDITS)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_a_journal_with_any_damage_opens_up_to_it_or_says_that_it_is_none(
    whole: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray((whole / FILE_NAME).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    (tmp_path / FILE_NAME).write_bytes(content + bytes(data.draw(st.sampled_from([0, 3, 4096]))))
    sound = read(whole).records
    try:
        found = read(tmp_path).records
    except JournalError:
        return
    assert found == sound[: len(found)]
    assert len(found) < len(sound)


def test_zeros_at_the_end_as_a_power_cut_leaves_them_are_not_read(whole: Path, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes((whole / FILE_NAME).read_bytes() + bytes(4096))
    assert read(tmp_path).torn == 4096
    assert read(tmp_path).records == read(whole).records


def test_files_are_there_before_the_records_that_need_them(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0001-x", no_checkpoint, pytest.fail)
    writer.start(empty())
    writer.keep("sources/abc.py", lambda: b"# a module\n")
    writer.note(CodeKept("vco", "abc", "/vco.py"))
    writer.keep("states/1", Path("/nowhere").read_bytes)
    writer.close(10.0)
    found = read(tmp_path / "0001-x")
    assert found.codes()["abc"].type == "vco"
    assert found.text("abc") == "# a module\n"
    with pytest.raises(JournalError, match="has no code"):
        found.text("def")


def test_a_note_is_on_the_disk_soon_without_being_waited_for(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0001-x", no_checkpoint, pytest.fail)
    writer.start(empty())
    writer.note(Performed(0.0, "done", EDITS[0]))
    wait_until(lambda: bool(read_or_none(tmp_path / "0001-x")), 60.0, "a record")
    writer.close(10.0)


def read_or_none(folder: Path) -> int:
    try:
        return len(read(folder).records)
    except JournalError:
        return 0


def test_old_journals_go(tmp_path: Path) -> None:
    for _ in range(25):
        written(performance.next_folder(tmp_path, "20260101-000000"), [])
    performance.thin(tmp_path)
    names = [folder.name.partition("-")[0] for folder in performance.listing(tmp_path)]
    assert names == [f"{number:04}" for number in range(6, 26)]


def test_the_module_that_was_changed_last_is_known(tmp_path: Path) -> None:
    steps: list[tuple[str, edits.Edit, tuple[int, ...]]] = [
        ("done", EDITS[0], (1,)),
        ("done", EDITS[1], (2,)),
        ("done", edits.Move(1, (3, 0)), (2,)),
        ("aside", edits.SetKnob(1, "push", 1.0), (2,)),
        ("done", edits.SwapCode("vco", "b"), (1,)),
        ("undone", edits.SetKnob(2, "cutoff", 1.0), (2,)),
        ("done", edits.RemoveModule(2), ()),
    ]
    for count, (_, _, changed) in enumerate(steps, 1):
        records: list[Record] = [Performed(0.0, kind, edit) for kind, edit, _ in steps[:count]]
        assert read(written(tmp_path / f"{count:04}-x", records)).changed() == changed


def test_what_no_disk_would_take_for_long_is_dropped_and_a_checkpoint_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MOST_BYTES", 3000)
    patch = Patch()
    told: list[str] = []
    (tmp_path / "0001-x").write_text("in the way")
    writer = Writer(tmp_path / "0001-x", lambda: Began(1, "0", 9.0, patch.document()), told.append)
    writer.start(empty())
    writer.keep("sources/a.py", lambda: b"# kept")
    apply(patch, EDITS[0])
    writer.note(Performed(0.0, "done", EDITS[0]))
    wait_until(lambda: len(told) == 1, 60.0, "it is told")
    for number in range(200):
        turned = edits.SetKnob(1, "tune", number / 100)
        apply(patch, turned)
        writer.note(Performed(0.0, "done", turned))
    (tmp_path / "0001-x").unlink()
    wait_until(lambda: len(told) == 2, 60.0, "it is written again")
    writer.note(Performed(0.0, "done", edits.SetBypass(1, bypass=True)))
    apply(patch, edits.SetBypass(1, bypass=True))
    writer.close(10.0)
    found = read(tmp_path / "0001-x")
    assert found.began.at == 9.0
    assert len(found.records) < 100
    assert encode(found.patch()) == encode(patch)
    assert (tmp_path / "0001-x" / "sources" / "a.py").read_text() == "# kept"


def test_what_was_noted_is_on_the_disk_after_a_flush_and_a_disk_that_refuses_is_not_waited_for(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    writer = Writer(tmp_path / "0001-x", empty, told.append)
    writer.start(empty())
    for edit in EDITS:
        writer.note(Performed(0.0, "done", edit))
    writer.flush(60.0)
    assert [record.edit for record in read(tmp_path / "0001-x").edits()] == list(EDITS)
    writer.close(10.0)
    (tmp_path / "0002-x").write_text("in the way")
    refused = Writer(tmp_path / "0002-x", empty, told.append)
    refused.start(empty())
    wait_until(lambda: len(told) == 1, 60.0, "it is told")
    refused.flush(1e9)
    refused.close(10.0)


FULL = """
import resource, signal, sys, time
from pathlib import Path
from livepatch.journal.records import Began, Performed
from livepatch.journal.writer import Writer
from livepatch.patch.edits import SetTransport
from livepatch.patch.patch import Patch

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400, resource.RLIM_INFINITY))
told = []
writer = Writer(Path(sys.argv[1]), lambda: None, told.append)
writer.start(Began(1, "0", 0.0, Patch().document()))
for number in range(20):
    writer.note(Performed(0.0, "done", SetTransport("tempo", float(number))))
    time.sleep(0.05)
assert len(told) == 1, told
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
deadline = time.monotonic() + 60.0
while len(told) < 2 and time.monotonic() < deadline:
    time.sleep(0.01)
writer.close(10.0)
print(*told, sep="\\n")
"""


def test_a_full_disk_is_told_once_and_what_was_noted_meanwhile_follows_when_there_is_room(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "0001-x")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert "cannot be written: File too large" in first
    assert "make room, the music goes on" in first
    assert second == "the journal is written again"
    found = read(tmp_path / "0001-x")
    tempos = [record.edit.value for record in found.records if isinstance(record, Performed)]  # type: ignore[union-attr]
    assert (tempos, found.torn) == ([float(number) for number in range(20)], 0)


def test_the_code_in_a_journal_from_elsewhere_is_not_run(whole: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["replay", str(whole), "-o", str(whole / "x.wav")]) == 1
    said = capfd.readouterr().err
    assert "is not a journal of yours" in said
    assert said.count("\n") == 1
    assert not (whole / "x.wav").exists()
    assert cli.run(["replay", "999", "-o", "x.wav"]) == 1
    assert "there is no journal 999" in capfd.readouterr().err
