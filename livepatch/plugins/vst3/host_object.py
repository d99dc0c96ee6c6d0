"""An object that a plug-in calls: tables of C functions in front of Python methods, counted by reference."""

import re
import sys
from collections import deque
from collections.abc import Sequence
from threading import Lock
from types import TracebackType
from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import (
    IDS,
    INVALID,
    NO_INTERFACE,
    NOT_IMPLEMENTED,
    NULL,
    OK,
    ffi,
)
from livepatch.plugins.vst3.interfaces import INTERFACES, method_name, signature

MOST_COMPLAINTS: Final = 20
_RETURNED: Final[dict[str, Any]] = {
    "tresult": NOT_IMPLEMENTED,
    "int32_t": 0,
    "uint32_t": 0,
    "void*": NULL,
    "const char*": NULL,
    "void": None,
}
"""What a method returns if it raised."""
_lock: Final = Lock()
_alive: Final[set["HostObject"]] = set()
"""All that a plug-in may still call, whatever became of it on our side."""
_released: Final[deque["HostObject"]] = deque()
"""What nobody holds any more: it is freed later, since this happens inside its own release()."""
_complaints: Final = iter(range(MOST_COMPLAINTS))


class HostObject:
    """An object of ours in a plug-in's hands. Any thread may call it; `interfaces` says what it answers to."""

    interfaces: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._references = 1
        self.parts: Sequence[HostObject] = ()
        """Objects that go when this one goes, unless somebody else holds them."""
        self._pins: list[Any] = []
        self._facets: dict[bytes, Any] = {}
        for name in self.interfaces:
            facet = ffi.new("Facet*")
            facet.table = ffi.cast("void*", self._table(name))
            self._pins.append(facet)
            self._facets[IDS[name]] = ffi.cast("void*", facet)
        self.pointer = self._facets[IDS[self.interfaces[0]]]
        """The object as its first interface, for C."""
        self._facets[IDS["FUnknown"]] = self.pointer
        _alive.add(self)

    def _table(self, name: str) -> Any:
        table = ffi.new(f"{name}Table*")
        self._pins.append(table)
        for declaration in INTERFACES[name][1]:
            method = method_name(declaration)
            function = ffi.callback(
                signature(declaration).replace("(*)", ""),
                getattr(self, _snake(method)),
                error=_RETURNED[declaration.partition(f" {method}")[0]],
                onerror=_complain_of,
            )
            self._pins.append(function)
            setattr(table, method, function)
        return table

    def query_interface(self, _this: Any, id: Any, found: Any) -> int:
        """Hand the object out as one of its interfaces."""
        if found == NULL:
            return INVALID
        facet = self._facets.get(bytes(ffi.buffer(id, 16)))
        if facet is None:
            found[0] = NULL
            return NO_INTERFACE
        self.add_ref(_this)
        found[0] = facet
        return OK

    def add_ref(self, _this: Any) -> int:
        """Count one holder more."""
        with _lock:
            self._references += 1
            return self._references

    def release(self, _this: Any) -> int:
        """Count one holder less; without any, the object goes when `bury` is called next."""
        with _lock:
            self._references = left = max(0, self._references - 1)
        if not left:
            _released.append(self)
            for part in self.parts:
                part.drop()
            self.parts = ()
        return left

    def free(self) -> None:
        """Part it from its C functions, which hold it as it holds them: nobody collects such circles here."""
        if not self._references:
            _alive.discard(self)
            self._pins.clear()
            self._facets.clear()

    def drop(self) -> None:
        """Let go of it on our side; it lives on as long as the plug-in holds it."""
        self.release(NULL)


def bury() -> None:
    """Free what has been released. Main thread, and never below a call of a plug-in's."""
    while _released:
        _released.popleft().free()


def complain(what: str) -> None:
    """Say on stderr what went wrong where nothing can be raised; no more than 20 times."""
    if next(_complaints, None) is not None:
        sys.stderr.write(f"livepatch: {what}\n")


def _complain_of(
    kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
) -> None:
    """Say what a method raised, which its plug-in hears of as a result."""
    complain(f"a call of the plug-in's failed: {kind.__name__ if kind else ''}: {error}")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
