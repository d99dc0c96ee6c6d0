"""Bytes that a plug-in reads its state from or writes it to."""

from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import INVALID, NULL, OK, REFUSED, ffi
from livepatch.plugins.vst3.host_object import HostObject

MOST_BYTES: Final = 256 << 20
"""No state is larger than this."""
FROM_START, FROM_HERE, FROM_END = range(3)


class Stream(HostObject):
    """A stream in memory, which begins with the bytes it is given."""

    interfaces: ClassVar[tuple[str, ...]] = ("IBStream",)

    def __init__(self, data: bytes = b"") -> None:
        super().__init__()
        self.data = bytearray(data)
        self._at = 0

    def read(self, _this: Any, buffer: Any, count: int, done: Any) -> int:
        """Give the plug-in the next bytes, as many as there are."""
        part = self.data[self._at : self._at + max(0, count)]
        if part:
            ffi.memmove(buffer, part, len(part))
        self._at += len(part)
        if done != NULL:
            done[0] = len(part)
        return OK

    def write(self, _this: Any, buffer: Any, count: int, done: Any) -> int:
        """Take the plug-in's bytes."""
        fits = count >= 0 and self._at + count <= MOST_BYTES
        if done != NULL:
            done[0] = count if fits else 0
        if not fits:
            return REFUSED
        if self._at > len(self.data):
            self.data.extend(bytes(self._at - len(self.data)))
        if count:
            self.data[self._at : self._at + count] = ffi.buffer(buffer, count)
        self._at += count
        return OK

    def seek(self, _this: Any, to: int, mode: int, now: Any) -> int:
        """Go to another place."""
        start = {FROM_START: 0, FROM_HERE: self._at, FROM_END: len(self.data)}.get(mode)
        if start is None or not 0 <= start + to <= MOST_BYTES:
            return INVALID
        self._at = start + to
        if now != NULL:
            now[0] = self._at
        return OK

    def tell(self, _this: Any, now: Any) -> int:
        """Say where it is."""
        if now == NULL:
            return INVALID
        now[0] = self._at
        return OK
