"""What could stand at the cursor; nothing of the performer's is run to find out."""

import builtins
import inspect
import keyword
import re
from typing import Any

from livepatch import display
from livepatch.errors import PatchError
from livepatch.panel import Panel
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Completion
from livepatch.protocol.plugin_panel import build, is_plugin
from livepatch.session.commands import Commands
from livepatch.session.handles import InletHandle, ModuleHandle, OutletHandle, look
from livepatch.session.library import LAST
from livepatch.session.namespace import Namespace

MOST = 200
_STRING = re.compile(
    r"\b(add|vst|load|save|edit|remove|rename|bypass)\(\s*(?:[\"'][^\"']*[\"']\s*,\s*)*[\"']([^\"']*)$"
)
_KEYWORD = re.compile(r"\b(add|vst)\(\s*[\"']([^\"']+)[\"'](?:\s*,[^()]*)?,\s*(\w*)$")
_PROGRAM = re.compile(r"\bprogram\(\s*[\"']?([^\W\d]\w*)[\"']?\s*,\s*[\"']([^\"']*)$")
_DOTTED = re.compile(r"((?:[^\W\d]\w*\.)*)([^\W\d]\w*)?$")
_NO_PROPERTIES = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
_FOUND_NOTHING = object()


class Completer:
    """Completes for every front end, in the front ends' threads."""

    def __init__(self, namespace: Namespace, commands: Commands) -> None:
        self._namespace = namespace
        self._commands = commands

    def complete(self, code: str, cursor: int) -> tuple[Completion, ...]:
        """What could be typed at `cursor` (characters from the start), best first."""
        before = code[:cursor]
        line = before.rpartition("\n")[2]
        if (match := _STRING.search(line)) is not None:
            return _offer(self._strings(match[1]), match[2], cursor, anywhere=True)
        if (match := _PROGRAM.search(line)) is not None:
            return _offer(self._programs(match[1]), match[2], cursor, anywhere=True)
        if _inside_string(line):
            return ()
        if (match := _KEYWORD.search(line)) is not None:
            return _offer(self._knobs_of(match[1], match[2]), match[3], cursor)
        match = _DOTTED.search(line)
        assert match is not None
        path, start = match[1].split(".")[:-1], match[2] or ""
        if not path:
            return _offer(self._names(), start, cursor) if start else ()
        thing = self._resolve(path)
        return _offer(_attributes(thing), start, cursor) if thing is not _FOUND_NOTHING else ()

    def _strings(self, command: str) -> dict[str, str]:
        if command in {"add", "vst"}:
            plugins = {each.word: each.about for each in self._commands.plugging.offered()}
            own = {type: about for type, about in self._commands.modules() if not is_plugin(type)}
            return (
                own | {word: about for word, about in plugins.items() if word not in own}
                if command == "add"
                else plugins
            )
        if command in {"load", "save"}:
            patches = {name: modules for name, modules, *_ in self._commands.patches()}
            return patches | ({LAST: "what played when the session ended"} if command == "load" else {})
        names = {name: type for name, type, _ in self._commands.rack_()}
        types: dict[str, str] = dict(self._commands.modules())
        return types | names if command == "edit" else names

    def _programs(self, module: str) -> dict[str, str]:
        """Names of programs with their numbers; the first of those that have the same."""
        found: dict[str, str] = {}
        for number, name in enumerate(self._commands.plugging.programs_of(module)):
            found.setdefault(name, str(number))
        return found

    def _knobs_of(self, command: str, type: str) -> dict[str, str]:
        with self._commands.rack.lock:
            try:
                panel = self._commands.panel(type) if command == "add" else None
            except KeyError:
                panel = None
        if panel is None:
            facts = self._commands.plugging.named(type)
            if facts is None:
                return {}
            panel = build(facts).panel
        return {f"{control.name}=": control.description for control in panel.controls()}

    def _names(self) -> dict[str, str]:
        names = self._namespace.names()
        python = {name: "Python" for name in (*keyword.kwlist, *dir(builtins)) if not name.startswith("_")}
        return names | {name: meta for name, meta in python.items() if name not in names}

    def _resolve(self, path: list[str]) -> Any:
        try:
            thing = self._namespace[path[0]]
        except KeyError:
            thing = getattr(builtins, path[0], _FOUND_NOTHING)
        for name in path[1:]:
            thing = _step(thing, name)
        return thing


def _step(thing: Any, name: str) -> Any:
    """An attribute, if looking it up runs no code of the performer's."""
    if isinstance(thing, ModuleHandle):
        try:
            return getattr(thing, name)
        except PatchError:
            return _FOUND_NOTHING
    found = inspect.getattr_static(thing, name, _FOUND_NOTHING)
    if inspect.ismodule(thing) or isinstance(thing, type):
        return found
    if hasattr(type(found), "__get__") and not callable(found):
        return _FOUND_NOTHING
    return found


def _attributes(thing: Any) -> dict[str, str]:
    if isinstance(thing, ModuleHandle):
        try:
            module, panel = look(thing)
        except PatchError:
            return {}
        return _parts(module, panel)
    if isinstance(thing, InletHandle | OutletHandle):
        return {}
    names: set[str] = set(dir(type(thing)))
    if isinstance(thing, type) or inspect.ismodule(thing):
        names = set(vars(thing)) | (set().union(*map(vars, thing.__mro__)) if isinstance(thing, type) else set())
    elif not isinstance(thing, _NO_PROPERTIES):
        own = inspect.getattr_static(thing, "__dict__", None)
        names |= set(vars(thing)) if own is not None else set()
    return dict.fromkeys(sorted(names, key=lambda name: (name.startswith("_"), name)), "")


def _parts(module: PlacedModule, panel: Panel) -> dict[str, str]:
    found: dict[str, str] = {}
    for control in panel.controls():
        value = display.value_text(control, module.knobs.get(control.name, display.at_rest(control)))
        found[control.name] = f"{value}  {control.description or control.label}".rstrip()
    found |= {text.name: f"text  {text.description or text.label}".rstrip() for text in panel.texts}
    found |= {inlet.name: f"inlet  {inlet.description or inlet.label}".rstrip() for inlet in panel.inlets}
    found |= {outlet.name: f"outlet  {outlet.description or outlet.label}".rstrip() for outlet in panel.outlets}
    return found | {light.name: f"light  {light.description or light.label}".rstrip() for light in panel.lights}


def _offer(
    candidates: dict[str, str], start: str, cursor: int, *, anywhere: bool = False
) -> tuple[Completion, ...]:
    wanted = start.lower()
    public = [text for text in candidates if start.startswith("_") or not text.startswith("_")]
    texts = [text for text in public if text.startswith(start)]
    if not texts:
        texts = [text for text in public if text.lower().startswith(wanted)]
    if anywhere:
        texts += [text for text in public if wanted in text.lower() and text not in texts]
    return tuple(Completion(text, cursor - len(start), candidates[text]) for text in texts[:MOST])


def _inside_string(line: str) -> bool:
    quote = ""
    escaped = False
    for character in line:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            return True
    return bool(quote)
