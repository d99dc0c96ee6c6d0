"""The panel of a plug-in: its parameters as knobs, its buses and notes as inlets and outlets."""

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from livepatch.disk import replace_file
from livepatch.panel import Inlet, Knob, MenuItem, Outlet, Panel
from livepatch.protocol.expression_inlets import expression_inlets
from livepatch.protocol.plugin_facts import FORMATS, Bus, Facts
from livepatch.protocol.plugin_messages import PluginPorts

FILE = "plugin.json"
VOICES = 16
MOST_IN_A_MENU = 32
MOST_OF_A_NAME = 12
"""Characters of a program's name in the name of a part of the menu."""
MOST_BUSES = 4
"""More than so many of one channel are no buses, but the channels of one."""
NOTE_INLETS = (
    ("voct", "1 V/octave pitch", "0 V is C4; where it goes to another key, that is played", 0.0),
    ("gate", "Gate", "a note begins at 1 V and ends below 0.1 V", 0.0),
    ("velocity", "Velocity", "10 V is full; unpatched it is 8 V", 8.0),
    ("bend", "Pitch bend", "5 V is all the way up, -5 V down", 0.0),
    ("pressure", "Pressure", "10 V is full; of several voices each has its own", 0.0),
)
NOTE_OUTLETS = (
    ("voct_out", "1 V/octave pitch of the notes it sends"),
    ("gate_out", "Gate of the notes it sends"),
    ("velocity_out", "Velocity of the notes it sends"),
    ("bend_out", "Pitch bend that it sends"),
    ("pressure_out", "Pressure that it sends"),
)
_RESERVED = {"menu", *(name for name, *_ in NOTE_INLETS), *(name for name, _ in NOTE_OUTLETS)}


class PluginBuild(msgspec.Struct, frozen=True):
    """What stands in place of compiled code: plugin.json in a folder of the cache. `source` is its hash."""

    type: str
    source: str
    facts: Facts
    panel: Panel
    ports: PluginPorts


def is_plugin(type: str) -> bool:
    """Whether a module type is a plug-in's, such as vst3:zamdelay."""
    return type.partition(":")[0] in FORMATS and ":" in type


def type_of(facts: Facts) -> str:
    """The module type of a plug-in."""
    return f"{facts.format}:{identifier(facts.name)}"


