"""The journal of a real session: what is in it when everything is killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.journal import performance
from livepatch.journal.performance import JournalError, Performance
from livepatch.journal.records import EngineBegan, Performed, Stamp
from livepatch.protocol import client
from tests.session.guest import guest, until, workspace_in

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache) as folder:
        yield folder


def newest(workspace: Path) -> Performance:
    """The newest journal, once it has begun."""
    found: list[Performance] = []

    def look() -> bool:
        with suppress(JournalError, IndexError):
            found.append(performance.read(performance.listing(locations.journals(workspace))[-1]))
        return bool(found)

    until(look, "a journal begins")
    return found[0]


def session_pid(workspace: Path) -> int:
    return int((locations.runtime(workspace) / "session.lock").read_bytes())


def kinds(performance: Performance) -> list[str]:
    """How the edits came about."""
    performed = [record for record in performance.records if isinstance(record, Performed)]
    return [record.kind for record in performed if record.kind != "noted"]


def sounds(performance: Performance) -> bool:
    """Whether both modules have code."""
    return [bool(module.source) for module in performance.patch().modules.values()] == [True, True]


def test_every_edit_is_in_the_journal_with_its_frame(workspace: Path) -> None:
    with guest(workspace) as here:
        here.play('vco = add("vco"); out = add("audio_out"); vco.saw >> out', "vco.tune = 1", "tempo(90)")
        until(lambda: len([r for r in newest(workspace).records if isinstance(r, Stamp)]) >= 2, "an engine plays")
        here.play("undo()", "panic()", "safe(False)")
        until(lambda: sounds(newest(workspace)), "all plays")
        until(lambda: kinds(newest(workspace)) == ["done"] * 5 + ["undone"], "all is noted, and nothing else")
        assert newest(workspace).patch().transport == {"tempo": 120.0}
        os.kill(session_pid(workspace), signal.SIGKILL)
    found = newest(workspace)
    assert not found.ended
    assert [module.name for module in found.patch().modules.values()] == ["vco", "audio_out"]
    assert [module.knobs for module in found.patch().modules.values()] == [{"tune": 1.0}, {}]
    assert len(found.patch().cables) == 1
    frames = [record.frame for record in found.records if isinstance(record, Stamp)]
    assert frames == sorted(frames)
    assert sum(isinstance(record, EngineBegan) for record in found.records) == 1
    for source in {module.source for module in found.patch().modules.values()}:
        assert "class " in found.text(source)


def test_a_session_that_ends_as_it_should_says_so_in_its_journal(workspace: Path) -> None:
    with guest(workspace) as here:
        here.play('add("vco")')
    client.stop(workspace)
    assert newest(workspace).ended
