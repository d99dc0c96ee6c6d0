"""The parameter changes of a block, in and out: for each parameter that moves a queue of points."""

from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import NULL, OK, REFUSED
from livepatch.plugins.vst3.host_object import HostObject

MOST_QUEUES: Final = 4096
"""Parameters that may move in one block."""
MOST_POINTS: Final = 4096
"""Points of one parameter in one block."""
AT_FIRST: Final = 8


class ParameterQueue(HostObject):
    """Where one parameter goes during a block: (frame, value), in the order of the frames. Audio thread."""

    interfaces: ClassVar[tuple[str, ...]] = ("IParamValueQueue",)

    def __init__(self) -> None:
        super().__init__()
        self.id = 0
        self.points: list[tuple[int, float]] = []

    def get_parameter_id(self, _this: Any) -> int:
        """Whose points these are."""
        return self.id

    def get_point_count(self, _this: Any) -> int:
        """How many points there are."""
        return len(self.points)

    def get_point(self, _this: Any, index: int, frame: Any, value: Any) -> int:
        """Give a point."""
        if not 0 <= index < len(self.points):
            return REFUSED
        frame[0], value[0] = self.points[index]
        return OK

    def add_point(self, _this: Any, frame: int, value: float, index: Any) -> int:
        """Take a point of the plug-in's."""
        if len(self.points) >= MOST_POINTS:
            return REFUSED
        if index != NULL:
            index[0] = len(self.points)
        self.points.append((frame, value))
        return OK


class ParameterChanges(HostObject):
    """The queues of a block, kept from block to block. Audio thread."""

    interfaces: ClassVar[tuple[str, ...]] = ("IParameterChanges",)

    def __init__(self) -> None:
        super().__init__()
        self._queues = [ParameterQueue() for _ in range(AT_FIRST)]
        self.parts = self._queues
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    @property
    def queues(self) -> list[ParameterQueue]:
        """The queues of this block."""
        return self._queues[: len(self._places)]

    def clear(self) -> None:
        """Begin a block."""
        self._places.clear()

    def queue(self, id: int) -> ParameterQueue | None:
        """The queue of a parameter, a new one if need be; None if there are too many."""
        place = self._place(id)
        return None if place < 0 else self._queues[place]

    def _place(self, id: int) -> int:
        place = self._places.get(id, -1)
        if place >= 0:
            return place
        place = len(self._places)
        if place >= MOST_QUEUES:
            return -1
        if place == len(self._queues):
            self._queues.append(ParameterQueue())
        queue = self._queues[place]
        queue.id = id
        queue.points.clear()
        self._places[id] = place
        return place

    def get_parameter_count(self, _this: Any) -> int:
        """How many parameters move."""
        return len(self._places)

    def get_parameter_data(self, _this: Any, index: int) -> Any:
        """Give one's queue."""
        return self._queues[index].pointer if 0 <= index < len(self._places) else NULL

    def add_parameter_data(self, _this: Any, id: Any, index: Any) -> Any:
        """Give the plug-in a queue for a parameter that it moves."""
        place = self._place(id[0])
        if place < 0:
            return NULL
        if index != NULL:
            index[0] = place
        return self._queues[place].pointer
