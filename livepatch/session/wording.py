"""Edits and modules in the performer's words."""

from collections.abc import Callable

from livepatch import display
from livepatch.panel import Button, Knob, Panel, Switch
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch, PlacedModule, Route

NameOf = Callable[[int], str]
"""The name of a module, by its id."""
FEWEST_OF_A_NAME = 12
MOST_CONTROLS = 80
"""Of a plug-in with hundreds of knobs not all are written down."""


def describe(patch: Patch, edit: Edit) -> str:
    """What the edit does to the patch, which must not have it yet: one line, as the performer would type it."""

    def name_of(id: int) -> str:
        return patch.modules[id].name if id in patch.modules else "?"

    return _describe(name_of, edit)


def _route(name_of: NameOf, route: Route) -> str:
    source, outlet, target, inlet = route
    return f"{name_of(source)}.{outlet} >> {name_of(target)}.{inlet}"


def module_text(
    patch: Patch,
    module: PlacedModule,
    panel: Panel,
    state: str = "",
    text_of: Callable[[int, str, float], str] = lambda _id, _knob, _value: "",
) -> str:
    """A module in a few lines: its state, knobs with what they or a plug-in show, ports with their cables."""
    lines = [f"{module.name}: {panel.summary or panel.type}" + (f" ({state})" if state else "")]
    controls = panel.controls()
    wide = max([FEWEST_OF_A_NAME, *(len(control.name) for control in controls[:MOST_CONTROLS])])
    for control in controls[:MOST_CONTROLS]:
        value = module.knobs.get(control.name, display.at_rest(control))
        sources = sources_text(patch, module.id, control.name)
        shown = number_text(control, value, text_of(module.id, control.name, value))
        lines.append(f"  {control.name:{wide}} {shown}" + (f"  << {sources}" if sources else ""))
    if len(controls) > MOST_CONTROLS:
        lines.append(f"  and {len(controls) - MOST_CONTROLS} more: {module.name}. and Tab")
    lines += [f"  {text.name:{wide}} {module.data.get(text.name, text.default)!r}" for text in panel.texts]
    for inlet in panel.inlets:
        sources = sources_text(patch, module.id, inlet.name)
        lines.append(f"  {inlet.name:{wide}} inlet" + (f"  << {sources}" if sources else ""))
    for outlet in panel.outlets:
        ends = ends_text(patch, module.id, outlet.name)
        lines.append(f"  {outlet.name:{wide}} outlet" + (f"  >> {ends}" if ends else ""))
    return "\n".join(lines)


def bypass_text(module: PlacedModule) -> str:
    """How a bypassed module is."""
    return "bypassed hard" if module.hard_bypass else "bypassed"


def number_text(control: Knob | Switch | Button, value: float, text: str = "") -> str:
    """Where a control stands: the number to type and, where that says more, what its panel or plug-in shows."""
    shown = display.readable(text) or display.value_text(control, value)
    if not isinstance(control, Knob):
        return shown
    number = f"{value:.6g}"
    return number if shown in {number, f"{value:.2f}"} else f"{number} ({shown})"


def sources_text(patch: Patch, id: int, inlet: str) -> str:
    """What is patched into an inlet or onto a knob."""
    texts = []
    for cable in patch.cables_of(id):
        if cable.target == id and cable.inlet == inlet:
            gain = "" if cable.gain == 1.0 else f" * {cable.gain:g}"
            texts.append(f"{patch.modules[cable.source].name}.{cable.outlet}{gain}")
    return ", ".join(texts)


def ends_text(patch: Patch, id: int, outlet: str) -> str:
    """Where the cables of an outlet go."""
    cables = [cable for cable in patch.cables_of(id) if cable.source == id and cable.outlet == outlet]
    return ", ".join(f"{patch.modules[cable.target].name}.{cable.inlet}" for cable in cables)


def _describe(name_of: NameOf, edit: Edit) -> str:  # noqa: PLR0911 - one line for each kind of edit
    match edit:
        case edits.AddModule(module=module):
            return f"add {module.name} ({module.type})" if module.name != module.type else f"add {module.name}"
        case edits.AddCable(cable=cable):
            gain = "" if cable.gain == 1.0 else f" at {cable.gain:g}"
            return _route(name_of, cable.route) + gain
        case edits.RemoveCable(route=route):
            return "unpatch " + _route(name_of, Route(*route))
        case edits.SetGain(route=route, gain=gain_value, glide=glide):
            return f"{_route(name_of, Route(*route))} at {gain_value:g}{glide_text(glide)}"
        case edits.SetColour(route=route, colour=colour):
            return f"{_route(name_of, Route(*route))} in {colour or 'its own colour'}"
        case edits.SwapCode(type=type):
            return f"new code in {type}"
        case edits.SetTransport(name=name, value=value):
            return _transport(name, value)
        case edits.ReplacePatch(patch=patch):
            return f"load {patch.name or 'another patch'}" if patch.modules else "clear the rack"
        case edits.Batch(edits=parts):
            return _batch(name_of, parts)
        case _:
            return _module(name_of(edit.id), edit)


def glide_text(glide: edits.Glide | None) -> str:
    """How long a turn takes."""
    if glide is None:
        return ""
    return f" in {glide.beats:g} beats" if glide.beats else f" in {glide.seconds:g} s"


def _transport(name: str, value: float | None) -> str:
    if value is None:
        return f"no {name}"
    match name:
        case "running":
            return "play" if value else "pause"
        case "beats_per_bar":
            return f"bars of {value:g}"
        case "position":
            return f"go to beat {value:g}"
    return f"{name.replace('_', ' ')} {value:g}"


def _module(  # noqa: PLR0911 - one line for each kind of edit
    name: str,
    edit: edits.RemoveModule
    | edits.SetKnob
    | edits.SetBypass
    | edits.Move
    | edits.Rename
    | edits.SetData
    | edits.ModuleEvent,
) -> str:
    match edit:
        case edits.RemoveModule():
            return f"remove {name}"
        case edits.SetKnob(knob=knob, value=value, glide=glide):
            turn = f"{name}.{knob} to its default" if value is None else f"{name}.{knob} = {value:.6g}"
            return turn + glide_text(glide)
        case edits.SetBypass(bypass=bypass, hard=hard):
            how = " hard" if hard else ""
            return f"bypass {name}{how}" if bypass else f"{name} plays again"
        case edits.Move(position=position):
            return f"move {name} to {position[0]}, {position[1]}"
        case edits.Rename(name=new):
            return f"rename {name} to {new}"
        case edits.SetData():
            return f"change {name}"
        case edits.ModuleEvent(event=event):
            return f"{event.removeprefix('on_')} {name}"


def _batch(name_of: NameOf, parts: tuple[Edit, ...]) -> str:
    new = {part.module.id: part.module.name for part in parts if isinstance(part, edits.AddModule)}

    def within(id: int) -> str:
        return new[id] if id in new else name_of(id)

    if parts and all(isinstance(part, edits.Move) for part in parts):
        return "another order"
    if parts and isinstance(parts[-1], edits.ModuleEvent):
        return _describe(within, parts[-1])  # the event says what the rest is for
    lines = [_describe(within, part) for part in parts]
    if len(lines) > 3:
        return f"{lines[0]} and {len(lines) - 1} more"
    return ", ".join(lines) or "nothing"
