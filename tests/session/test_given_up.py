"""An engine that was given up is tried again when there is reason to."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from livepatch.protocol.builds import Newest, core_folder, engine_sources
from livepatch.session.sound import Sound
from tests.session.table import Table


def publish(cache: Path, name: str) -> None:
    """Make a core library the newest, as the compiler does."""
    (cache / "core" / name).mkdir(parents=True)
    (cache / "core" / name / "core.json").write_text("{}")
    (cache / "core" / "newest.json").write_bytes(msgspec.json.encode(Newest(name, engine_sources())))


def test_a_new_core_library_is_tried_although_the_engine_was_given_up(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing: Any = lambda *_: None  # noqa: E731
    tried: list[str] = []
    sound = Sound(
        tmp_path, [], tmp_path / "log", tmp_path, table.rack, table.sources, nothing, nothing, lambda: True
    )

    def fail(core: Path) -> None:
        tried.append(core.name)
        sound._given_up = True

    monkeypatch.setattr(sound, "_play", fail)
    publish(tmp_path, "stale")
    for _ in range(3):
        sound._look_after()
    assert tried == ["stale"]
    publish(tmp_path, "fresh")
    for _ in range(3):
        sound._look_after()
    assert tried == ["stale", "fresh"]


def test_a_core_library_that_was_made_for_another_engine_is_none(tmp_path: Path) -> None:
    publish(tmp_path, "fits")
    assert core_folder(tmp_path) == tmp_path / "core" / "fits"
    for other in (msgspec.json.encode(Newest("fits", "of another engine")), b'"fits"', b"", b"{}"):
        (tmp_path / "core" / "newest.json").write_bytes(other)
        assert core_folder(tmp_path) is None
