"""All about one module in words: what is on its panel, what each knob goes through, what it stands for."""

from collections.abc import Iterator

from livepatch import display
from livepatch.panel import Inlet, Knob, Light, MenuItem, Panel

Line = tuple[str, str, str]
"""A part of the panel: its name, what it is, and what else is to be said about it."""


def text(panel: Panel, path: str) -> str:
    """The data sheet of a module whose file is at `path`."""
    lines = [f"{panel.type}: {panel.summary}", path]
    for kind, remark, parts in _sections(panel):
        if parts:
            lines += ["", f"{_plural(kind)} ({remark})" if remark else _plural(kind), *_columns(parts)]
    lines += ["", *_remarks(panel)]
    return "\n".join(lines).rstrip() + "\n"


def part(panel: Panel, name: str) -> str:
    """One part of a panel in a line: a knob, switch, button, port or light; "" if it has none of this name."""
    for kind, _, parts in _sections(panel):
        for line in parts:
            if line[0] == name:
                return ". ".join(filter(None, (f"{name}: {_article(kind)} {kind}", *line[1:])))
    return ""


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith("ch") else f"{noun}s"


def _sections(panel: Panel) -> Iterator[tuple[str, str, list[Line]]]:
    """Each kind of part, a remark on it, and the parts of that kind."""
    yield (
        "knob",
        "from, to, default; each takes cables",
        [(knob.name, f"{knob.label or knob.name}: {_span(knob)}", knob.description) for knob in panel.knobs],
    )
    yield (
        "switch",
        "the default first",
        [
            (
                switch.name,
                f"{switch.label or switch.name}: {_choices(switch.choices, switch.default)}",
                switch.description,
            )
            for switch in panel.switches
        ],
    )
    yield "button", "", [(button.name, button.label, button.description) for button in panel.buttons]
    yield (
        "inlet",
        "the main one first",
        [
            (inlet.name, inlet.label, ", ".join(filter(None, (_normal(inlet), inlet.description))))
            for inlet in panel.inlets
        ],
    )
    yield (
        "outlet",
        "the main one first",
        [(outlet.name, outlet.label, outlet.description) for outlet in panel.outlets],
    )
    yield (
        "light",
        "",
        [(light.name, f"{light.label}: {_colour(light)}", light.description) for light in panel.lights],
    )
    yield "text", "", [(text.name, text.label or text.name, text.description) for text in panel.texts]


def _span(knob: Knob) -> str:
    values = (knob.minimum, knob.maximum, knob.default)
    lowest, highest, default = (display.value_text(knob, value) for value in values)
    return f"{lowest} to {highest}, {default}"


def _choices(choices: tuple[str, ...], default: int) -> str:
    return ", ".join((choices[default], *choices[:default], *choices[default + 1 :]))


def _normal(inlet: Inlet) -> str:
    if isinstance(inlet.normal, str):
        return f"without a cable what goes into {inlet.normal}"
    return f"without a cable {inlet.normal:g} V" if inlet.normal else ""


def _colour(light: Light) -> str:
    return f"{light.colour}, {light.below} below 0" if light.below else light.colour


def _item(item: MenuItem) -> str:
    return (item.label or item.name) + (f" (asks for {item.asks})" if item.asks else "")


def _columns(parts: list[Line]) -> Iterator[str]:
    widths = [max(len(part[column]) for part in parts) for column in (0, 1)]
    for name, what, more in parts:
        yield f"  {name:{widths[0]}}  {what:{widths[1]}}  {more}".rstrip()


def _remarks(panel: Panel) -> Iterator[str]:
    if labels := [_item(each) for item in panel.menu for each in item.all() if each.kind in {"switch", "action"}]:
        yield f"menu: {', '.join(labels)}"
    for neighbour in panel.neighbours:
        yield f"uses {' or '.join(neighbour.types)} at its {neighbour.side}"
    if panel.speakers:
        yield f"plays to the speakers: {', '.join(panel.speakers)}"
    if panel.captures:
        yield f"hears at the sound card: {', '.join(panel.captures)}"
    if panel.own_bypass:
        yield f"bypassed: plays {', '.join(panel.bypass_outlets) or 'nothing'} in a way of its own"
    for inlet, outlet in panel.bypass.items():
        yield f"bypassed: {inlet} goes to {outlet}"
    if panel.rack:
        yield f"stands for {', '.join(panel.rack)} in VCV Rack patches"
    form = "sample by sample, with step()" if panel.form == "step" else "in blocks, with process()"
    yield f"written {form}"
