"""What the engine shows in shared memory, as screens and pictures need it."""

from collections.abc import Sequence
from pathlib import Path

from livepatch.protocol.meters import METER_SLOTS, TRACE_SLOTS, VOICES, Meters


class Levels:
    """The meters of the engine that plays now; all zero while there is none."""

    def __init__(self) -> None:
        self._meters: Meters | None = None
        self._path: Path | None = None

    def follow(self, path: Path | None) -> str:
        """Read from another engine's meters, None: from none; an empty string, or one line on why that fails."""
        if path == self._path and self._meters is not None:
            return ""
        self.close()
        self._path = path
        if path is None:
            return ""
        try:
            self._meters = Meters(path)
        except (OSError, ValueError) as error:
            return f"no meters: {error}"
        return ""

    def close(self) -> None:
        """Let go of the shared memory."""
        if self._meters is not None:
            self._meters.close()
            self._meters = None

    def read(self, name: str) -> float:
        """A header value (see `protocol.meters.HEADER`)."""
        return self._meters.read(name) if self._meters is not None else 0.0

    def volts(self, slot: int) -> float:
        """Peak volts of an outlet."""
        return self._meters.levels[slot] if self._meters is not None and 0 <= slot < METER_SLOTS else 0.0

    def voices(self, slot: int) -> Sequence[float]:
        """Peak volts of each voice of an outlet; none while it carries one."""
        if self._meters is None or not 0 <= slot < METER_SLOTS:
            return ()
        channels = int(self._meters.channels[slot])
        if not 1 < channels <= VOICES:
            return ()
        return self._meters.voices[VOICES * slot : VOICES * slot + channels].tolist()

    def form(self, slot: int) -> int:
        """How the module of an outlet plays several voices: OWN, ABREAST or IN_TURN of protocol.meters."""
        return int(self._meters.forms[slot]) if self._meters is not None and 0 <= slot < METER_SLOTS else 0

    def trace(self, first: int, frames: int) -> Sequence[float]:
        """A trace's samples, oldest first."""
        if self._meters is None or not 0 <= first <= first + frames <= TRACE_SLOTS:
            return ()
        return self._meters.traces[first : first + frames].tolist()
