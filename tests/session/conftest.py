"""A table for each test of the session's parts, and a rack with the plug-in that a file's `synth` is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.protocol.plugin_facts import Facts
from tests.session.guest import Guest
from tests.session.plugged import performer, workspace_with
from tests.session.table import Table


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(tmp_path, monkeypatch)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, synth: Facts) -> Iterator[Path]:
    with workspace_with(synth, tmp_path, compiled_cache) as folder:
        yield folder


@pytest.fixture
def here(workspace: Path, synth: Facts) -> Iterator[Guest]:
    with performer(workspace, synth) as attached:
        yield attached
