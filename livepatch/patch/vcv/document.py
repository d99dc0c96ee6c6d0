"""The JSON of Rack's files: parsed, found to be sound, and brought from older forms to the one of Rack 2."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from livepatch.errors import PatchError
from livepatch.patch.vcv.migrations import Version, version_of

VERSION = "2.6.6"
"""What is written into patches that came from before Rack 1, or that were made here."""
DEEPEST = 100
MOST_MODULES, MOST_CABLES = 5000, 50_000
LARGEST = (1 << 63) - 1
HP_PIXELS, ROW_PIXELS = 15.0, 380.0
_IN_PIXELS = ("", "dev", "0.3", "0.4", "0.5")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_NAME = 200
_FIRST_WITH_CABLES: Version = (1,)


def parse(text: str, name: str) -> dict[str, Any]:
    """The object that a Rack file holds; `name` is the file, for what goes wrong.

    Raises: PatchError: if it is no JSON, or holds what no patch can: numbers without end, broken letters.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise PatchError(f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise PatchError(f"{name} is not a patch: it is nested too deeply") from error
    except ValueError as error:
        raise PatchError(f"{name} is not a patch: {str(error).partition(';')[0]}") from error
    if not isinstance(document, dict):
        raise PatchError(f"{name} is not a patch: it should hold one object {{...}}")
    _check_values(document, name)
    return document


def text_of(document: dict[str, Any]) -> str:
    """A document as Rack writes it: two spaces deep."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def check(document: dict[str, Any], name: str) -> None:
    """See that modules and cables are what Rack makes of them.

    Raises: PatchError: naming the first that is not.
    """
    version = document.get("version", "")
    if not isinstance(version, str):
        raise PatchError(f"{name}: version should be text")
    for key, most in (("modules", MOST_MODULES), (cables_key(document), MOST_CABLES)):
        if len(_entries(document, key, name)) > most:
            raise PatchError(
                f"{name} has more {key} than fit into a rack: {len(document[key])}, not {most} at most"
            )
    for key, entry in (*_entries(document, "modules", name), *_entries(document, cables_key(document), name)):
        if not isinstance(entry, dict):
            raise PatchError(f"{name}: {key} should be an object {{...}}")
    for key, module in _entries(document, "modules", name):
        _check_module(module, f"{name}: {key}")


def cables_key(document: dict[str, Any]) -> str:
    """Where a document has its cables: up to Rack 0.6 they were called wires."""
    return "wires" if "cables" not in document and "wires" in document else "cables"


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """The document in the form of Rack 2: as it is from Rack 1 on, else a copy with ids, cables and places."""
    document = dict(document)
    modules = document.get("modules", [])
    old = cables_key(document) == "wires" or (
        len(before := version_of(document.get("version", ""))) > 0 and (before < _FIRST_WITH_CABLES)
    )
    if old or any("id" not in module for module in modules):
        pixels = old and _in_pixels(document)
        document["modules"] = [_module(module, number, pixels=pixels) for number, module in enumerate(modules)]
    if old:
        cables = document.pop(cables_key(document), [])
        document["cables"] = [_cable(cable, number) for number, cable in enumerate(cables)]
        document["version"] = VERSION
    return document


def colour_of(colour: Any) -> str:
    """A cable's colour as #rrggbb, "" if there is none: Rack 0.6 also wrote parts from 0 to 1."""
    if isinstance(colour, str):
        return colour if _COLOUR.fullmatch(colour) else ""
    if isinstance(colour, dict):
        parts = [colour.get(part) for part in "rgb"]
        if all(isinstance(part, int | float) for part in parts):
            return "#" + "".join(f"{round(255 * min(max(part or 0.0, 0.0), 1.0)):02x}" for part in parts)
    return ""


def place_of(module: dict[str, Any]) -> tuple[float, float]:
    """Where a module stands, in HP and rows; at 0, 0 where it does not say."""
    match module.get("pos"):
        case [int() | float() as x, int() | float() as y] if max(abs(x), abs(y)) < 1e9:
            return float(x), float(y)
    return 0.0, 0.0


def params_of(module: dict[str, Any]) -> dict[int, float]:
    """What stands on a module's knobs, by Rack's id."""
    found: dict[int, float] = {}
    for number, param in enumerate(module.get("params") or []):
        id, value = _param(param, number)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30:
            found[id] = float(value)
    return found


def is_bypassed(module: dict[str, Any]) -> bool:
    """Whether a module is bypassed; Rack 1 called it disabled."""
    return module.get("bypass", module.get("disabled")) is True


def _module(module: dict[str, Any], number: int, *, pixels: bool) -> dict[str, Any]:
    module = copy.deepcopy(module)
    module.setdefault("id", number)
    params = [_param(param, place) for place, param in enumerate(module.get("params") or [])]
    module["params"] = [{"value": value, "id": id} for id, value in params if value is not None]
    if pixels:
        x, y = place_of(module)
        module["pos"] = [round(x / HP_PIXELS), round(y / ROW_PIXELS)]
    if module.pop("disabled", None) is True:
        module.setdefault("bypass", True)
    if isinstance(text := module.get("text"), str) and "data" not in module:
        module["data"] = {"text": text}
        del module["text"]
    return module


def _cable(cable: dict[str, Any], number: int) -> dict[str, Any]:
    cable = copy.deepcopy(cable)
    cable.setdefault("id", number)
    if colour := colour_of(cable.get("color")):
        cable["color"] = colour
    return cable


def _param(param: Any, number: int) -> tuple[int, Any]:
    """The id and value of a param: Rack 0.5 wrote bare values, Rack 0.6 called the id paramId."""
    if not isinstance(param, dict):
        return number, param
    id = param.get("id", param.get("paramId", number))
    return (id if type(id) is int else number), param.get("value")


def _in_pixels(document: dict[str, Any]) -> bool:
    """Whether places are in pixels: up to Rack 0.5, and where a version made by hand says nothing."""
    version = document.get("version", "")
    if version == "" or version.startswith(_IN_PIXELS[1:]):
        return True
    places = [place_of(module) for module in document.get("modules", [])]
    return not version_of(version) and any(abs(y) >= ROW_PIXELS / 2 for _, y in places)


def _entries(document: dict[str, Any], key: str, name: str) -> list[tuple[str, Any]]:
    entries = document.get(key, [])
    if not isinstance(entries, list):
        raise PatchError(f"{name}: {key} should be a list [...]")
    return [(f"{key}[{number}]", entry) for number, entry in enumerate(entries)]


def _check_module(module: dict[str, Any], where: str) -> None:
    for key in ("plugin", "model"):
        slug = module.get(key)
        if not isinstance(slug, str) or not slug.isprintable() or len(slug) > _LONGEST_NAME:
            raise PatchError(f"{where}.{key} should be a name")
    if not isinstance(module.get("version", ""), str):
        raise PatchError(f"{where}.version should be text")
    if type(module.get("id", 0)) is not int:
        raise PatchError(f"{where}.id should be a whole number")
    if not isinstance(module.get("params") or [], list):
        raise PatchError(f"{where}.params should be a list [...]")


def _check_values(document: dict[str, Any], name: str) -> None:
    """Refuse what could not be written again: it would be lost."""
    path: list[str | int] = []
    why = _wrong(document, path)
    if why:
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")
        raise PatchError(f"{name}: {where.encode('ascii', 'replace').decode()} {why}" if path else f"{name} {why}")


def _wrong(value: Any, path: list[str | int]) -> str:
    """What is wrong with a value or with one inside it, "" if nothing is; `path` then leads there."""
    if isinstance(value, dict):
        entries: Iterator[tuple[str | int, Any]] = iter(value.items())
    elif isinstance(value, list):
        entries = iter(enumerate(value))
    else:
        return _wrong_alone(value)
    if len(path) >= DEEPEST:
        path.clear()
        return "is not a patch: it is nested too deeply"
    for key, item in entries:
        path.append(key)
        why = _wrong(item, path) or (_wrong_alone(key) if isinstance(key, str) else "")
        if why:
            return why
        path.pop()
    return ""


def _wrong_alone(value: Any) -> str:
    if isinstance(value, int) and abs(value) > LARGEST:
        return "has more digits than Rack can count"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "is a number without end"
    return "is not text" if isinstance(value, str) and not _is_text(value) else ""


def _is_text(value: str) -> bool:
    """Whether it can be written: halves of letters (surrogates) cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON")
