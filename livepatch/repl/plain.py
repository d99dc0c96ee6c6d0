"""Lines from a pipe, or from a terminal that can do nothing but print."""

import os
import select
import sys
from typing import TextIO

from livepatch.entry import whole


def is_plain() -> bool:
    """Whether the standard input or output is no terminal, or one that cannot move its cursor."""
    return not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in {"dumb", ""}


class PlainPrompt:
    """Reads whole pieces of Python line by line; prompts only where somebody types."""

    def __init__(self, stdin: TextIO | None = None) -> None:
        self._input = (stdin or sys.stdin).fileno()
        self._typed = os.isatty(self._input)
        self._pending = b""
        self._at_end = False
        self._woken, self._wake = os.pipe()

    def read(self) -> str:
        """The next piece of Python.

        Raises: EOFError: at the end, or after `wake`.
        """
        lines: list[str] = []
        while not lines or not whole("\n".join(lines)):
            try:
                lines.append(self._line("... " if lines else ">>> "))
            except EOFError:
                if not lines:
                    raise
                break
            except KeyboardInterrupt:
                self._say("\n")
                raise
        return "\n".join(lines)

    def wake(self) -> None:
        """End the waiting for a line, from any thread."""
        os.write(self._wake, b"x")

    def _line(self, prompt: str) -> str:
        self._say(prompt)
        while b"\n" not in self._pending and not self._at_end:
            ready, _, _ = select.select([self._input, self._woken], [], [])
            if self._woken in ready:
                raise EOFError
            chunk = os.read(self._input, 1 << 16)
            self._pending += chunk
            self._at_end = not chunk
        if not self._pending:
            raise EOFError
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def _say(self, text: str) -> None:
        if self._typed:
            sys.stdout.write(text)
            sys.stdout.flush()

    def close(self) -> None:
        """Give its pipe back."""
        os.close(self._woken)
        os.close(self._wake)