def identifier(text: str) -> str:
    """A name that can be typed in Python: of "Dry Level (dB)" it is dry_level_db."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", plain)
    word = re.sub(r"[^0-9a-zA-Z]+", "_", plain).strip("_").lower()
    if not word:
        return "plugin"
    if word[0].isdigit():
        word = f"p_{word}"
    return f"{word}_" if keyword.iskeyword(word) or keyword.issoftkeyword(word) else word


def build(facts: Facts, type: str = "", names: Mapping[int, str] = MappingProxyType({})) -> PluginBuild:
    """The panel of a plug-in, and which port is what; `type` is its module type, if not the one of its name.

    `names` are those that knobs have already, by the ids of their parameters.
    """
    type = type or type_of(facts)
    taken = set(_RESERVED)
    inputs = tuple(_ports(facts.inputs, taken, "audio", "right"))
    outputs = tuple(_ports(facts.outputs, taken, "out", "right_out"))
    knobs, ids = _knobs(facts, taken, names)
    inlets = [Inlet(name=name, label=label, normal=normal) for name, _, _, label, normal in inputs]
    outlets = [Outlet(name=name, label=label) for name, _, _, label, _ in outputs]
    expressions = list(expression_inlets(facts, lambda title: _own(title, taken))) if facts.notes_in else []
    if facts.notes_in:
        notes = [
            Inlet(name=name, label=label, description=text, normal=normal)
            for name, label, text, normal in NOTE_INLETS
        ]
        notes += [inlet for inlet, _ in expressions]
        inlets = [*notes, *inlets] if facts.instrument else [*inlets, *notes]
    if facts.notes_out:
        outlets += [Outlet(name=name, label=label) for name, label in NOTE_OUTLETS]
    steps = {parameter.id: parameter.steps for parameter in facts.parameters}
    ports = PluginPorts(
        knobs=tuple(zip((knob.name for knob in knobs), ids, strict=True)),
        steps=tuple(steps[id] for id in ids),
        inputs=tuple((name, first, count) for name, first, count, _, _ in inputs),
        outputs=tuple((name, first, count) for name, first, count, _, _ in outputs),
        notes=facts.notes_in,
        notes_out=facts.notes_out,
        expressions=tuple(port for _, port in expressions),
    )
    panel = Panel(
        type=type,
        class_name="",
        summary=summary(facts),
        knobs=tuple(knobs),
        inlets=tuple(inlets),
        outlets=tuple(outlets),
        bypass=_bypass(inputs, outputs),
        own_bypass=facts.own_bypass or any(parameter.bypass for parameter in facts.parameters),
        form="plugin",
        polyphonic=False,
        menu=_menu(facts),
    )
    content = msgspec.json.encode((type, facts, panel, ports))
    return PluginBuild(type, hashlib.sha256(content).hexdigest()[:20], facts, panel, ports)


def write_build(build: PluginBuild, cache: Path) -> Path:
    """Put it where the engine finds it; the folder.

    Raises: OSError: if the disk refuses.
    """
    folder = cache / "plugins" / build.source
    replace_file(folder / FILE, msgspec.json.encode(build))
    return folder


def read_build(folder: Path) -> PluginBuild | None:
    """What is in a folder; None if that is no plug-in.

    Raises: OSError: if it cannot be read. msgspec.DecodeError: if it is damaged.
    """
    path = folder / FILE
    return msgspec.json.decode(path.read_bytes(), type=PluginBuild) if path.exists() else None


def summary(facts: Facts) -> str:
    """A plug-in in a line: what it is, who made it, which version."""
    kind = "instrument" if facts.instrument else "effect"
    made = " ".join(part for part in (facts.vendor, facts.version) if part)
    return f"{facts.name}: {facts.format.upper()} {kind}" + (f" ({made})" if made else "")


def _ports(
    buses: tuple[Bus, ...], taken: set[str], mono: str, right: str
) -> Iterator[tuple[str, int, int, str, str | float]]:
    """Name, first channel, channels, label and normal of each port: one for each channel, or for 16 of many."""
    first = 0
    if len(buses) > MOST_BUSES and all(bus.channels == 1 for bus in buses):
        buses = (Bus("Channels", len(buses)),)  # pins, not buses
    for place, bus in enumerate(buses):
        start = "" if place == 0 else f"{identifier(bus.name or f'bus {place + 1}')}_"
        label = bus.name or f"Bus {place + 1}"
        if bus.channels <= 2:
            left = _free(f"{start}{mono}", taken)
            names: list[tuple[str, str, str | float]] = [
                (left, "Left, or mono" if bus.channels == 2 else label, 0.0)
            ]
            if bus.channels == 2:
                names.append((_free(f"{start}{right}", taken), "Right", left if mono == "audio" else 0.0))
            for offset, (name, text, normal) in enumerate(names):
                yield name, first + offset, 1, text if not start else f"{label}: {text}", normal
        else:
            for offset in range(0, bus.channels, VOICES):
                count = min(VOICES, bus.channels - offset)
                name = _free(f"{start}{mono}" + (f"_{offset + 1}" if offset else ""), taken)
                yield name, first + offset, count, f"{label}: channels {offset + 1} to {offset + count}", 0.0
        first += bus.channels


def _knobs(facts: Facts, taken: set[str], names: Mapping[int, str]) -> tuple[list[Knob], list[int]]:
    taken |= set(names.values())
    knobs: list[Knob] = []
    ids: list[int] = []
    for parameter in facts.parameters:
        if parameter.hidden or parameter.read_only or parameter.programs or parameter.bypass:
            continue
        label = parameter.name or f"Parameter {parameter.id}"
        description = ", ".join(part for part in (parameter.group, _choices(parameter.texts)) if part)
        name = names.get(parameter.id) or _free(identifier(label), taken)
        default = min(max(parameter.default, 0.0), 1.0)
        knobs.append(
            Knob(name=name, minimum=0.0, maximum=1.0, default=default, label=label, description=description)
        )
        ids.append(parameter.id)
    return knobs, ids


def _choices(texts: tuple[str, ...]) -> str:
    return "from 0 to 1: " + ", ".join(texts) if texts else ""


def _free(wish: str, taken: set[str]) -> str:
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    taken.add(name)
    return name


def _own(title: str, taken: set[str]) -> str:
    """A name for what each note has for itself: one that a knob or port has already is the notes' one."""
    name = identifier(title)
    return _free(f"note_{name}" if name in taken else name, taken)


def _bypass(
    inputs: tuple[tuple[str, int, int, str, str | float], ...],
    outputs: tuple[tuple[str, int, int, str, str | float], ...],
) -> dict[str, str]:
    """What a bypassed plug-in lets through: the first input to the first output, and so on."""
    return {source[0]: target[0] for source, target in zip(inputs, outputs, strict=False)}


def _stretch(start: int, names: list[str]) -> str:
    """What a part of many programs is called: the number of the first, and the names of the first and the last."""
    first, last = (name[:MOST_OF_A_NAME].strip() for name in (names[0], names[-1]))
    return f"{start + 1}: {first} … {last}"


def _menu(facts: Facts) -> tuple[MenuItem, ...]:
    items: list[MenuItem] = []
    if len(facts.programs) > 1:
        programs = [
            MenuItem(kind="action", label=name.strip() or f"Program {number + 1}", name=f"program:{number}")
            for number, name in enumerate(facts.programs)
        ]
        parts: list[MenuItem] = [
            MenuItem(
                kind="submenu",
                label=_stretch(start, [item.label for item in programs[start : start + MOST_IN_A_MENU]]),
                items=tuple(programs[start : start + MOST_IN_A_MENU]),
            )
            for start in range(0, len(programs), MOST_IN_A_MENU)
        ]
        whole = tuple(programs) if len(programs) <= MOST_IN_A_MENU else tuple(parts)
        items.append(MenuItem(kind="submenu", label="Programs", items=whole))
    items += [
        MenuItem(kind="action", label="Load a preset", name="load_preset", asks="Name or path"),
        MenuItem(kind="action", label="Save a preset", name="save_preset", asks="Name or path"),
        MenuItem(kind="action", label="Start it again", name="restart"),
    ]
    return tuple(items)
