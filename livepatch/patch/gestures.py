"""What one gesture does to a module, as one edit: reset it, or turn it by chance."""

from random import Random
from typing import Any

from livepatch.panel import Panel
from livepatch.patch.edits import Batch, Edit, ModuleEvent, SetData, SetKnob
from livepatch.patch.patch import PlacedModule


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
