"""Compiled code on disk: what a build folder holds, and how a process loads it. Nothing here compiles."""

import functools
import hashlib
import importlib
import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.panel import Panel

ENDING = EXTENSION_SUFFIXES[0]
MODULE_PREFIX = "livepatch_module_"
"""In front of a module's type: the name its compiled code has in Python."""
PEAK = "brightest_"
"""In front of a light's name: the attribute of compiled code that keeps its brightest moment until it is shown."""

VOICES = "voices__"
"""In front of a state's name: the attribute of compiled code that has it for every voice that plays in a lane."""


class BuildError(LivepatchError):
    """A folder of compiled code cannot be used."""


class BuildFacts(msgspec.Struct, frozen=True):
    """build.json: a module's compiled code. `source` is its hash, `path` the author's file.

    `form`: step (in block loops), plain (step called for each frame) or process. `lines` maps a line of the
    generated text (`<type>.py` beside it) to the author's. `nanoseconds` a sample, as the dry run measured.
    `lanes`: its voices play side by side, which takes `voice_nanoseconds` a sample of one; `alone` says why
    those of a step do not. `counts` are whole numbers of which all voices have the same, however they play.
    """

    type: str
    class_name: str
    source: str
    so: str
    form: str
    panel: Panel
    lines: dict[int, int]
    path: str
    nanoseconds: float
    lanes: bool = False
    alone: str = ""
    voice_nanoseconds: float = 0.0
    counts: tuple[str, ...] = ()

    @property
    def voices(self) -> str:
        """How it plays many voices, in words; nothing of a module that handles them itself."""
        if self.lanes:
            return f"16 voices side by side, {self.voice_nanoseconds:.1f} ns a sample of each"
        if self.form == "process":
            return "voices one after the other" if self.panel.polyphonic else ""
        return f"voices one after the other ({self.alone or 'it calls methods that cannot be written out'})"

    def author_line(self, generated: int) -> int:
        """The author's line for a line of the generated text; 0 if it has none."""
        return self.lines.get(generated, 0)


class Part(msgspec.Struct, frozen=True):
    """A compiled part of livepatch itself: `so` holds `modules`, linked by the name `group`."""

    so: str
    group: str
    modules: tuple[str, ...]


class CoreFacts(msgspec.Struct, frozen=True):
    """core.json: the compiled parts of livepatch, in the order to load them."""

    parts: tuple[Part, ...]


class Newest(msgspec.Struct, frozen=True):
    """newest.json: the folder of the newest core library, and for which `sources` of the engine it was made."""

    core: str
    sources: str


def module_name(type: str) -> str:
    """What the compiled code of a module type is called in Python."""
    return MODULE_PREFIX + type


def builds_folder(cache: Path) -> Path:
    """Where every module's compiled code is, one folder each."""
    return cache / "builds"


def core_folder(cache: Path) -> Path | None:
    """The newest compiled core library in the cache, if one was ever compiled for the engine as it is now."""
    try:
        newest = msgspec.json.decode((cache / "core" / "newest.json").read_bytes(), type=Newest)
    except (OSError, msgspec.DecodeError):
        return None
    folder = cache / "core" / newest.core
    return folder if newest.sources == engine_sources() and (folder / "core.json").exists() else None


@functools.cache
def engine_sources() -> str:
    """A hash of what the engine's native parts and its other ones are made of, which have to fit."""
    files = [locations.PACKAGE / "runtime.py", *sorted((locations.PACKAGE / "engine").glob("*.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:20]


def read_build(folder: Path) -> BuildFacts:
    """What is in a build folder.

    Raises: BuildError: if it holds no build.
    """
    try:
        facts = msgspec.json.decode((folder / "build.json").read_bytes(), type=BuildFacts)
    except (OSError, msgspec.DecodeError) as error:
        raise BuildError(
            f"{folder} holds no compiled module ({error}); delete it and save the module again"
        ) from error
    if not (folder / facts.so).exists():
        raise BuildError(f"{folder / facts.so} is missing; delete {folder} and save the module again")
    return facts


def load_core(folder: Path) -> None:
    """Load the native parts of livepatch under their own names; before anything imports them as Python.

    Raises: BuildError: if they are not there, do not load, or were imported as Python before.
    """
    for part in _read_core(folder).parts:
        _load_part(folder / part.so, part)


def load_runtime(folder: Path) -> None:
    """Load only the base of modules, as `load_core` does: enough to try a module out.

    Raises: BuildError: as `load_core`.
    """
    part = _read_core(folder).parts[0]
    _load_part(folder / part.so, part)


def load_build(folder: Path) -> type[Any]:
    """The native class of a build folder; each call loads it anew. The core library must be loaded.

    Raises: BuildError: if it does not load.
    """
    facts = read_build(folder)
    name = module_name(facts.type)
    group = f"{name}__mypyc"
    try:
        sys.modules[group] = _load(group, folder / facts.so)
        module = _load(name, folder / facts.so)
    except ImportError as error:
        raise BuildError(f"{folder / facts.so} does not load: {error}") from error
    finally:
        sys.modules.pop(group, None)
        sys.modules.pop(name, None)
    found: type[Any] = getattr(module, facts.class_name)
    return found


def _read_core(folder: Path) -> CoreFacts:
    try:
        return msgspec.json.decode((folder / "core.json").read_bytes(), type=CoreFacts)
    except (OSError, msgspec.DecodeError) as error:
        raise BuildError(f"{folder} holds no core library ({error}); delete it and start again") from error


class _Finder(MetaPathFinder):
    """Finds the modules of a library in its file, whatever imports them first."""

    def __init__(self, names: frozenset[str], path: Path) -> None:
        self.names = names
        self.path = path

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        return _spec(name, self.path) if name in self.names else None


def _load_part(path: Path, part: Part) -> None:
    group = f"{part.group}__mypyc"
    if group in sys.modules:
        return
    for name in part.modules:
        if name in sys.modules:
            raise BuildError(f"{name} was imported as Python before its native form was loaded; this is a mistake")
    finder = _Finder(frozenset((group, *part.modules)), path)
    sys.meta_path.insert(0, finder)
    try:
        for name in (group, *part.modules):
            importlib.import_module(name)
    except ImportError as error:
        raise BuildError(f"{path} does not load: {error}; delete it and start again") from error
    finally:
        sys.meta_path.remove(finder)


def _spec(name: str, path: Path) -> ModuleSpec | None:
    return importlib.util.spec_from_file_location(name, path, loader=ExtensionFileLoader(name, str(path)))


def _load(name: str, path: Path) -> ModuleType:
    spec = _spec(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a library")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
