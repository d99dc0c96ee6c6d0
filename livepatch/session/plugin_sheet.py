"""All about a plug-in in words: what it is, how it is played, what is on its panel."""

from collections.abc import Callable, Iterator, Sequence

from livepatch.panel import Inlet, Knob, Outlet
from livepatch.protocol.plugin_facts import Parameter, tail_text
from livepatch.protocol.plugin_panel import PluginBuild, identifier, summary

MOST_KNOBS = 80
"""Of a plug-in with hundreds not all are written down."""
Row = tuple[str, ...]


class PluginSheet:
    """A plug-in that is a module named `name` in the rack, or could be; `shown` is what a knob shows now."""

    def __init__(self, made: PluginBuild, name: str = "", program: int = -1, *, rests: bool = False) -> None:
        self._made = made
        self._facts = made.facts
        self._there = bool(name)
        self._name = name or identifier(made.facts.name)
        self._program = program
        self._rests = rests

    def text(self, shown: Callable[[Knob], str]) -> str:
        """The whole sheet."""
        lines = [summary(self._facts), self._facts.path, "", "to play it", *self._playing(), ""]
        lines += [f"{word:9} {text}" for word, text in self._remarks()]
        panel = self._made.panel
        lines += _section("inlets (the main one first)", _ports(panel.inlets))
        lines += _section("outlets (the main one first)", _ports(panel.outlets))
        rows = [self._row(knob, parameter, shown) for knob, parameter in self._knobs()[:MOST_KNOBS]]
        where = "where they stand" if self._there else "the default"
        lines += _section(f"knobs (from 0 to 1, {where}; each takes cables)", rows)
        if len(panel.knobs) > MOST_KNOBS:
            lines.append(f"  and {len(panel.knobs) - MOST_KNOBS} more: {self._name}. and Tab, or / in the rack")
        return "\n".join(lines)

    def part(self, name: str, shown: Callable[[Knob], str]) -> str:
        """A knob in a few words; "" if it has none of this name."""
        for knob, id in self._knobs():
            if knob.name == name:
                _, label, now, *more = self._row(knob, id, shown)
                about = "".join(f"; {text}" for text in more if text)
                stands = f"now {now}" if self._there else f"default {now}"
                what = f"a knob{f', {label}' if label else ''}"
                return f"{name}: {what}, from 0 to 1, {stands}{about}; takes cables"
        return ""

    def _knobs(self) -> list[tuple[Knob, Parameter]]:
        parameters = {parameter.id: parameter for parameter in self._facts.parameters}
        ids = (parameters[id] for _, id in self._made.ports.knobs)
        return list(zip(self._made.panel.knobs, ids, strict=True))

    def _row(self, knob: Knob, parameter: Parameter, shown: Callable[[Knob], str]) -> Row:
        named = parameter.name if parameter.name != knob.name else ""
        label = f"{named} in {parameter.unit}".strip() if parameter.unit else named
        steps = f"{parameter.steps + 1} steps" if parameter.steps and not parameter.texts else ""
        return knob.name, label, shown(knob), ", ".join(filter(None, (knob.description, steps)))

    def _playing(self) -> Iterator[str]:
        """Lines to type."""
        name, panel = self._name, self._made.panel
        if not self._there:
            called = "" if name == identifier(self._facts.name) else f', "{name}"'
            yield f'  {name} = vst("{self._facts.name}"{called})'
        if self._facts.notes_in:
            yield f"  sequencer.cv >> {name}.voct; sequencer.gate >> {name}.gate"
        inlets, outlets = ({port.name for port in ports} for ports in (panel.inlets, panel.outlets))
        if "audio" in inlets and not self._facts.instrument:
            yield f"  vco >> {name}" + (f"; vco >> {name}.right" if "right" in inlets else "")
        if "out" in outlets:
            yield f"  {name} >> out" + (f"; {name}.right_out >> out.right" if "right_out" in outlets else "")
        smooth = next((knob for knob, parameter in self._knobs() if not parameter.steps), None)
        if smooth is not None:
            yield f"  {name}.{smooth.name} = 0.5"

    def _remarks(self) -> Iterator[tuple[str, str]]:
        """What else is to be known, a word and a line each."""
        facts, name, count = self._facts, self._name, len(self._facts.programs)
        now = facts.programs[self._program].strip() if 0 <= self._program < count else ""
        if count > 1:
            yield "programs", f"{count}" + (f", {now} now" if now else "")
            yield "", f'program({name}) lists them, program({name}, "…") goes to one'
        yield "presets", f'preset({name}) lists them, preset({name}, "…") loads one'
        yield "", f'save_preset({name}, "…") keeps what it is'
        own = f"its own; bypass({name}, hard=True) does without"
        yield "bypass", own if self._made.panel.own_bypass else "what goes in comes out"
        yield "latency", f"{facts.latency} frames" if facts.latency else "none"
        if facts.tail:
            yield "tail", tail_text(facts.tail)
        if self._rests:
            yield "load", "none: it rests"


def _ports(ports: Sequence[Inlet | Outlet]) -> list[Row]:
    return [(port.name, port.label, port.description) for port in ports]


def _section(title: str, rows: list[Row]) -> list[str]:
    return ["", title, *_columns(rows)] if rows else []


def _columns(rows: list[Row]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield ("  " + "  ".join(map(str.ljust, row, widths))).rstrip()
