"""A table for each test of the session's parts."""

from pathlib import Path

import pytest

from tests.session.table import Table


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(tmp_path, monkeypatch)
