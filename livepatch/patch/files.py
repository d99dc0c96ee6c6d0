"""Patches on disk: `patches/NAME/patch.json`, written so that a power cut leaves the old or the new one."""

import json
import keyword
import math
import os
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from livepatch.disk import replace_file
from livepatch.errors import PatchError
from livepatch.patch import bounds
from livepatch.patch.edits import AddCable, AddModule, Edit, apply
from livepatch.patch.patch import FORMAT_VERSION, Cable, Patch, PlacedModule
from livepatch.patch.places import keys_of, place

FILE_NAME = "patch.json"
LARGEST_ID = (1 << 53) - 1
"""Every reader of JSON keeps whole numbers up to this."""
_TOP = ("format", "about", "modules", "cables", "code", "transport", "view", "next_id")
_MODULE = tuple(field.name for field in msgspec.structs.fields(PlacedModule))
_CABLE = tuple(field.name for field in msgspec.structs.fields(Cable))
_Shape = TypeVar("_Shape")
_POSITION = re.compile(r'"position": \[\s+(-?\d+),\s+(-?\d+)\s+\]')
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .-]{0,63}")


def is_name(name: str) -> bool:
    """Whether a patch can be called so: the name of a folder on every system."""
    return _NAME.fullmatch(name) is not None and not name.endswith((".", " "))


def check_name(name: str) -> str:
    """The name of a patch, if it can be the name of a folder on every system.

    Raises: PatchError: if it cannot.
    """
    if not is_name(name):
        raise PatchError(f"a patch cannot be called {name!r}; use letters, digits, spaces, dots, - and _")
    return name


def find(name: str, folders: list[Path]) -> Path:
    """The folder of the patch `name` in the first of `folders` that has it; `name` may also be a path.

    Raises: PatchError: if there is none, or the name cannot be one.
    """
    if os.sep in name or name.startswith("."):
        path = Path(name).expanduser()
        path = path.parent if path.name == FILE_NAME else path
        if (path / FILE_NAME).is_file():
            return path.resolve()
        raise PatchError(f"there is no {FILE_NAME} in {path}")
    check_name(name)
    for folder in folders:
        if (folder / name / FILE_NAME).is_file():
            return folder / name
    names = sorted({path.parent.name for folder in folders for path in patch_files(folder)})
    known = ", ".join(names) or "none yet"
    raise PatchError(f"there is no patch called {name}; the patches are: {known}")


def patch_files(folder: Path) -> list[Path]:
    """The patch.json of every patch in a folder, by name."""
    return [path for path in sorted(folder.glob(f"*/{FILE_NAME}")) if not path.parent.name.startswith(".")]


