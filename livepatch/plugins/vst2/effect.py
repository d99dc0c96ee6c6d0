"""A VST2 effect: what the C ABI offers, with the types of Python."""

import math
import sys
from typing import Any, Final

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst2.abi import NULL, ffi
from livepatch.plugins.vst2.opcodes import MAGIC, Ask, Flag

MOST_PARAMETERS: Final = 65536
MOST_PROGRAMS: Final = 65536
MOST_CHANNELS: Final = 1024
MOST_LATENCY: Final = 1 << 22
"""Frames; a plug-in that says more, or less than 0, is not believed."""
LARGEST_CHUNK: Final = 1 << 30
ROOM: Final = 1024
"""Bytes for a text: the limits of VST2 are 8 to 64, which few plug-ins keep to."""
SHOWN: Final = 128


class Effect:
    """One instance in a library. `name` is what errors call it. Every method takes the main thread."""

    def __init__(self, pointer: Any, name: str) -> None:
        """Raises: PluginError: if it is none, or its numbers cannot be."""
        if pointer == NULL:
            raise PluginError(f"{name} made no plug-in: it gave back nothing")
        if pointer.magic != MAGIC:
            raise PluginError(f"{name} is no VST2 plug-in: it begins with {pointer.magic & 0xFFFFFFFF:08x}")
        self.pointer = pointer
        self.name = name
        self._text = ffi.new("char[]", ROOM)
        self._check()

    def _check(self) -> None:
        e = self.pointer
        if NULL in {e.dispatch, e.set_parameter, e.get_parameter}:
            raise PluginError(f"{self.name} lacks functions that every VST2 plug-in has")
        if e.process == NULL and e.accumulate == NULL:
            raise PluginError(f"{self.name} has no function that computes sound")
        counts = (
            ("parameters", e.parameters, MOST_PARAMETERS),
            ("programs", e.programs, MOST_PROGRAMS),
            ("inlets", e.inputs, MOST_CHANNELS),
            ("outlets", e.outputs, MOST_CHANNELS),
        )
        for what, count, most in counts:
            if not 0 <= count <= most:
                raise PluginError(f"{self.name} says it has {count} {what}, which cannot be")

    def ask(self, what: Ask, index: int = 0, value: int = 0, pointer: Any = NULL, opt: float = 0.0) -> int:
        """Ask the plug-in something; its answer."""
        answer: int = self.pointer.dispatch(self.pointer, what, index, value, pointer, opt)
        return answer

    def ask_text(self, what: Ask, index: int = 0, value: int = 0) -> str:
        """What the plug-in writes as text; "" if nothing."""
        return self.answer_text(what, index, value)[1]

    def answer_text(self, what: Ask, index: int = 0, value: int = 0) -> tuple[int, str]:
        """What the plug-in answers, and what it writes as text."""
        text = self._text
        ffi.memmove(text, b"\0", 1)
        answer = self.ask(what, index, value, text)
        return answer, text_of(ffi.string(text, ROOM))

    def can_do(self, word: bytes) -> int:
        """1 if the plug-in says that it can, -1 if not, 0 if it does not know."""
        return self.ask(Ask.CAN_DO, pointer=ffi.new("char[]", word))

    @property
    def uid(self) -> int:
        """The plug-in's own number, of 32 bits."""
        uid: int = self.pointer.uid & 0xFFFFFFFF
        return uid

    @property
    def parameters(self) -> int:
        """How many it has."""
        return min(max(int(self.pointer.parameters), 0), MOST_PARAMETERS)

    @property
    def programs(self) -> int:
        """How many it has."""
        return min(max(int(self.pointer.programs), 0), MOST_PROGRAMS)

    @property
    def channels(self) -> tuple[int, int]:
        """How many come in and go out; they may change when the plug-in says so."""
        e = self.pointer
        return min(max(int(e.inputs), 0), MOST_CHANNELS), min(max(int(e.outputs), 0), MOST_CHANNELS)

    @property
    def flags(self) -> Flag:
        """What it says of itself."""
        return Flag(self.pointer.flags & sum(Flag))

    @property
    def latency(self) -> int:
        """Frames."""
        frames = int(self.pointer.latency)
        if not 0 <= frames <= MOST_LATENCY:
            sys.stderr.write(f"{self.name} says its latency is {frames} frames; taken as none\n")
            return 0
        return frames

    def value(self, index: int) -> float:
        """Where a parameter stands, 0 to 1."""
        found: float = self.pointer.get_parameter(self.pointer, index)
        return min(max(found, 0.0), 1.0) if math.isfinite(found) else 0.0

    def set_value(self, index: int, value: float) -> None:
        """Turn a parameter, 0 to 1."""
        self.pointer.set_parameter(self.pointer, index, value)

    def values(self) -> tuple[float, ...]:
        """Where all parameters stand."""
        return tuple(self.value(index) for index in range(self.parameters))

    def program(self) -> int:
        """The current program, -1 for none."""
        number = self.ask(Ask.GET_PROGRAM)
        return number if 0 <= number < self.programs else -1

    def set_program(self, number: int) -> None:
        """Go to a program that is there."""
        self.ask(Ask.BEGIN_SET_PROGRAM)
        self.ask(Ask.SET_PROGRAM, value=number)
        self.ask(Ask.END_SET_PROGRAM)

    def chunk(self, *, program: bool) -> bytes:
        """The plug-in's own state, of the current program or of the whole bank; b"" if it has none."""
        place = ffi.new("void **")
        size = self.ask(Ask.GET_CHUNK, int(program), 0, place)
        if size <= 0 or size > LARGEST_CHUNK or place[0] == NULL:
            return b""
        return bytes(ffi.buffer(place[0], size))

    def set_chunk(self, chunk: bytes, *, program: bool) -> None:
        """Give the plug-in its own state back."""
        self.ask(Ask.SET_CHUNK, int(program), len(chunk), ffi.from_buffer(chunk))

    def accepts(self, uid: int, version: int, elements: int, *, program: bool) -> bool:
        """Whether it takes a bank or program that was saved by such a plug-in; True where it does not know."""
        patch = ffi.new("Patch *", {"version": 1, "elements": elements, "plugin_version": version})
        patch.uid = int(ffi.cast("int32_t", uid))
        return self.ask(Ask.BEGIN_LOAD_PROGRAM if program else Ask.BEGIN_LOAD_BANK, pointer=patch) != -1


def text_of(written: bytes) -> str:
    """What a plug-in wrote, as a line: UTF-8 if it is that, else Latin-1, without spaces around it."""
    try:
        text = written.decode()
    except UnicodeDecodeError:
        text = written.decode("latin-1")
    return "".join(c if c.isprintable() else " " for c in text).strip()[:SHOWN]
