"""What the session's Python prints, on its way to the front ends."""

import io
import threading
from collections.abc import Callable

LARGEST_PIECE = 4096
FLUSH_SECONDS = 0.05


class Output(io.TextIOBase):
    """Stands in for sys.stdout and sys.stderr. Any thread writes; lines go on at once, a rest soon after.

    `send` gets the text and whether the main thread wrote it, that is the code being evaluated.
    """

    encoding = "utf-8"

    def __init__(self, send: Callable[[str, bool], None]) -> None:
        super().__init__()
        self._send = send
        self._rest = {True: "", False: ""}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """No colours are wanted here."""
        return False

    def write(self, text: str) -> int:
        """Print."""
        main = threading.current_thread() is threading.main_thread()
        with self._lock:
            whole = self._rest[main] + text
            end = len(whole) if len(whole) > LARGEST_PIECE else whole.rfind("\n") + 1
            self._rest[main] = whole[end:]
            waits = bool(self._rest[main])
        for start in range(0, end, LARGEST_PIECE):
            self._send(whole[start : min(start + LARGEST_PIECE, end)], main)
        if waits:
            self._flush_soon()
        return len(text)

    def flush(self) -> None:
        """Send what waits for the end of its line: the main thread's, or that of the others."""
        self._flush(main=threading.current_thread() is threading.main_thread())

    def _flush(self, *, main: bool) -> None:
        with self._lock:
            text, self._rest[main] = self._rest[main], ""
        if text:
            self._send(text, main)

    def _flush_all(self) -> None:
        self._flush(main=True)
        self._flush(main=False)

    def _flush_soon(self) -> None:
        with self._lock:
            if self._timer is not None and self._timer.is_alive():
                return
            self._timer = threading.Timer(FLUSH_SECONDS, self._flush_all)
            self._timer.daemon = True
            self._timer.start()