def read(folder: Path) -> Patch:
    """The patch in `folder`.

    Raises: PatchError: if the file is not there or is not a patch that this livepatch can read.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PatchError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PatchError(f"{path} is not a patch: it is not text") from error
    return decode(text, path)


def decode(text: str, path: Path | str = FILE_NAME) -> Patch:
    """The patch that `text` describes; `path` is named in what goes wrong.

    Raises: PatchError: if it is not a patch that this livepatch can read.
    """
    document = _parse(text, path)
    _check_version(document, path)
    patch = Patch()
    patch.unknown = {key: value for key, value in document.items() if key not in _TOP}
    try:
        bad = bounds.check(document)
        patch.about = _convert(document.get("about", ""), str, "$.about")
        patch.transport |= _convert(document.get("transport", {}), dict[str, float], "$.transport")
        patch.code = _convert(document.get("code", {}), dict[str, str], "$.code")
        patch.view = _convert(document.get("view", {}), dict[str, Any], "$.view")
        patch.next_id = min(max(_convert(document.get("next_id", 1), int, "$.next_id"), 1), LARGEST_ID)
        for number, entry in enumerate(_list(document, "modules")):
            _place(patch, entry, f"$.modules[{number}]")
        for number, entry in enumerate(_list(document, "cables")):
            _plug(patch, entry, f"$.cables[{number}]")
        _check_floats(bad)
    except PatchError as error:
        message, _, where = str(error).rpartition(" - at ")
        line, column = place(text, keys_of(where.strip("`")))
        raise PatchError(f"{path}:{line}:{column}: {bounds.one_line(message)}") from error
    return patch


def encode(patch: Patch) -> str:
    """The patch as the text of its file; the same patch gives the same text."""
    document: dict[str, Any] = {
        "format": FORMAT_VERSION,
        **({"about": patch.about} if patch.about else {}),
        "modules": [_module(patch, module) for _, module in sorted(patch.modules.items())],
        "cables": [_cable(patch, cable) for _, cable in sorted(patch.cables.items())],
        **({"code": dict(sorted(patch.code.items()))} if patch.code else {}),
        "transport": dict(sorted(patch.transport.items())),
        "view": patch.view,
        "next_id": patch.next_id,
        **patch.unknown,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return _POSITION.sub(r'"position": [\1, \2]', text) + "\n"


def write(patch: Patch, folder: Path) -> Path:
    """Write the patch into `folder`, made if missing, and return its file. A reader sees the old or the new one.

    Raises: PatchError: if the disk refuses; what was there before is still there.
    """
    path = folder / FILE_NAME
    text = encode(patch)
    try:
        replace_file(path, text.encode(), durable=True)
    except OSError as error:
        raise PatchError(f"{path} cannot be written: {error.strerror}; save it elsewhere or make room") from error
    return path


def _parse(text: str, path: Path | str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise PatchError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise PatchError(f"{path} is not a patch: it is nested too deeply") from error
    except ValueError as error:
        raise PatchError(f"{path} is not a patch: it has a number of thousands of digits") from error
    if not isinstance(document, dict):
        raise PatchError(f"{path} is not a patch: it should hold one object {{...}}")
    return document


def _check_version(document: dict[str, Any], path: Path | str) -> None:
    version = document.get("format")
    if type(version) is not int or version < 1:
        raise PatchError(f'{path} is not a patch: it has no "format" number')
    if version > FORMAT_VERSION:
        raise PatchError(
            f"{path} has format {version}, and this livepatch reads up to {FORMAT_VERSION}; update livepatch"
        )


def _place(patch: Patch, entry: Any, where: str) -> None:
    _check_knobs(entry, where)
    module = _convert(entry, PlacedModule, where)
    if not module.name.isidentifier() or keyword.iskeyword(module.name):
        raise PatchError(
            f"{module.name!r} is no name for a module: it must be a word that Python takes - at {where}"
        )
    if not 1 <= module.id <= LARGEST_ID:
        raise PatchError(f"a module's id goes from 1 to {LARGEST_ID}, not {module.id} - at {where}")
    _apply(patch, AddModule(module), where)
    if unknown := {key: value for key, value in entry.items() if key not in _MODULE}:
        patch.unknown_of_modules[module.id] = unknown


def _check_knobs(entry: Any, where: str) -> None:
    """Name the first knob that is no number; msgspec would only say that there is one."""
    knobs = entry.get("knobs") if isinstance(entry, dict) else None
    for knob, value in knobs.items() if isinstance(knobs, dict) else ():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(float(value)):
            name = entry.get("name", "a module")
            raise PatchError(f"{name}.{knob} takes a number, not {json.dumps(value)} - at {where}.knobs.{knob}")


def _check_floats(bad: list[str]) -> None:
    """Refuse what JSON has no number for: it could not be written again."""
    if bad:
        raise PatchError(f"a patch can hold no number that is none, NaN or infinity - at {bad[0]}")


def _plug(patch: Patch, entry: Any, where: str) -> None:
    cable = _convert(entry, Cable, where)
    if not math.isfinite(cable.gain):
        raise PatchError(f"a gain is no finite number - at {where}")
    _apply(patch, AddCable(cable), where)
    if unknown := {key: value for key, value in entry.items() if key not in _CABLE}:
        patch.unknown_of_cables[cable.route] = unknown


def _apply(patch: Patch, edit: Edit, where: str) -> None:
    try:
        apply(patch, edit)
    except PatchError as error:
        raise PatchError(f"{error} - at {where}") from error


def _list(document: dict[str, Any], key: str) -> list[Any]:
    entries = document.get(key, [])
    if not isinstance(entries, list):
        raise PatchError(f"{key} should be a list [...] - at $.{key}")
    return entries


def _convert(entry: Any, shape: type[_Shape], where: str) -> _Shape:
    try:
        return msgspec.convert(entry, shape)
    except msgspec.ValidationError as error:
        place, _, detail = str(error).partition(" - at ")
        raise PatchError(f"{place} - at {where}{detail.strip('`$')}") from error


def _module(patch: Patch, module: PlacedModule) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": module.id,
        "name": module.name,
        "type": module.type,
        "position": list(module.position),
        "knobs": dict(sorted(module.knobs.items())),
    }
    if module.data:
        entry["data"] = module.data
    if module.bypass:
        entry["bypass"] = True
    if module.hard_bypass:
        entry["hard_bypass"] = True
    if module.source:
        entry["source"] = module.source
    return entry | patch.unknown_of_modules.get(module.id, {})


def _cable(patch: Patch, cable: Cable) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source": cable.source,
        "outlet": cable.outlet,
        "target": cable.target,
        "inlet": cable.inlet,
        "gain": cable.gain,
    }
    if cable.colour:
        entry["colour"] = cable.colour
    return entry | patch.unknown_of_cables.get(cable.route, {})
