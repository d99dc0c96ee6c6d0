"""An object of a plug-in's, as one of its interfaces."""

from typing import Any

from livepatch.plugins.vst3.abi import IDS, NULL, OK, ffi


class Interface:
    """A plug-in's object, of which this holds a reference; `call` names a method as Steinberg does."""

    def __init__(self, name: str, pointer: Any) -> None:
        self.name = name
        self.pointer = pointer
        self._methods = ffi.cast(f"{name}*", pointer).table

    def method(self, name: str) -> Any:
        """The C function, whose first argument is `pointer`."""
        return getattr(self._methods, name)

    def call(self, name: str, *arguments: Any) -> Any:
        """What a method returns."""
        return getattr(self._methods, name)(self.pointer, *arguments)

    def agrees(self, name: str, *arguments: Any) -> bool:
        """Whether a method answers that all is well."""
        return bool(self.call(name, *arguments) == OK)

    def ask(self, name: str) -> "Interface | None":
        """The same object as another interface, None if it has none of that kind."""
        found = ffi.new("void**")
        if self.call("queryInterface", IDS[name], found) != OK or found[0] == NULL:
            return None
        return Interface(name, found[0])

    def release(self) -> None:
        """Let go of it."""
        self.call("release")
