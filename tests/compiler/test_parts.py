"""What was compiled for one checkout is not taken for another's."""

import shutil
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.compiler.parts import Parts


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
