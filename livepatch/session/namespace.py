"""The names a performer can use: own variables, then the modules in the rack, then the commands."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from livepatch.errors import PatchError
from livepatch.session.handles import ModuleHandle
from livepatch.session.stage import Stage


class Namespace(dict[str, Any]):
    """Globals of the performer's code. Every module in the rack is in it under its name, live.

    A variable that holds a module which was removed gives way to the module of that name in the rack.
    """

    def __init__(self, stage: Stage, commands: dict[str, Callable[..., Any]]) -> None:
        super().__init__(__name__="__main__", __doc__=None)
        self._stage = stage
        self.commands = {name: _checked(name, command) for name, command in commands.items()}

    def __missing__(self, name: str) -> Any:
        handle = self._in_rack(name)
        if handle is not None:
            return handle
        return self.commands[name]

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, ModuleHandle) and not self._alive(value):
            handle = self._in_rack(name)
            return value if handle is None else handle
        return value

    def names(self) -> dict[str, str]:
        """Everything that can be typed, with one line about each."""
        found = {name: first_line(command) for name, command in self.commands.items()}
        with self._stage.rack.lock:
            for module in self._stage.rack.patch.modules.values():
                found[module.name] = self._stage.panel_of(module).summary or module.type
        for name, value in list(self.items()):
            if not name.startswith("__"):
                found.setdefault(name, type(value).__name__)
        return found

    def _in_rack(self, name: str) -> ModuleHandle | None:
        with self._stage.rack.lock:
            module = self._stage.rack.patch.named(name)
            return None if module is None else ModuleHandle(self._stage, module.id, module.name)

    def _alive(self, handle: ModuleHandle) -> bool:
        try:
            dir(handle)
        except PatchError:
            return False
        return True


def _checked(name: str, command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says how it is typed where it is typed otherwise."""
    signature = inspect.signature(command)

    @functools.wraps(command)
    def typed(*arguments: Any, **options: Any) -> Any:
        try:
            signature.bind(*arguments, **options)
        except TypeError as error:
            raise PatchError(f"{name}(): {error}; {first_line(command)}") from error
        return command(*arguments, **options)

    return typed


def first_line(command: Callable[..., Any]) -> str:
    """What a command does, in one line."""
    return (inspect.getdoc(command) or "").partition("\n")[0]
