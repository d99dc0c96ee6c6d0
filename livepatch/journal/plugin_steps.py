"""What a performance did to its plug-ins, record by record: what they took over, and where they stood already."""

from dataclasses import dataclass, field

import msgspec

from livepatch.errors import PatchError
from livepatch.journal.performance import CHANGES
from livepatch.journal.records import Performed, Told
from livepatch.patch import edits
from livepatch.patch.edits import Edit, apply
from livepatch.patch.patch import Document, Patch
from livepatch.patch.placeholder import is_plugin


@dataclass(frozen=True)
class Step:
    """What an engine was told, where the plug-ins that come have what they remember.

    `kept` names the states that plug-ins took over with it, `stands` are the knobs that followed a plug-in, both
    by the module's id.
    """

    at: float
    edit: Edit | None
    kept: dict[int, str] = field(default_factory=dict)
    stands: dict[int, dict[str, float]] = field(default_factory=dict)


class PluginSteps:
    """Follows the patch of a performance from one record to the next."""

    def __init__(self, document: Document) -> None:
        self._patch = Patch()
        self.begin(document)

    def begin(self, document: Document) -> None:
        """Go on from a checkpoint."""
        self._patch.become(document)

    def step(self, record: Performed | Told) -> Step:
        """What a record did; every record has to come here, in order."""
        if isinstance(record, Told):
            return Step(record.at, record.edit and self._remembering(record.edit))
        try:
            apply(self._patch, record.edit)
        except PatchError:
            return Step(record.at, record.heard or record.edit)  # it did not fit then either
        kept: dict[int, str] = {}
        stands: dict[int, dict[str, float]] = {}
        for part in edits.parts(record.edit):
            match part:
                case edits.SetData(id=id, data=data) if record.kind in CHANGES and self._hosts(id):
                    kept[id] = str(data.get("state", ""))
                case edits.SetKnob(id=id, knob=knob, value=value) if value is not None and self._hosts(id):
                    stands.setdefault(id, {})[knob] = value
                case _:
                    pass
        kept = {id: state for id, state in kept.items() if state}
        if record.kind != "aside":
            stands = {id: knobs for id, knobs in stands.items() if id in kept}
        return Step(record.at, self._remembering(record.heard or record.edit), kept, stands)

    def _hosts(self, id: int) -> bool:
        module = self._patch.modules.get(id)
        return module is not None and is_plugin(module)

    def _remembering(self, edit: Edit) -> Edit:
        """The edit, where modules that are plug-ins come with their data, which no engine is told."""
        match edit:
            case edits.Batch(edits=parts):
                return edits.Batch(tuple(self._remembering(part) for part in parts))
            case edits.AddModule(module=module) if self._hosts(module.id):
                data = dict(self._patch.modules[module.id].data)
                return edits.AddModule(msgspec.structs.replace(module, data=data))
        return edit
