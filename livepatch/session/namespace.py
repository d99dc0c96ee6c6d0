"""The names a performer can use: own variables, then the modules in the rack, then the commands."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from livepatch.errors import PatchError
from livepatch.session.handles import ModuleHandle, name_of
from livepatch.session.stage import Stage


class Namespace(dict[str, Any]):
    """Globals of the performer's code. Every module in the rack is in it under its name, live.

    A variable that holds a module which was removed gives way to the module of that name in the rack.
    """

    def __init__(self, stage: Stage, commands: dict[str, Callable[..., Any]]) -> None:
        super().__init__(__name__="__main__", __doc__=None)
        self._stage = stage
        self.commands = {name: Command(name, command) for name, command in commands.items()}

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


class Command:
    """A command that says how it is typed where it is typed otherwise."""

    def __init__(self, name: str, command: Callable[..., Any]) -> None:
        functools.update_wrapper(self, command)
        self._name = name
        self._command = command
        self._signature = inspect.signature(command)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Do it. Raises: PatchError: if it is typed otherwise, or refuses."""
        try:
            bound = self._signature.bind(*arguments, **options)
        except TypeError as error:
            mistake = _mistake(self._signature, error)
            raise PatchError(f"{self._name}(): {mistake}; {first_line(self)}") from error
        for parameter, value in bound.arguments.items():
            if isinstance(value, ModuleHandle) and self._signature.parameters[parameter].annotation is str:
                raise PatchError(f'{self._name}() takes a name in quotes: {self._name}("{name_of(value)}")')
        return self._command(*arguments, **options)

    def __repr__(self) -> str:
        return f"{self._name}() is a command, typed with its brackets. {first_line(self)}"


def _mistake(signature: inspect.Signature, error: TypeError) -> str:
    """What was typed otherwise than a command is typed, in a performer's words."""
    if "positional" not in str(error):
        return str(error)
    most = len(signature.parameters)
    return f"nothing more than {most} can be in its brackets" if most else "nothing can be in its brackets"


def first_line(command: Callable[..., Any]) -> str:
    """What a command does, in one line."""
    return (inspect.getdoc(command) or "").partition("\n")[0]
