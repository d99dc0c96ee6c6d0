"""The modules' own files go into the saved patch and come back."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from livepatch.errors import PatchError
from livepatch.patch import edits, files
from livepatch.patch.mirror import bring, tidy
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.session.storage import Storage


def mirror(source: Path, target: Path) -> None:
    """Make a folder hold the files of another, and no others."""
    bring(source, target)
    tidy(source, target)


def patch_of(*ids: int) -> Patch:
    patch = Patch()
    for id in ids:
        edits.apply(patch, edits.AddModule(PlacedModule(id=id, name=f"m{id}", type="m")))
    return patch


def save(storage: Storage, patch: Patch, saved: Path) -> None:
    storage.save(patch, saved)
    storage.tidy(patch, saved)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "working")


def test_files_of_any_depth_come_back(storage: Storage, tmp_path: Path) -> None:
    patch = patch_of(1, 2)
    folder = storage.folder(patch, 1) / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(b"x" * 100_000)
    assert storage.has(patch, 1)
    assert not storage.has(patch, 2)
    save(storage, patch, tmp_path / "saved")
    assert [path.name for path in (tmp_path / "saved" / "storage").iterdir()] == ["1"]
    again = patch_of(1, 2)
    storage.load(again, tmp_path / "saved")
    assert (storage.folder(again, 1) / "deep" / "er" / "a").stat().st_size == 100_000
    assert storage.folder(again, 1) != storage.folder(patch, 1)


def test_what_is_changed_after_a_load_reaches_the_saved_patch_with_the_next_save(
    storage: Storage, tmp_path: Path
) -> None:
    patch, saved = patch_of(1), tmp_path / "saved"
    (storage.folder(patch, 1) / "a").write_text("one")
    save(storage, patch, saved)
    again = patch_of(1)
    storage.load(again, saved)
    (storage.folder(again, 1) / "a").write_text("two!")
    (storage.folder(again, 1) / "b").write_text("new")
    assert (saved / "storage" / "1" / "a").read_text() == "one"
    save(storage, again, saved)
    assert (saved / "storage" / "1" / "a").read_text() == "two!"
    (storage.folder(again, 1) / "b").unlink()
    save(storage, again, saved)
    assert [path.name for path in (saved / "storage" / "1").iterdir()] == ["a"]


def test_of_a_module_that_names_its_files_only_those_are_saved_and_the_rest_stays_for_the_session(
    storage: Storage, tmp_path: Path
) -> None:
    patch, saved = patch_of(1), tmp_path / "saved"
    for name in ("1.wav", "2.wav"):
        (storage.folder(patch, 1) / name).write_text(name)
        patch.modules[1].data = {"storage": [name]}
        save(storage, patch, saved)
        assert [path.name for path in (saved / "storage" / "1").iterdir()] == [name]
    assert len(list(storage.folder(patch, 1).iterdir())) == 2
    patch.modules[1].data = {"storage": []}
    save(storage, patch, saved)
    assert not (saved / "storage").exists()
    patch.modules[1].data = {"storage": "all of them"}
    save(storage, patch, saved)
    assert len(list((saved / "storage" / "1").iterdir())) == 2


def test_what_a_module_of_rack_calls_storage_leaves_none_of_its_files_out(
    storage: Storage, tmp_path: Path
) -> None:
    patch, saved = Patch(), tmp_path / "saved"
    placed = PlacedModule(id=1, name="player", type="Maker/Player", data={"storage": ["tape"]})
    edits.apply(patch, edits.AddModule(placed))
    (storage.folder(patch, 1) / "tape.wav").write_text("sound")
    save(storage, patch, saved)
    assert [path.name for path in (saved / "storage" / "1").iterdir()] == ["tape.wav"]


def test_files_of_a_removed_module_go_with_the_save_and_not_before(storage: Storage, tmp_path: Path) -> None:
    patch, saved = patch_of(1, 2), tmp_path / "saved"
    for id in (1, 2):
        (storage.folder(patch, id) / "a").write_text(str(id))
    save(storage, patch, saved)
    back = edits.apply(patch, edits.RemoveModule(2))
    save(storage, patch, saved)
    assert not (saved / "storage" / "2").exists()
    edits.apply(patch, back)
    save(storage, patch, saved)
    assert (saved / "storage" / "2" / "a").read_text() == "2"


def test_what_is_the_same_is_not_copied_again(tmp_path: Path) -> None:
    source, target = tmp_path / "s", tmp_path / "t"
    source.mkdir()
    (source / "a").write_text("same")
    mirror(source, target)
    before = (target / "a").stat().st_ino
    mirror(source, target)
    assert (target / "a").stat().st_ino == before


def test_a_link_in_a_patch_leads_nowhere(storage: Storage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("mine")
    saved = tmp_path / "saved" / "storage" / "1"
    saved.mkdir(parents=True)
    (saved / "folder").symlink_to(secret)
    (saved / "file").symlink_to(secret / "key")
    patch = patch_of(1)
    storage.load(patch, tmp_path / "saved")
    assert list(storage.folder(patch, 1).iterdir()) == []
    (storage.folder(patch, 1) / "own").write_text("x")
    save(storage, patch, tmp_path / "saved")
    assert (secret / "key").read_text() == "mine"
    assert [path.name for path in saved.iterdir()] == ["own"]


def test_a_duplicate_has_files_of_its_own(storage: Storage) -> None:
    patch = patch_of(1, 2)
    (storage.folder(patch, 1) / "a").write_text("one")
    (storage.folder(patch, 2) / "left").write_text("by another")
    with storage.copied(storage.files(patch, 1)) as copied:
        storage.settle(copied, patch, 2)
    assert [path.name for path in storage.folder(patch, 2).iterdir()] == ["a"]
    (storage.folder(patch, 2) / "a").write_text("two")
    assert (storage.folder(patch, 1) / "a").read_text() == "one"


def test_a_copy_that_nobody_takes_is_gone_and_none_is_made_of_nothing(storage: Storage) -> None:
    patch, other = patch_of(1), patch_of(1)
    with storage.copied(storage.files(patch, 1)) as copied:
        storage.settle(copied, patch, 2)
    assert not storage.has(patch, 2)
    (storage.folder(patch, 1) / "a").write_text("one")
    with (
        pytest.raises(PatchError, match="another patch was loaded"),
        storage.copied(storage.files(patch, 1)) as copied,
    ):
        storage.settle(copied, other, 2)
    assert patch.storage is not None
    assert [path.name for path in patch.storage.iterdir()] == ["1"]


def test_what_is_beside_a_patch_stays_until_the_patch_is_written(storage: Storage, tmp_path: Path) -> None:
    patch, saved = patch_of(1, 2), tmp_path / "saved"
    for id in (1, 2):
        (storage.folder(patch, id) / "a").write_text(str(id))
    save(storage, patch, saved)
    edits.apply(patch, edits.RemoveModule(2))
    (storage.folder(patch, 1) / "a").unlink()
    (storage.folder(patch, 1) / "b").write_text("new")
    storage.save(patch, saved)
    assert {path.name for path in saved.rglob("?") if path.is_file()} == {"a", "b"}
    assert (saved / "storage" / "2" / "a").exists()
    storage.tidy(patch, saved)
    assert [path.name for path in saved.rglob("?") if path.is_file()] == ["b"]


def test_a_file_that_became_a_folder_and_a_folder_that_became_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "s", tmp_path / "t"
    (source / "a").mkdir(parents=True)
    (source / "a" / "x").write_text("in a")
    (source / "b").write_text("b")
    target.mkdir()
    (target / "a").write_text("a")
    (target / "b" / "y").mkdir(parents=True)
    mirror(source, target)
    assert (target / "a" / "x").read_text() == "in a"
    assert (target / "b").read_text() == "b"


SAVING = """
import sys, threading, time
from pathlib import Path
from livepatch.patch import edits
from livepatch.patch.patch import PlacedModule
from livepatch.session.fit import Fit
from livepatch.session.interrupts import Interrupts
from livepatch.session.library import Library
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources

