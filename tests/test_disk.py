"""Files that are there whole or not at all."""

from pathlib import Path

import pytest

from livepatch.disk import replace_file


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_made_with_its_folder_and_then_replaced(tmp_path: Path, *, durable: bool) -> None:
    path = tmp_path / "deep" / "file"
    for content in (b"first", b"second"):
        replace_file(path, content, durable=durable)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_what_was_there_stays_and_nothing_else_if_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new", durable=True)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("file", b"old")]
