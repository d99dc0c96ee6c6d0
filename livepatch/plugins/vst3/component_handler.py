"""What a plug-in's controller tells its host: knobs that were turned, and what has changed."""

from collections import deque
from typing import Any, ClassVar

from livepatch.plugins.plugin import Told
from livepatch.plugins.vst3.abi import OK, REFUSED
from livepatch.plugins.vst3.host_object import HostObject
from livepatch.plugins.vst3.parameters import bounded


class ComponentHandler(HostObject):
    """Hears the controller, on whatever thread that calls; nothing is done about it before `Plugin.idle`.

    `told` is the plug-in's; `turned` takes (id, value) for the processor, `changed` the flags of restarts.
    """

    interfaces: ClassVar[tuple[str, ...]] = ("IComponentHandler", "IComponentHandler2", "IUnitHandler")

    def __init__(self, told: deque[Told], turned: deque[tuple[int, float]]) -> None:
        super().__init__()
        self.told = told
        self.turned = turned
        self.changed: deque[int] = deque(maxlen=1024)
        self.programs_changed: deque[int] = deque(maxlen=1)

    def begin_edit(self, _this: Any, id: int) -> int:
        """A knob is taken hold of."""
        self.told.append(Told("touched", id))
        return OK

    def perform_edit(self, _this: Any, id: int, value: float) -> int:
        """A knob is turned: the processor has to hear of it too."""
        value = bounded(value)
        self.turned.append((id, value))
        self.told.append(Told("turned", id, value))
        return OK

    def end_edit(self, _this: Any, id: int) -> int:
        """A knob is let go."""
        self.told.append(Told("released", id))
        return OK

    def restart_component(self, _this: Any, flags: int) -> int:
        """Something is no longer as it was."""
        self.changed.append(flags)
        return OK

    def forget(self, flags: int) -> None:
        """Take these flags out of what has changed. Main thread."""
        for _ in range(len(self.changed)):
            left = self.changed.popleft() & ~flags
            if left:
                self.changed.append(left)

    def set_dirty(self, _this: Any, state: int) -> int:
        """There is something to save."""
        if state:
            self.told.append(Told("dirty"))
        return OK

    def request_open_editor(self, _this: Any, _name: Any) -> int:
        """It would like to show its window, of which there is none."""
        return REFUSED

    def start_group_edit(self, _this: Any) -> int:
        """Several knobs are about to move together."""
        return OK

    def finish_group_edit(self, _this: Any) -> int:
        """They have."""
        return OK

    def notify_unit_selection(self, _this: Any, _unit: int) -> int:
        """Another unit is looked at."""
        return OK

    def notify_program_list_change(self, _this: Any, list_id: int, _program: int) -> int:
        """Programs were renamed."""
        self.programs_changed.append(list_id)
        return OK
