"""What was compiled for one checkout is not taken for another's."""

import shutil
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.compiler.parts import Parts

UNFINISHED = "*." + "[0-9a-f]" * 16
"""The files that mypy writes before it gives them their names."""


def test_another_checkout_of_the_same_text_has_parts_of_its_own(
    compiled_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Parts(compiled_cache)
    shutil.copytree(locations.PACKAGE, tmp_path / "livepatch")
    monkeypatch.setattr(locations, "PACKAGE", tmp_path / "livepatch")
    there = Parts(compiled_cache)
    assert there.core != here.core
    assert there.work != here.work
    monkeypatch.undo()
    assert Parts(compiled_cache).key == here.key


def test_what_was_interrupted_between_translation_and_compilation_is_compiled_later(
    compiled_cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "kits").symlink_to(compiled_cache / "kits")
    shutil.copy(compiled_cache / "toolchain.json", tmp_path)
    key = Parts(compiled_cache).key
    unfinished = shutil.ignore_patterns(UNFINISHED, "boilerplate")  # another test may be writing and removing them
    shutil.copytree(compiled_cache / "core" / key, tmp_path / "core" / key, ignore=unfinished)
    [library] = (tmp_path / "core" / key).glob("runtime*")
    library.unlink()
    Parts(tmp_path).make(lambda _: None)
    assert library.stat().st_size > 10_000
