"""`livepatch run` and `livepatch` without a terminal: what ends them ends the sound they began."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.real_session import LIVEPATCH, PATIENCE_SECONDS, RealSession, real_session


def play(session: RealSession) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        LIVEPATCH,
        cwd=session.workspace,
        env=session.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "plays" in process.stderr.readline()
    return process


@pytest.mark.timeout(300)
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_what_ends_it_ends_the_session_it_began(
    tmp_path: Path, compiled_cache: Path, ending: signal.Signals
) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        process = play(session)
        process.send_signal(ending)
        process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0
        assert session.livepatch("stop").stdout == "no session was running here\n"


@pytest.mark.timeout(300)
def test_a_session_that_was_there_plays_on(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        session.evaluate("kept = 1")
        process = play(session)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)
        assert session.evaluate("kept") == "1\n"


@pytest.mark.timeout(300)
def test_a_patch_that_is_not_there_is_refused_where_a_session_runs(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        session.evaluate("kept = 1")
        refused = session.livepatch("run", "frobnicate")
        assert refused.returncode == 1
        assert "there is no patch called frobnicate" in refused.stderr.splitlines()[-1]
        assert "plays" not in refused.stderr
        assert session.evaluate("kept") == "1\n"
