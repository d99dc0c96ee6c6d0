"""How MIDI reaches a plug-in: the parameters that its controllers move."""

from typing import Final

from livepatch.plugins.vst3.abi import MIDI_BEND, NO_PARAMETER, ffi
from livepatch.plugins.vst3.interface import Interface

CHANNELS: Final = 16
CONTROLLERS: Final = MIDI_BEND + 1
MANY: Final = 2 * CONTROLLERS
"""A plug-in that maps more parameters than this has them only to hear MIDI."""


class MidiMap:
    """Which parameter a channel's controller moves; MIDI_PRESSURE and MIDI_BEND follow the 128 numbered ones."""

    def __init__(self, controller: Interface | None) -> None:
        self._parameters: dict[tuple[int, int], int] = {}
        asked = None if controller is None else controller.ask("IMidiMapping")
        if asked is not None:
            self._read(asked)
            asked.release()

    def _read(self, asked: Interface) -> None:
        id = ffi.new("uint32_t*")
        for channel in range(CHANNELS):
            for number in range(CONTROLLERS):
                id[0] = NO_PARAMETER
                found = asked.agrees("getMidiControllerAssignment", 0, channel, number, id)
                if found and id[0] != NO_PARAMETER:
                    self._parameters[channel, number] = id[0]

    def parameter(self, channel: int, number: int) -> int | None:
        """The id of the parameter that a controller moves, None if it moves none."""
        return self._parameters.get((channel, number))

    def only_midi(self) -> frozenset[int]:
        """The parameters that are there for nothing else, since each controller of each channel has one."""
        places: dict[int, int] = {}
        for id in self._parameters.values():
            places[id] = places.get(id, 0) + 1
        if len(places) <= MANY:
            return frozenset()
        return frozenset(id for id, count in places.items() if count == 1)
