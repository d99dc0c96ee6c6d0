"""When the sound card's input is open: while cables come from it."""

import time

from livepatch.engine.driver import Driver, DriverError
from livepatch.engine.engine import Engine
from livepatch.engine.sound_input import SoundInput
from livepatch.protocol.messages import Message, Notice

CLOSE_SECONDS = 5.0
"""How long it stays open without a cable: patches change while they are played."""
AGAIN_SECONDS = 3.0


class Capture:
    """Opens and closes the sound card's input, and gives what it brings to the engine. Control thread only.

    A microphone is private, so it is open only while somebody hears it, and never while nothing is played.
    """

    def __init__(self, engine: Engine, device: str = "") -> None:
        """`device`: part of the name of the one to hear; empty: what belongs to the one that plays."""
        self._engine = engine
        self._device = device
        self._input: SoundInput | None = None
        self._told: set[str] = set()
        self._troubles: set[str] = set()
        self._told_channels = 0
        self._used = 0.0
        self._tried = 0.0
        self._former: SoundInput | None = None

    def look(self, driver: Driver) -> list[Message]:
        """Open or close it as cables have come and gone; what there is to tell."""
        now = time.monotonic()
        wanted = self._engine.rack.captured() if driver.name != "null" else 0
        if wanted:
            self._used = now
        opened = self._input
        if opened is None:
            return self._open(driver, wanted) if wanted and now - self._tried > AGAIN_SECONDS else []
        if not opened.alive():
            self.close()
            self._tried = now
            return self._trouble(f"{opened.device} is gone: nothing comes in until it is back")
        if now - self._used > CLOSE_SECONDS:
            self.close()
        elif wanted > max(opened.channels, self._told_channels):
            self.close()
            return self._open(driver, wanted)
        return []

    def _open(self, driver: Driver, wanted: int) -> list[Message]:
        self._tried = time.monotonic()
        try:
            opened = SoundInput(self._engine.sample_rate, wanted, self._device, driver.device)
        except DriverError as error:
            return self._trouble(f"nothing comes in: {error}")
        self._input = opened
        self._engine.hearing.follow(opened.ring)
        channels = f"{opened.channels} channel{'s' if opened.channels > 1 else ''}"
        lines = [f"hearing {opened.device}, {channels}"]
        if self._troubles and lines[0] in self._told:
            lines = [f"hearing {opened.device} again"]
            self._told.discard(lines[0])
        self._troubles.clear()
        if opened.channels < wanted:
            self._told_channels = wanted
            lines.append(f"{opened.device} has {channels}; cables from others bring nothing")
        told: list[Message] = [Notice("note", line) for line in lines if line not in self._told]
        self._told.update(lines)
        return told

    def _trouble(self, text: str) -> list[Message]:
        """Tell what is wrong, once until it is well again."""
        if text in self._troubles:
            return []
        self._troubles.add(text)
        return [Notice("warning", text)]

    def close(self) -> None:
        """Hear nothing more; it is opened again at the next look, if a cable still wants it."""
        opened, self._input = self._input, None
        self._engine.hearing.follow(None)
        self._former = opened or self._former  # the callback is not the one that gives its memory back
        self._tried = 0.0
        self._told_channels = 0
        if opened is not None:
            opened.close()
