"""The audio and event buses of a plug-in: how many channels each has, and where their audio lies."""

from collections.abc import Sequence
from typing import Any, Final

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst3.abi import AUDIO, EVENT, INPUT, MAIN, MONO, OK, STEREO, ffi, wide
from livepatch.plugins.vst3.halves import Halves
from livepatch.protocol.plugin_facts import Bus

MOST_BUSES: Final = 256
MOST_CHANNELS: Final = 256
"""Of one bus."""
FLAGGED: Final = 64
"""Channels of a bus whose silence can be said."""


class Buses:
    """The audio buses of one direction, with the buffers that `process` is given. Main thread, but for silence."""

    def __init__(self, halves: Halves, direction: int, name: str) -> None:
        self._halves = halves
        self._direction = direction
        self._name = name
        self.all: tuple[Bus, ...] = ()
        self.count = 0
        self.channels = 0
        self.buffers: Any = ffi.new("BusBuffers[1]")
        self._parts: list[tuple[Any, int, int]] = []
        self._addresses: Any = None
        self._connected: list[int] = []
        self.read()

    def read(self) -> None:
        """Ask the plug-in what there is. Raises: PluginError: if that is nonsense."""
        count = self._halves.component.call("getBusCount", AUDIO, self._direction)
        if not 0 <= count <= MOST_BUSES:
            raise PluginError(f"{self._name} answers nonsense: it says that it has {count} buses")
        self.all = tuple(self._bus(index) for index in range(count))
        self.count = count
        self.channels = sum(bus.channels for bus in self.all)
        self._lay_out()

    def _bus(self, index: int) -> Bus:
        about = ffi.new("BusInfo*")
        answer = self._halves.component.call("getBusInfo", AUDIO, self._direction, index, about)
        channels = self._arranged(index)
        if channels is None:
            channels = about.channels
        if answer != OK or not 0 <= channels <= MOST_CHANNELS:
            raise PluginError(f"{self._name} answers nonsense about its bus {index}: {channels} channels")
        return Bus(name=wide(about.name), channels=channels, main=about.kind == MAIN)

    def _arranged(self, index: int) -> int | None:
        arrangement = self.arrangement(index)
        return None if arrangement is None else arrangement.bit_count()

    def arrangement(self, index: int) -> int | None:
        """The speakers of a bus as bits, None if the plug-in does not say, or says that there are none."""
        speakers = ffi.new("uint64_t*")
        if not self._halves.processor.agrees("getBusArrangement", self._direction, index, speakers):
            return None
        return int(speakers[0]) or None

    def arrangements(self) -> Any:
        """The speakers of every bus, to be proposed to the plug-in."""
        offered = [self.arrangement(index) for index in range(self.count)]
        made = [speakers(bus.channels) if one is None else one for one, bus in zip(offered, self.all, strict=True)]
        return ffi.new("uint64_t[]", made or [0])

    def activate(self, *, on: bool) -> None:
        """Switch all buses on or off, those of events too."""
        component = self._halves.component
        events = min(MOST_BUSES, max(0, component.call("getBusCount", EVENT, self._direction)))
        for media, count in ((AUDIO, self.count), (EVENT, events)):
            for index in range(count):
                component.call("activateBus", media, self._direction, index, on)

    def takes_events(self) -> bool:
        """Whether there is a bus of events."""
        return bool(self._halves.component.call("getBusCount", EVENT, self._direction) > 0)

    def _lay_out(self) -> None:
        self.buffers = ffi.new("BusBuffers[]", max(1, self.count))
        self._addresses = ffi.new("void*[]", max(1, self.channels))
        self._parts = []
        first = 0
        for index, bus in enumerate(self.all):
            self.buffers[index].channels = bus.channels
            self.buffers[index].addresses = self._addresses + first
            flagged = (1 << min(FLAGGED, bus.channels)) - 1
            self._parts.append((self.buffers[index], first, flagged))
            first += bus.channels
        if self.connected:
            self._point()

    @property
    def connected(self) -> bool:
        """Whether every channel has a place for its audio."""
        return len(self._connected) == self.channels

    def connect(self, addresses: Sequence[int]) -> None:
        """Have the audio of each channel at these addresses. Raises: PluginError: if they are not as many."""
        if len(addresses) != self.channels:
            word = "inputs" if self._direction == INPUT else "outputs"
            raise PluginError(f"{self._name} has {self.channels} {word}, not {len(addresses)}")
        self._connected = list(addresses)
        self._point()

    def _point(self) -> None:
        for index, address in enumerate(self._connected):
            self._addresses[index] = ffi.cast("void*", address)

    def hush(self, bytes_each: int) -> None:
        """Silence every channel. Audio thread."""
        for address in self._connected:
            ffi.buffer(ffi.cast("char*", address), bytes_each)[:] = bytes(bytes_each)

    def say_silent(self, silent: int) -> None:
        """Tell the plug-in which channels are silent, bit by bit. Audio thread."""
        for buffers, first, flagged in self._parts:
            buffers.silent = silent >> first & flagged

    def silent(self) -> int:
        """Which channels the plug-in says are silent. Audio thread."""
        found = 0
        for buffers, first, flagged in self._parts:
            found |= (buffers.silent & flagged) << first
        return found


def agree(halves: Halves, inputs: Buses, outputs: Buses) -> None:
    """Have the plug-in keep the arrangement that it came with; if it wants another one, take that."""
    halves.processor.call(
        "setBusArrangements", inputs.arrangements(), inputs.count, outputs.arrangements(), outputs.count
    )
    inputs.read()
    outputs.read()


def speakers(channels: int) -> int:
    """An arrangement of so many channels: mono, stereo, or the first speakers of all."""
    return {1: MONO, 2: STEREO}.get(channels, (1 << min(FLAGGED, channels)) - 1)
