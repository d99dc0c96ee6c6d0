"""Blueprints: the module file that a placeholder is to become, with its knobs and ports already declared."""

import json
import keyword
import re

from livepatch.declarations import DECLARATIONS, FLAGS, RESERVED, RESERVED_PREFIXES
from livepatch.module import Module
from livepatch.panel import Panel

_TAKEN = {*DECLARATIONS, *RESERVED, *FLAGS, *dir(Module), "Module"}
_NUMBER = re.compile(r"[0-9]{1,9}$")
FILE = '''\
"""{title}: written from a placeholder{stands}; say here what it is."""

from livepatch.module import {imports}


class {title}(Module):
    """Say here in one sentence what it does; `livepatch modules` lists it."""

{declarations}

    def step(self) -> None:
        """Compute one sample of one voice: read knobs and inlets, assign outlets (volts)."""
{body}
'''


def type_name(type: str, taken: set[str]) -> str:
    """The module type that a placeholder of `type` is to become: `Fundamental/VCO-2` becomes `vco_2`.

    `type` itself where that can be one; otherwise one that is not `taken`.
    """
    if _is_word(type):
        return type
    words = re.sub(r"[^a-z0-9]+", "_", type.rpartition("/")[2].lower()).strip("_")[:60]
    name = words if _is_word(words) else f"m_{words}".rstrip("_")
    number, wish = 1, name
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name


def blueprint(panel: Panel, name: str) -> str:
    """The text of the module file `name` with what a placeholder's panel has."""
    knobs = [knob for knob in panel.knobs if _can_be_declared(knob.name)]
    inlets = [port.name for port in panel.inlets if _can_be_declared(port.name)]
    outlets = [port.name for port in panel.outlets if _can_be_declared(port.name)]
    lines = [f"{knob.name} = knob({knob.minimum!r}, {knob.maximum!r}, {knob.default!r})" for knob in knobs]
    lines += [f"{port} = inlet()" for port in inlets] + [f"{port} = outlet()" for port in outlets]
    foreign = "/" in panel.type
    if foreign:
        lines += _rack(panel.type, [knob.name for knob in knobs], inlets, outlets)
    words = {"knob": knobs, "inlet": inlets, "outlet": outlets}
    return FILE.format(
        title="".join(word.capitalize() for word in name.split("_")),
        stands=f" for {' '.join(panel.type.split())}".replace('"', "'").replace("\\", "/") if foreign else "",
        imports=", ".join(["Module", *(word for word, found in words.items() if found)]),
        declarations="\n".join(f"    {line}" for line in lines) or "    # knob(), inlet(), outlet() go here",
        body="\n".join(f"        self.{port} = 0.0" for port in outlets) or "        return",
    )


def _rack(type: str, knobs: list[str], inlets: list[str], outlets: list[str]) -> list[str]:
    """What says that the module stands for one of Rack's, line by line."""
    kinds = {"params": knobs, "inputs": inlets, "outputs": outlets}
    lines = [f'        "{kind}": {{{_ids(names)}}},' for kind, names in kinds.items() if _ids(names)]
    return ["rack = {", f"    {json.dumps(type, ensure_ascii=False)}: {{", *lines, "    }", "}"]


def _ids(names: list[str]) -> str:
    """Names by the number that each ends with: Rack's id."""
    found = {int(match[0]): name for name in names if (match := _NUMBER.search(name)) is not None}
    return ", ".join(f'{number}: "{name}"' for number, name in sorted(found.items()))


def _is_word(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def _can_be_declared(name: str) -> bool:
    return _is_word(name) and name not in _TAKEN and not name.startswith(RESERVED_PREFIXES)
