"""The modules' own files go into the saved patch and come back."""

from pathlib import Path

import pytest

from livepatch.patch import edits
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.session.storage import Storage, mirror


def patch_of(*ids: int) -> Patch:
    patch = Patch()
    for id in ids:
        edits.apply(patch, edits.AddModule(PlacedModule(id=id, name=f"m{id}", type="m")))
    return patch


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
    storage.save(patch, tmp_path / "saved")
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
    storage.save(patch, saved)
    again = patch_of(1)
    storage.load(again, saved)
    (storage.folder(again, 1) / "a").write_text("two!")
    (storage.folder(again, 1) / "b").write_text("new")
    assert (saved / "storage" / "1" / "a").read_text() == "one"
    storage.save(again, saved)
    assert (saved / "storage" / "1" / "a").read_text() == "two!"
    (storage.folder(again, 1) / "b").unlink()
    storage.save(again, saved)
    assert [path.name for path in (saved / "storage" / "1").iterdir()] == ["a"]


def test_files_of_a_removed_module_go_with_the_save_and_not_before(storage: Storage, tmp_path: Path) -> None:
    patch, saved = patch_of(1, 2), tmp_path / "saved"
    for id in (1, 2):
        (storage.folder(patch, id) / "a").write_text(str(id))
    storage.save(patch, saved)
    back = edits.apply(patch, edits.RemoveModule(2))
    storage.save(patch, saved)
    assert not (saved / "storage" / "2").exists()
    edits.apply(patch, back)
    storage.save(patch, saved)
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
    storage.save(patch, tmp_path / "saved")
    assert (secret / "key").read_text() == "mine"
    assert [path.name for path in saved.iterdir()] == ["own"]


def test_a_duplicate_has_files_of_its_own(storage: Storage) -> None:
    patch = patch_of(1, 2)
    (storage.folder(patch, 1) / "a").write_text("one")
    storage.duplicate(patch, 1, 2)
    (storage.folder(patch, 2) / "a").write_text("two")
    assert (storage.folder(patch, 1) / "a").read_text() == "one"
