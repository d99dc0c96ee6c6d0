"""What one gesture does to a module, as one edit: reset it, turn it by chance, put it beside another."""

from random import Random
from typing import Any

from livepatch.panel import Panel
from livepatch.patch.edits import Batch, Edit, ModuleEvent, Move, SetData, SetKnob
from livepatch.patch.patch import Patch, PlacedModule


def reset(module: PlacedModule, panel: Panel) -> Edit:
    """Every knob, switch and button to its default, the state to its first values, then `on_reset`."""
    turned = [
        SetKnob(module.id, control.name, None) for control in panel.controls() if control.name in module.knobs
    ]
    return Batch((*turned, *_memory(module, panel, {}), ModuleEvent(module.id, "on_reset")))


def randomize(module: PlacedModule, panel: Panel, random: Random) -> Edit:
    """Every knob and switch that allows it to a value by chance, anywhere in its range, then `on_randomize`."""
    knobs = [knob for knob in panel.knobs if knob.randomize]
    values = {knob.name: random.uniform(knob.minimum, knob.maximum) for knob in knobs}
    hidden = panel.in_menu("switch")
    switches = [switch for switch in panel.switches if switch.randomize and switch.name not in hidden]
    values |= {switch.name: float(random.randrange(len(switch.choices))) for switch in switches}
    turned = [SetKnob(module.id, name, value) for name, value in values.items()]
    return Batch((*turned, *_memory(module, panel, dict(module.data)), ModuleEvent(module.id, "on_randomize")))


def _memory(module: PlacedModule, panel: Panel, data: dict[str, Any]) -> tuple[Edit, ...]:
    """Lets undo() bring back what the module remembers now, if it can tell."""
    return (SetData(module.id, data),) if "to_json" in panel.control else ()


def beside(patch: Patch, module: PlacedModule, other: PlacedModule, *, left: bool = False) -> Edit:
    """Put a module right behind another in its row, or right before it."""
    row = [each for each in _row(patch, other.position[1]) if each is not module]
    place = row.index(other) + (0 if left else 1)
    return _lined_up([*row[:place], module, *row[place:]], other.position[1])


def step_aside(patch: Patch, module: PlacedModule, direction: int) -> Edit:
    """Let a module change places with its neighbour at the left (-1) or right (1), if there is one."""
    row = _row(patch, module.position[1])
    place = row.index(module)
    if 0 <= place + direction < len(row):
        row[place], row[place + direction] = row[place + direction], module
    return _lined_up(row, module.position[1])


def _row(patch: Patch, row: int) -> list[PlacedModule]:
    modules = [module for module in patch.modules.values() if module.position[1] == row]
    return sorted(modules, key=lambda module: (module.position[0], module.id))


def _lined_up(modules: list[PlacedModule], row: int) -> Edit:
    places = [(module, (column, row)) for column, module in enumerate(modules)]
    return Batch(tuple(Move(module.id, place) for module, place in places if module.position != place))
