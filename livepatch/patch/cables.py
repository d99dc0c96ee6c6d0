"""The cables of a patch, found by their route and by the modules at their ends."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

import msgspec


class Route(NamedTuple):
    """Where a cable runs: from a module's outlet to a module's inlet or knob. At most one cable each."""

    source: int
    outlet: str
    target: int
    inlet: str


class Cable(msgspec.Struct, kw_only=True):
    """A cable; `gain` multiplies what runs through it."""

    source: int
    outlet: str
    target: int
    inlet: str
    gain: float = 1.0
    colour: str = ""

    @property
    def route(self) -> Route:
        """Where it runs, which is also what tells it from every other cable."""
        return Route(self.source, self.outlet, self.target, self.inlet)


class Cables(dict[Route, Cable]):
    """Cables by their route, in the order in which they were patched; `of` does not look at all of them."""

    def __init__(self, cables: Mapping[Route, Cable] | Iterable[tuple[Route, Cable]] = ()) -> None:
        super().__init__(cables)
        self._ends: dict[int, dict[Route, None]] = {}
        for route in self:
            self._note(route)

    def of(self, id: int) -> list[Cable]:
        """Every cable into or out of a module."""
        return [self[route] for route in self._ends.get(id, ())]

    def __setitem__(self, route: Route, cable: Cable) -> None:
        if route not in self:
            self._note(route)
        super().__setitem__(route, cable)

    def __delitem__(self, route: Route) -> None:
        super().__delitem__(route)
        for id in {route[0], route[2]}:
            ends = self._ends[id]
            del ends[route]
            if not ends:
                del self._ends[id]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]  # as every other mutator: one by one
        self.update(other)
        return self

    def update(self, *others: Any, **_: Any) -> None:
        """Patch every cable of other mappings."""
        for other in others:
            for route, cable in dict(other).items():
                self[route] = cable

    def clear(self) -> None:
        """Pull every cable."""
        super().clear()
        self._ends.clear()

    def pop(self, route: Route, *default: Any) -> Any:
        """Pull a cable."""
        if route not in self and default:
            return default[0]
        cable = self[route]
        del self[route]
        return cable

    def popitem(self) -> tuple[Route, Cable]:
        """Pull the cable that was patched last."""
        route = next(reversed(self))
        return route, self.pop(route)

    def setdefault(self, route: Route, cable: Cable) -> Cable:
        """The cable of this route, patched now if it was not."""
        if route not in self:
            self[route] = cable
        return self[route]

    def _note(self, route: Route) -> None:
        for id in {route[0], route[2]}:
            self._ends.setdefault(id, {})[route] = None
