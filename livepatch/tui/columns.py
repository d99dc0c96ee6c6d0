"""Where panels stand: in columns as wide as fit, dealt out in turn so that nothing jumps when one grows."""

import bisect
from collections.abc import Iterable

from livepatch.tui.look import Look
from livepatch.tui.model import Rack
from livepatch.tui.panel_view import NARROWEST, PanelView, Place

GAP = 1


def column_places(width: int) -> list[tuple[int, int]]:
    """The left edge and the width of each column in `width` cells."""
    count = max(1, (width + GAP) // (NARROWEST + GAP))
    each, spare = divmod(width + GAP, count)
    places: list[tuple[int, int]] = []
    left = 0
    for index in range(count):
        wide = each + (1 if index < spare else 0)
        places.append((left, max(wide - GAP, 1)))
        left += wide
    return places


class Columns:
    """Panels by column, from the top; lines and columns in cells."""

    def __init__(self, places: list[tuple[int, int]]) -> None:
        self.places = places
        self.panels: list[list[PanelView]] = [[] for _ in places]
        self._tops: list[list[int]] = [[] for _ in places]

    @classmethod
    def deal(cls, rack: Rack, look: Look, width: int) -> "Columns":
        """The rack's panels, dealt out to as many columns as fit in `width` cells."""
        columns = cls(column_places(width))
        for index, module in enumerate(rack.modules()):
            column = index % len(columns.places)
            left, wide = columns.places[column]
            place = Place(left, columns.bottom(column), wide)
            columns.add(column, PanelView(rack, module, look, place))
        return columns

    def add(self, column: int, panel: PanelView) -> None:
        """Put a panel below the others of its column."""
        self.panels[column].append(panel)
        self._tops[column].append(panel.top)

    def bottom(self, column: int) -> int:
        """The first free line of a column."""
        return self.panels[column][-1].top + self.panels[column][-1].height if self.panels[column] else 0

    @property
    def height(self) -> int:
        """Lines of the longest column."""
        return max((self.bottom(column) for column in range(len(self.places))), default=0)

    def all(self) -> Iterable[PanelView]:
        """Every panel."""
        return (panel for column in self.panels for panel in column)

    def at(self, column: int, line: int) -> PanelView | None:
        """The panel that covers a line of a column."""
        index = bisect.bisect_right(self._tops[column], line) - 1
        if index < 0:
            return None
        panel = self.panels[column][index]
        return panel if line < panel.top + panel.height else None

    def nearest(self, column: int, line: int) -> PanelView | None:
        """The panel of a column that is nearest to a line."""
        index = bisect.bisect_right(self._tops[column], line) - 1
        return self.panels[column][max(index, 0)] if self.panels[column] else None

    def column_at(self, x: int) -> int | None:
        """The column at a cell across, None in a gap."""
        for column, (left, width) in enumerate(self.places):
            if left <= x < left + width:
                return column
        return None

    def place_of(self, id: int) -> tuple[int, int] | None:
        """The column of a module and its place in it."""
        for column, panels in enumerate(self.panels):
            for index, panel in enumerate(panels):
                if panel.module.id == id:
                    return column, index
        return None

    def panel_of(self, id: int) -> PanelView | None:
        """The panel of a module."""
        return next((panel for panel in self.all() if panel.module.id == id), None)
