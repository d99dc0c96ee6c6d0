from pathlib import Path

import pytest

from livepatch import settings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert settings.read(tmp_path / "settings.toml") == (settings.Settings(), ())


def test_good_keys_count_and_wrong_ones_stand_at_their_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('sample_rate = 44100\nedit_mode = "emac"\ncolour = 3\nswap_fade_ms = 20\nblock_frames = 1\n')
    read, wrong = settings.read(file)
    assert read == settings.Settings(sample_rate=44100, swap_fade_ms=20.0)
    assert len(wrong) == 3
    assert all(line.startswith(f"{file}: ") and "\n" not in line for line in wrong)
    assert any("edit_mode = 'emac' is wrong" in line for line in wrong)
    assert any("there is no setting colour" in line for line in wrong)


@pytest.mark.parametrize("content", [b"this is = = not toml", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named_and_left_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    read, wrong = settings.read(file)
    assert read == settings.Settings()
    assert str(file) in wrong[0]


def test_the_settings_are_in_the_performers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('edit_mode = "vi"\n')
    assert settings.load().edit_mode == "vi"
