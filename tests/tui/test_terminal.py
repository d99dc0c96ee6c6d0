"""The terminal is kept clean."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
from pathlib import Path
from livepatch.tui.terminal import quiet_terminal
with quiet_terminal(Path(sys.argv[1])):
    os.write(2, b"ALSA complains")
    print("the drawing", file=sys.__stderr__, flush=True)
os.write(2, b"afterwards")
"""


@pytest.mark.terminal
def test_native_print_out_goes_to_the_log_and_the_drawing_to_the_screen(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    log = tmp_path / "state" / "tui.log"
    command = [sys.executable, "-c", SCRIPT, str(log)]
    subprocess.run(command, stdin=terminal, stdout=terminal, stderr=terminal, check=True, timeout=120)
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(screen, 4096):
            shown += piece
    except OSError:
        pass  # that is how a pty ends on Linux
    os.close(screen)
    assert log.read_text() == "ALSA complains"
    assert b"the drawing" in shown
    assert b"afterwards" in shown
    assert b"ALSA" not in shown


@pytest.mark.terminal
def test_a_redirected_stderr_does_not_hide_the_screen(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "log")]
    with (tmp_path / "stderr").open("wb") as file:
        subprocess.run(command, stdin=terminal, stdout=terminal, stderr=file, check=True, timeout=120)
    assert b"the drawing" in os.read(screen, 4096)
    os.close(terminal)
    os.close(screen)


def test_without_a_terminal_it_says_what_to_use_instead(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "log")]
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
    )
    assert "livepatch repl" in ended.stderr
