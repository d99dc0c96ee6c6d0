"""What the two halves of a plug-in send each other: a message with a list of attributes."""

from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import INVALID, NULL, OK, REFUSED, ffi
from livepatch.plugins.vst3.host_object import HostObject

MOST_LETTERS: Final = 1 << 16
MOST_BYTES: Final = 64 << 20


class Attributes(HostObject):
    """Numbers, texts and bytes by name."""

    interfaces: ClassVar[tuple[str, ...]] = ("IAttributeList",)

    def __init__(self) -> None:
        super().__init__()
        self._integers: dict[bytes, int] = {}
        self._floats: dict[bytes, float] = {}
        self._texts: dict[bytes, bytes] = {}
        self._binaries: dict[bytes, tuple[Any, int]] = {}

    def set_int(self, _this: Any, name: Any, value: int) -> int:
        """Keep a whole number."""
        self._integers[_named(name)] = value
        return OK

    def get_int(self, _this: Any, name: Any, value: Any) -> int:
        """Give a whole number."""
        return _give(self._integers.get(_named(name)), value)

    def set_float(self, _this: Any, name: Any, value: float) -> int:
        """Keep a number."""
        self._floats[_named(name)] = value
        return OK

    def get_float(self, _this: Any, name: Any, value: Any) -> int:
        """Give a number."""
        return _give(self._floats.get(_named(name)), value)

    def set_string(self, _this: Any, name: Any, text: Any) -> int:
        """Keep a text, with its end."""
        length = 0
        while length < MOST_LETTERS and text[length]:
            length += 1
        self._texts[_named(name)] = bytes(ffi.buffer(text, 2 * length)) + b"\0\0"
        return OK

    def get_string(self, _this: Any, name: Any, text: Any, size: int) -> int:
        """Give a text, as much of it as there is room for."""
        kept = self._texts.get(_named(name))
        if kept is None or size < 2:
            return REFUSED
        part = kept if len(kept) <= size else kept[: size // 2 * 2 - 2] + b"\0\0"
        ffi.memmove(text, part, len(part))
        return OK

    def set_binary(self, _this: Any, name: Any, data: Any, size: int) -> int:
        """Keep bytes."""
        if size > MOST_BYTES or (size and data == NULL):
            return INVALID
        kept = ffi.new("uint8_t[]", max(1, size))
        if size:
            ffi.memmove(kept, data, size)
        self._binaries[_named(name)] = (kept, size)
        return OK

    def get_binary(self, _this: Any, name: Any, data: Any, size: Any) -> int:
        """Show the plug-in its bytes, which stay where they are."""
        kept = self._binaries.get(_named(name))
        if kept is None:
            size[0] = 0
            return REFUSED
        data[0], size[0] = kept
        return OK


class Message(HostObject):
    """A message, with its name."""

    interfaces: ClassVar[tuple[str, ...]] = ("IMessage",)

    def __init__(self) -> None:
        super().__init__()
        self._name = ffi.new("char[]", b"")
        self._attributes = Attributes()
        self.parts = (self._attributes,)

    def get_message_id(self, _this: Any) -> Any:
        """Its name."""
        return self._name

    def set_message_id(self, _this: Any, name: Any) -> None:
        """Give it a name."""
        self._name = ffi.new("char[]", _named(name) if name != NULL else b"")

    def get_attributes(self, _this: Any) -> Any:
        """Its attributes, without a reference to them."""
        return self._attributes.pointer


def _named(name: Any) -> bytes:
    return bytes(ffi.string(name, 1024))


def _give(kept: float | None, value: Any) -> int:
    if kept is None:
        return REFUSED
    value[0] = kept
    return OK
