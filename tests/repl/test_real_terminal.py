"""`livepatch repl` in a real terminal, with a real session that outlives it."""

import os
import signal
from pathlib import Path

import pytest

from tests.real_session import LIVEPATCH, real_session
from tests.tmux import terminal

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(300)]


def test_the_session_outlives_its_prompts_with_every_variable(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        repl = [*LIVEPATCH, "repl"]
        with terminal(repl, session.workspace, session.environment) as pane:
            pane.wait_for(">>>")
            pane.type("bass = add('vc", "Tab")
            pane.wait_for("vco")
            pane.type("o', tune=-1)", "Enter")
            pane.wait_for("tune=-1)\n")
            pane.type("exec('print(6 * 7000)\\nwhile True: pass')", "Enter")
            pane.wait_for("42000")
            pane.type("", "C-c")
            pane.wait_for("interrupted")
            pane.type("40 + 2", "Enter")
            pane.wait_for("\n42\n")
            pane.type("", "C-d")
            pane.wait_for("To stop it: livepatch stop.")
        with terminal(repl, session.workspace, session.environment) as pane:
            pane.wait_for("1 module")
            pane.type("bass.tune", "Enter")
            pane.wait_for("-1 (")
            os.kill(pane.process, signal.SIGKILL)
        assert session.evaluate("bass.tune + 2") == "1.0\n"
        with terminal(repl, session.workspace, session.environment) as pane:
            pane.wait_for(">>>")
            pane.type("", "Up", "Up")
            pane.wait_for(">>> 40 + 2")
            session.livepatch("stop")
            pane.wait_for("the session has ended")


def test_notices_appear_above_what_is_being_typed(tmp_path: Path, compiled_cache: Path) -> None:
    with (
        real_session(tmp_path, compiled_cache) as session,
        terminal([*LIVEPATCH, "repl"], session.workspace, session.environment) as pane,
    ):
        pane.wait_for(">>>")
        pane.type("half a li")
        (session.workspace / "modules" / "broken.py").write_text("class Broken(\n")
        screen = pane.wait_for("# error in broken:")
        assert "broken.py:1:" in screen.replace("\n", "")
        pane.wait_for(">>> half a li")