sources = Sources([])
rack = Rack(Interrupts().lock(), lambda: {}, Fit(frozenset(), lambda _: True))
library = Library(Path(sys.argv[1]), rack, sources)
edits.apply(rack.patch, edits.AddModule(PlacedModule(id=1, name="tape", type="tape")))
for number in range(int(sys.argv[2]), 250):
    folder = library.storage.folder(rack.patch, 1)
    (folder / "take").write_bytes(bytes([number]) * (120 << 20))
    rack.patch.modules[1].data = {"take": number}
    print(number, flush=True)
    library.save("set")
"""


def test_a_hundred_megabytes_are_whole_whatever_is_killed_while_they_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))
    folder = tmp_path / "ws" / "patches" / "set"
    number = 1
    for milliseconds in (0, 30, 60, 120, 240):
        with subprocess.Popen(
            [sys.executable, "-c", SAVING, str(tmp_path / "ws"), str(number)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(2):  # one is saved; the next one is being saved
                number = int(process.stdout.readline())
            time.sleep(milliseconds / 1000.0)
            process.kill()
        patch = files.read(folder)
        storage = Storage(tmp_path / "working")
        storage.load(patch, folder)
        assert [path.name for path in storage.folder(patch, 1).iterdir()] == ["take"]
        take = (storage.folder(patch, 1) / "take").read_bytes()
        assert len(take) == 120 << 20
        assert take == take[:1] * len(take)
        assert take[0] in {number - 1, number}
        assert patch.modules[1].data["take"] in {number - 1, number}
        shutil.rmtree(tmp_path / "working")
