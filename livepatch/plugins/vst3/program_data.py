"""The data of one program, or of one unit, that a preset may have besides a plug-in's state or instead of it.

Source: Steinberg, VST 3 preset file format, IProgramListData, IUnitData and IUnitInfo.
"""

from collections.abc import Callable
from typing import Final

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets.vstpreset import PROGRAM_ID
from livepatch.plugins.vst3.abi import OK
from livepatch.plugins.vst3.halves import Halves
from livepatch.plugins.vst3.parameters import Parameters

WHOLE_UNIT: Final = -1
"""Stands for the number of a program where the data is a unit's."""


class ProgramData:
    """Brings such data to both halves of a plug-in. Main thread."""

    def __init__(self, halves: Halves, name: str) -> None:
        self._halves = halves
        self._name = name

    def restore(self, piece: bytes, parameters: Parameters, value: Callable[[int], float]) -> None:
        """Take over the Prog of a preset: into the current program of its list, by the `value` of a parameter.

        Raises: PluginError: if the plug-in has no such list or unit, or refuses the data.
        """
        (id,) = PROGRAM_ID.unpack_from(piece)
        data = piece[PROGRAM_ID.size :]
        listed = id in parameters.lists
        program = parameters.current(id, value)
        answer = self._offer("IProgramListData", "programDataSupported", "setProgramData", data, id, program)
        if answer is None:
            answer = self._offer("IUnitData", "unitDataSupported", "setUnitData", data, id)
            if answer is not None or not listed:
                program = WHOLE_UNIT
        if answer is None:
            if not listed and id not in parameters.units:
                raise PluginError(f"{self._name} has no programs of the number {id}, which this preset is for")
            answer = self._tell(data, id, program)
        elif answer == OK and not self._halves.single and self._tell(data, id, program) != OK:
            self._halves.share_state()
        if answer != OK:
            raise PluginError(f"{self._name} refuses the program in this preset")

    def _offer(self, interface: str, supported: str, method: str, data: bytes, *place: int) -> int | None:
        """What the component answers; None if it takes no data for that list or unit."""
        asked = self._halves.component.ask(interface)
        if asked is None:
            return None
        answer = self._halves.give(asked, method, data, *place) if asked.agrees(supported, place[0]) else None
        asked.release()
        return answer

    def _tell(self, data: bytes, *place: int) -> int | None:
        """What the controller answers, which keeps in step; None if it knows of no units."""
        controller = self._halves.controller
        asked = None if controller is None else controller.ask("IUnitInfo")
        if asked is None:
            return None
        answer = self._halves.give(asked, "setUnitProgramData", data, *place)
        asked.release()
        return answer
