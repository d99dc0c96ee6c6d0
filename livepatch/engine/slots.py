"""Places in shared memory, given out and taken back."""


class Slots:
    """`count` places in a row; neighbours that come back are joined. Used by the control thread only."""

    def __init__(self, count: int) -> None:
        self._free: list[tuple[int, int]] = [(0, count)]

    def take(self, count: int) -> int | None:
        """The first of `count` free places in a row, None if there are not so many."""
        for index, (first, room) in enumerate(self._free):
            if room >= count:
                self._free[index : index + 1] = [(first + count, room - count)] if room > count else []
                return first
        return None

    def give_back(self, first: int, count: int) -> None:
        """Take back what `take` gave."""
        if count == 0:
            return
        joined: list[tuple[int, int]] = []
        for start, room in sorted([*self._free, (first, count)]):
            if joined and sum(joined[-1]) == start:
                joined[-1] = (joined[-1][0], joined[-1][1] + room)
            else:
                joined.append((start, room))
        self._free = joined
