"""Where the knobs of plug-ins stand: in the patch, and in the plug-ins, which turn some by themselves."""

import math
from typing import Protocol

from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import PlugIn, PluginStands
from livepatch.session.plugin_guest import Guest
from livepatch.session.rack import Rack

SAME = 1e-4
"""Values of a parameter that are no nearer differ: plug-ins compute with 32-bit floats."""


class Playing(Protocol):
    """What is asked of the engines."""

    def plug_in(self, message: PlugIn | PluginStands) -> None:
        """Tell the engine that plays."""

    def arrived(self) -> int:
        """Bring in modules that waited."""

    def sample_rate(self) -> float:
        """In Hz."""


class PluginKnobs:
    """Compares both, and lets knobs follow. Every use but `follow` needs the rack's lock."""

    def __init__(self, rack: Rack) -> None:
        self._rack = rack
        self.playing: Playing | None = None

    def turned(self, guest: Guest, module: PlacedModule, values: dict[int, float]) -> dict[int, float]:
        """The parameters that the patch has elsewhere than the plug-in.

        Where a cable moves a knob, the plug-in has where that was at some moment, and the patch the knob's place.
        """
        ids = dict(guest.build.ports.knobs)
        cabled = self._cabled(guest)
        defaults = {knob.name: knob.default for knob in guest.build.panel.knobs if knob.name in cabled}
        return {
            ids[knob]: value
            for knob, value in (defaults | module.knobs).items()
            if knob in ids and abs(values.get(ids[knob], value) - value) > SAME
        }

    def follow(self, guest: Guest, values: dict[int, float]) -> None:
        """Let the knobs stand where the plug-in does."""
        with self._rack.lock:
            steps = self.following(guest, values)
            if steps:
                self._rack.perform(edits.Batch(steps) if len(steps) > 1 else steps[0], undoable=False)

    def following(self, guest: Guest, values: dict[int, float], *, asked: bool = False) -> tuple[Edit, ...]:
        """What makes the knobs stand where the plug-in does; the engine need not send them.

        Knobs that cables move do so only if it was `asked` to go there.
        """
        module = self._rack.patch.modules.get(guest.id)
        if module is None:
            return ()
        cabled = set() if asked else self._cabled(guest)
        knobs: dict[str, float] = {}
        for knob, (_, id) in zip(guest.build.panel.knobs, guest.build.ports.knobs, strict=True):
            value = values.get(id)
            if value is None or not math.isfinite(value) or knob.name in cabled:
                continue
            value = min(max(value, 0.0), 1.0)
            if abs(module.knobs.get(knob.name, knob.default) - value) > SAME:
                knobs[knob.name] = value
        if knobs and self.playing is not None:
            self.playing.plug_in(PluginStands(guest.id, knobs))
        return tuple(edits.SetKnob(guest.id, knob, value) for knob, value in knobs.items())

    def _cabled(self, guest: Guest) -> set[str]:
        """The inlets and knobs of a plug-in that have cables."""
        cables = self._rack.patch.cables_of(guest.id)
        return {cable.inlet for cable in cables if cable.target == guest.id}
