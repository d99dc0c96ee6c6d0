"""What every test of the TUI stands on."""

from pathlib import Path

import pytest


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of its own, with nothing of the performer's in reach."""
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    for name in ("modules", "patches"):
        (tmp_path / "set" / name).mkdir(parents=True)
    return tmp_path / "set"
