"""What all modules of a folder share is kept for the performer."""

import json
from pathlib import Path

import pytest

from livepatch.session.pack_settings import PackSettings


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))


def test_settings_are_those_of_a_folder_and_outlive_the_session(tmp_path: Path) -> None:
    settings = PackSettings()
    mine, theirs = tmp_path / "mine" / "modules", tmp_path / "theirs" / "modules"
    assert settings.of(mine / "a.py") == {}
    settings.change(mine / "a.py", {"theme": "dark", "names": ["é", 1]})
    assert settings.of(mine / "b.py")["theme"] == "dark"
    assert settings.of(theirs / "a.py") == {}
    file = settings.file(mine / "a.py")
    assert not file.exists()
    settings.save()
    assert file.name.startswith("mine-")
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert PackSettings().of(mine / "b.py") == {"theme": "dark", "names": ["é", 1]}


def test_what_was_not_changed_is_not_written_again(tmp_path: Path) -> None:
    settings = PackSettings()
    module = tmp_path / "modules" / "a.py"
    settings.change(module, {"a": 1})
    settings.save()
    before = settings.file(module).stat().st_ino
    settings.of(module)
    settings.save()
    assert settings.file(module).stat().st_ino == before


@pytest.mark.parametrize("text", ["{", "[1]", "\0"])
def test_settings_that_cannot_be_read_are_put_aside_and_told(tmp_path: Path, text: str) -> None:
    settings = PackSettings()
    module = tmp_path / "modules" / "a.py"
    file = settings.file(module)
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert settings.of(module) == {}
    assert "these modules begin without settings" in settings.trouble[0]
    assert file.with_name(file.name + ".broken").read_text() == text
    settings.change(module, {"a": 1})
    settings.save()
    assert json.loads(file.read_text()) == {"a": 1}
