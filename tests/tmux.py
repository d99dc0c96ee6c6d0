"""A real terminal, as large as one likes, whose screen can be read: tmux on a server of its own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.jack_server import wait_until

PATIENCE_SECONDS = 90.0


class Terminal:
    """One pane. Keys are tmux's: Enter, Tab, C-c, Up."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def tmux(self, *words: str) -> str:
        """Run a tmux command; what it prints."""
        command = ["tmux", "-f", "/dev/null", "-S", str(self._socket), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def screen(self) -> str:
        """The characters on the screen, without trailing space."""
        return self.tmux("capture-pane", "-p").rstrip()

    def type(self, text: str, *keys: str) -> None:
        """Type characters as they are, then keys."""
        if text:
            self.tmux("send-keys", "-l", text)
        if keys:
            self.tmux("send-keys", *keys)

    def wait_for(self, text: str) -> str:
        """The screen as soon as `text` is on it."""
        try:
            wait_until(lambda: text in self.screen(), PATIENCE_SECONDS, f"{text!r} on the screen")
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}:\n{self.screen()}")
        return self.screen()

    @property
    def process(self) -> int:
        """The id of the program in the pane."""
        return int(self.tmux("display-message", "-p", "#{pane_pid}"))


@contextmanager
def terminal(
    command: list[str], folder: Path, environment: dict[str, str], *, columns: int = 80, lines: int = 24
) -> Iterator[Terminal]:
    """Run a command in a terminal; the pane stays when it ends."""
    if shutil.which("tmux") is None:
        pytest.fail("these tests need tmux: ./run test installs it")
    pane = Terminal(Path(tempfile.gettempdir()) / f"livepatch-{os.getpid()}-{time.monotonic_ns()}")
    kept = {name: value for name, value in environment.items() if name not in {"TMUX", "NO_COLOR"}}
    size = ["-x", str(columns), "-y", str(lines)]
    begin = ["new-session", "-d", *size, "-c", str(folder), *command, ";", "set", "remain-on-exit", "on"]
    subprocess.run(["tmux", "-f", "/dev/null", "-S", str(pane._socket), *begin], check=True, env=kept)
    try:
        yield pane
    finally:
        pane.tmux("kill-server")
        pane._socket.unlink(missing_ok=True)
