"""Which module and which of its controls the keys act on."""

from livepatch.tui.columns import Columns
from livepatch.tui.panel_view import PanelView


class Selection:
    """A module, and one of its controls unless it has none. Both may be gone: then the nearest is taken."""

    def __init__(self) -> None:
        self.id: int | None = None
        self.control = ""

    def take(self, panel: PanelView, line: int = 0, across: int = 0) -> None:
        """Select a panel, and the control nearest to a point of it."""
        self.id = panel.module.id
        nearest = min((place for place, _ in panel.places), key=lambda place: abs(place - line), default=0)
        control = panel.control_at(nearest, across)
        self.control = control.name if control is not None else ""

    def settle(self, columns: Columns) -> PanelView | None:
        """The selected panel in a rack that may have changed; None in an empty one."""
        panel = columns.panel_of(self.id) if self.id is not None else None
        if panel is None:
            panel = next(iter(columns.all()), None)
            if panel is not None:
                self.take(panel)
        elif panel.line_of(self.control) == 0:
            self.take(panel)
        return panel

    def step(self, columns: Columns, direction: int) -> None:
        """Go to the next control below (1) or above (-1), on into the next panel of the column."""
        place = columns.place_of(self.id) if self.id is not None else None
        if place is None:
            return
        column, index = place
        panel = columns.panels[column][index]
        names = [control.name for _, control in panel.places]
        after = names.index(self.control) + direction if self.control in names else -1
        if 0 <= after < len(names):
            self.control = names[after]
        elif 0 <= index + direction < len(columns.panels[column]):
            beside = columns.panels[column][index + direction]
            self.take(beside, 0 if direction > 0 else beside.height, 0 if direction > 0 else beside.width)

    def across(self, columns: Columns, direction: int) -> None:
        """Go to the panel beside, at about the same height."""
        place = columns.place_of(self.id) if self.id is not None else None
        if place is None:
            return
        column, index = place
        here = columns.panels[column][index]
        line = here.top + here.line_of(self.control)
        if 0 <= column + direction < len(columns.panels):
            panel = columns.nearest(column + direction, line)
            if panel is not None:
                self.take(panel, line - panel.top)

    def end(self, columns: Columns, index: int) -> None:
        """Go to the first (0) or last (-1) module of the rack."""
        panels = list(columns.all())
        if panels:
            order = [module.id for module in panels[0].rack.modules()]
            self.take(next(panel for panel in panels if panel.module.id == order[index]))
