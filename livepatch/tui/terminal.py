"""The terminal, kept clean: what native code prints to file descriptor 2 goes to a log instead."""

import contextlib
import os
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from livepatch.errors import LivepatchError


@contextlib.contextmanager
def quiet_terminal(log: Path) -> Iterator[None]:
    """Draw on the terminal, wherever stderr goes, and send everything else that is said to the log.

    Textual draws on `sys.__stderr__`. PortAudio, ALSA and plug-ins print to file descriptor 2, across the
    drawing; so the drawing gets a descriptor of its own.

    Raises: LivepatchError: if there is no terminal.
    """
    screen = _screen()
    python_streams, native_stderr = (sys.stderr, sys.__stderr__), os.dup(2)
    log.parent.mkdir(parents=True, exist_ok=True)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stderr.flush()
    os.dup2(target, 2)
    os.close(target)
    sys.stderr = screen
    sys.__stderr__ = screen  # type: ignore[misc]  # Textual's driver takes it from there
    try:
        yield
    finally:
        sys.stderr, sys.__stderr__ = python_streams  # type: ignore[misc]  # as it was
        screen.close()
        os.dup2(native_stderr, 2)
        os.close(native_stderr)


def _screen() -> TextIOWrapper:
    if not os.isatty(0):
        raise LivepatchError(
            "the TUI needs a terminal to read keys from; `livepatch repl` and `livepatch eval -` do not"
        )
    for descriptor in (2, 1):
        if os.isatty(descriptor):
            return os.fdopen(os.dup(descriptor), "w", encoding="utf-8")
    raise LivepatchError("the TUI needs a terminal to draw on; `livepatch repl` and `livepatch eval` do not")
