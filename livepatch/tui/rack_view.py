"""The rack on the screen: panels in columns, one of them selected, meters that move."""

import time
from random import Random
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from livepatch.display import Control, read_value, turned
from livepatch.panel import Button, Switch
from livepatch.patch import gestures
from livepatch.patch.edits import RemoveModule, SetBypass, SetKnob
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.levels import Levels
from livepatch.protocol.messages import Browse, Duplicate, Message, Perform, Redo, Undo
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui.browse_screen import BrowseScreen
from livepatch.tui.columns import Columns
from livepatch.tui.keys import STEP, bindings
from livepatch.tui.knob_search import KnobSearch
from livepatch.tui.line import Line
from livepatch.tui.look import Look
from livepatch.tui.menu_screen import MenuScreen, choices
from livepatch.tui.messages import Asked, EditSource, GoToRepl, Paged, Said, Typed
from livepatch.tui.model import Change, Rack
from livepatch.tui.moving import moved_lines
from livepatch.tui.own_keys import run_own_key
from livepatch.tui.panel_view import PanelView
from livepatch.tui.selection import Selection

PRESS_SECONDS = 0.1
FLASH_SECONDS = 3.0
SCROLLING_SECONDS = 0.4
"""How long after scrolling the wheel still scrolls, when a knob comes under it."""
HINT = 'The rack is empty: add("vco") at the prompt, or load("hello").'
ENTRY_STARTS = "0123456789."


class RackView(ScrollView, can_focus=True):
    """Draws line by line; every panel lies in this one widget."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("rack")

    def __init__(self, rack: Rack, levels: Levels, look: Look) -> None:
        super().__init__(id="rack")
        self.rack = rack
        self.levels = levels
        self.look = look
        self.columns = Columns.deal(rack, look, 80)
        self.selection = Selection()
        self.entry: str | None = None
        self._search = KnobSearch(rack)
        self._flashes: dict[str, str] = {}
        self._scrolled_at = 0.0
        self._held: tuple[PlacedModule, Button] | None = None
        self._adding = False
        self._random = Random()  # noqa: S311 - chance for music

    def show(self, change: Change) -> None:
        """Draw what a message changed."""
        if Change.STRUCTURE in change:
            self._lay_out()
            self._show_added()
            return
        for panel in self.columns.all():
            if Change.VALUES in change:
                self._refresh_lines(panel, panel.turned_lines())
            if Change.PICTURE in change:
                self._refresh_lines(panel, panel.picture_lines())
            if Change.PLUGIN in change:
                self._refresh_lines(panel, panel.figures_lines())

    def _show_added(self) -> None:
        """Select what came into the rack, unless somebody else put it there while the keys are here."""
        id, self.rack.added = self.rack.added, None
        panel = self.columns.panel_of(id) if id is not None else None
        if panel is not None and (self._adding or not self.has_focus):
            self._adding = False
            self.selection.take(panel)
            self.call_after_refresh(self._mark, follow=True)  # once the rack has its height

    def wear(self, look: Look) -> None:
        """Draw in other colours."""
        self.look = look
        self._lay_out()

    def flash(self, type: str, text: str) -> None:
        """Show a few words on the panels of a type for a moment."""
        self._flashes[type] = text
        self._lay_out()
        self.set_timer(FLASH_SECONDS, lambda: self._fade(type, text))

    def tick(self) -> None:
        """Move the meters and traces that can be seen; called some fifteen times a second."""
        if self.rack.moves():
            self.show(Change.VALUES)
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        for panel in self.columns.all():
            if panel.top < bottom and panel.top + panel.height > top:
                for left, line, width in moved_lines(panel, self.levels):
                    self._refresh_cells(panel.left + left, panel.top + line, width)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        line = y + self.scroll_offset.y
        blank = self.look.rack
        if not self.rack.patch.modules:
            return self._hint(y)
        strips: list[Strip] = []
        edge = 0
        for column, (left, width) in enumerate(self.columns.places):
            if left > edge:
                strips.append(Strip.blank(left - edge, blank))
            panel = self.columns.at(column, line)
            strips.append(panel.strip(line - panel.top) if panel is not None else Strip.blank(width, blank))
            edge = left + width
        return Strip.join(strips).adjust_cell_length(self.size.width, blank)

    def _hint(self, y: int) -> Strip:
        line = Line(self.size.width, self.look.rack + self.look.dim)
        hint = HINT if self.rack.attached else "starting…"
        if y == self.size.height // 2:
            line.skip_to(max((self.size.width - len(hint)) // 2, 0)).add(hint)
        return line.strip()

    def on_resize(self) -> None:
        """Deal the panels out anew."""
        self._lay_out()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """Light the selected panel, or dim it; an unfinished entry is forgotten."""
        super().watch_has_focus(has_focus)
        self.entry = None
        if not has_focus and self._search.id is not None:
            self._search.end()
            self._lay_out()
        self._mark()

    def action_step(self, direction: int) -> None:
        """Select the control above or below."""
        self.selection.step(self.columns, direction)
        self._mark(follow=True)

    def action_across(self, direction: int) -> None:
        """Select the module beside."""
        self.selection.across(self.columns, direction)
        self._mark(follow=True)

    def action_end(self, index: int) -> None:
        """Select the first or last module."""
        self.selection.end(self.columns, index)
        self._mark(follow=True)

    def action_turn(self, amount: float) -> None:
        """Turn the selected control by `amount` of its range."""
        module, control = self._selected()
        if module is not None and control is not None:
            self._turn(module, control, amount)

    def action_press(self) -> None:
        """Press a button for a moment; throw a switch to its next choice, from the last to the first."""
        module, control = self._selected()
        if module is None:
            return
        if isinstance(control, Button):
            self._set(module, control, 1.0)
            self.set_timer(PRESS_SECONDS, lambda: self._set(module, control, 0.0))
        elif isinstance(control, Switch):
            self._set(module, control, (round(self.rack.value(module.id, control)) + 1) % len(control.choices))

    def action_hold(self) -> None:
        """Hold a button until this is asked again."""
        module, control = self._selected()
        if module is not None and isinstance(control, Button):
            self._set(module, control, 0.0 if self.rack.value(module.id, control) else 1.0)

    def action_reset(self) -> None:
        """Put the selected control back to its default."""
        module, control = self._selected()
        if module is not None and control is not None:
            self._set(module, control, None)

    def action_type(self) -> None:
        """Begin to type a value."""
        if self._selected()[1] is not None:
            self._type("")

    def action_search(self) -> None:
        """Begin to search the knobs of the selected module."""
        module, _ = self._selected()
        if module is not None:
            self._search.begin(module.id, self.selection.control)
            self._lay_out()

    def action_leave_search(self) -> None:
        """Show all knobs of the selected module again, with the same one selected."""
        module, _ = self._selected()
        if module is not None and self._search.leave(module.id, self.selection.control):
            self._lay_out()
            self.call_after_refresh(self._mark, follow=True)  # once the panel has its height

    def action_snapshots(self) -> None:
        """Show the pictures of plug-ins' windows, or leave them out."""
        self.rack.snapshots.on = not self.rack.snapshots.on
        self._lay_out()

    def action_bypass(self, hard: bool = False) -> None:  # noqa: FBT001, FBT002 - keys and menus call it so
        """Bypass the selected module, or bring it back; `hard`: not with a bypass of its own."""
        module, _ = self._selected()
        panel = self.rack.panel(module) if module is not None else None
        if module is None:
            return
        hard = hard and panel is not None and panel.own_bypass
        on = not module.bypass or hard > module.hard_bypass
        self.post_message(Asked(Perform(SetBypass(module.id, on, on and hard))))

    def action_reset_module(self) -> None:
        """Start the selected module over."""
        module, _ = self._selected()
        if module is not None and (panel := self.rack.panel(module)) is not None:
            self.post_message(Asked(Perform(gestures.reset(module, panel))))

    def action_randomize(self) -> None:
        """Turn the selected module by chance."""
        module, _ = self._selected()
        if module is not None and (panel := self.rack.panel(module)) is not None:
            self.post_message(Asked(Perform(gestures.randomize(module, panel, self._random))))

    def action_move(self, direction: int) -> None:
        """Let the selected module change places with its neighbour."""
        module, _ = self._selected()
        if module is not None:
            self.post_message(Asked(Perform(gestures.step_aside(self.rack.patch, module, direction))))

    def action_duplicate(self) -> None:
        """Put the like of the selected module beside it."""
        module, _ = self._selected()
        if module is not None:
            self._adding = True
            self.post_message(Asked(Duplicate(module.id)))

    def action_menu(self) -> None:
        """Open the selected module's menu."""
        module, _ = self._selected()
        if module is not None:
            self.app.push_screen(MenuScreen(module.name, choices(self.rack, module)), self._chosen)

    async def _chosen(self, chosen: Message | str | None) -> None:
        """Something of a menu was chosen: an action of the rack, or something to ask of the session."""
        if isinstance(chosen, str):
            await self.app.run_action(chosen, self)
        elif chosen is not None:
            self.post_message(Asked(chosen))

    def action_browse(self) -> None:
        """Show what can be added."""
        self.post_message(Asked(Browse()))
        self.app.push_screen(BrowseScreen(self.rack), self._add)

    def _add(self, code: str | None) -> None:
        if code is not None:
            self._adding = True
            self.post_message(Typed(code))

    def action_remove(self) -> None:
        """Take the selected module out."""
        module, _ = self._selected()
        if module is not None:
            self.post_message(Asked(Perform(RemoveModule(module.id))))

    def action_undo(self) -> None:
        """Take the last edit back."""
        self.post_message(Asked(Undo()))

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.post_message(Asked(Redo()))

    def action_edit_source(self) -> None:
        """Open the selected module's file."""
        module, _ = self._selected()
        if module is not None and is_plugin(module.type):
            self.post_message(Said("note", f"{module.name} is a plug-in: there is no file of it to edit"))
        elif module is not None:
            self.post_message(EditSource(module.type))

    def action_write(self) -> None:
        """Begin the module file of the selected placeholder."""
        module, _ = self._selected()
        if module is not None and self.rack.panel(module) is None:
            self.post_message(Typed(f"write({module.name!r})"))

    def action_leave(self) -> None:
        """Go to the REPL."""
        self.post_message(GoToRepl())

    def action_page(self, direction: int) -> None:
        """Scroll by a screenful."""
        self.post_message(Paged(direction))

    def page(self, direction: int) -> None:
        """Scroll the rack by about a screenful, up (-1) or down (1)."""
        self.scroll_to(y=self.scroll_offset.y + direction * max(self.size.height - 1, 1), animate=False)

    async def on_key(self, event: events.Key) -> None:
        """Type into an entry, or begin one with a digit; other keys end it and do what they do."""
        if self._searched(event) or (self.entry is not None and self._typed(event)):
            event.stop()
            event.prevent_default()
        elif event.character and event.character in ENTRY_STARTS and self._selected()[1] is not None:
            self._type(event.character)
            event.stop()
        else:
            await run_own_key(self, event)

    def _searched(self, event: events.Key) -> bool:
        """Take a key for the search; False if it ends it and does what it always does."""
        if self._search.id is None:
            return False
        taken = self._search.take(event)
        if event.key == "escape":
            self.selection.control = self._search.former
        self._lay_out()
        self.call_after_refresh(self._mark, follow=True)  # as above
        return taken

    def _typed(self, event: events.Key) -> bool:
        """Take a key for the entry; False if it ends it and does what it always does."""
        match event.key:
            case "enter":
                self._enter()
            case "escape":
                self._type(None)
            case "backspace":
                self._type((self.entry or "")[:-1])
            case _ if event.is_printable and event.character:
                self._type((self.entry or "") + event.character)
            case _:
                self._type(None)
                return False
        return True

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hold the button under the pointer."""
        panel, _, control = self._under(event)
        if panel is not None and isinstance(control, Button):
            self._held = (panel.module, control)
            self.capture_mouse()
            self._set(panel.module, control, 1.0)

    def on_mouse_up(self) -> None:
        """Let the button go, wherever the pointer is by now."""
        if self._held is not None:
            module, control = self._held
            self._held = None
            self.release_mouse()
            self._set(module, control, 0.0)

    def on_click(self, event: events.Click) -> None:
        """Select what is clicked."""
        panel, line, _ = self._under(event)
        if panel is not None:
            self.selection.take(panel, line, event.x - panel.left)
            self._mark()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the knob under the pointer up, else scroll."""
        self._wheel(event, STEP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the knob under the pointer down, else scroll."""
        self._wheel(event, -STEP)

    def _wheel(self, event: events.MouseEvent, amount: float) -> None:
        panel, _, control = self._under(event)
        scrolling = time.monotonic() - self._scrolled_at < SCROLLING_SECONDS
        if panel is None or control is None or scrolling:
            self._scrolled_at = time.monotonic()
            return
        event.stop()
        event.prevent_default()
        self._turn(panel.module, control, amount / 10.0 if event.shift or event.ctrl else amount)

    def _under(self, event: events.MouseEvent) -> tuple[PanelView | None, int, Control | None]:
        column = self.columns.column_at(event.x + self.scroll_offset.x)
        line = event.y + self.scroll_offset.y
        panel = self.columns.at(column, line) if column is not None else None
        if panel is None:
            return None, 0, None
        return panel, line - panel.top, panel.control_at(line - panel.top, event.x - panel.left)

    def _selected(self) -> tuple[PlacedModule | None, Control | None]:
        panel = self.columns.panel_of(self.selection.id) if self.selection.id is not None else None
        if panel is None:
            return None, None
        return panel.module, self.rack.control(panel.module.id, self.selection.control)

    def _turn(self, module: PlacedModule, control: Control, amount: float) -> None:
        value = self.rack.value(module.id, control)
        target = turned(control, value, amount)
        if target != value:
            self._set(module, control, target)

    def _set(self, module: PlacedModule, control: Control, value: float | None) -> None:
        edit: SetKnob = self.rack.ask(module.id, control.name, value)
        self.post_message(Asked(Perform(edit)))
        self.show(Change.VALUES)

    def _type(self, entry: str | None) -> None:
        self.entry = entry
        self._mark(follow=True)

    def _enter(self) -> None:
        module, control = self._selected()
        text, self.entry = self.entry or "", None
        if module is None or control is None or not text.strip():
            pass
        elif is_plugin(module.type) and not _is_number(text):  # the plug-in reads it
            self.post_message(Typed(f"{module.name}.{control.name} = {text.strip()!r}"))
        else:
            try:
                self._set(module, control, read_value(control, text))
            except ValueError as error:
                self.post_message(Said("error", str(error)))
        self._mark()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        former = {panel.module.id: panel for panel in self.columns.all()}
        self.columns = Columns.deal(self.rack, self.look, width)
        for panel in self.columns.all():
            panel.flash = self._flashes.get(panel.module.type, "")
            panel.searching = panel.module.id == self._search.id
            if (same := former.get(panel.module.id)) is not None:
                panel.steps, panel.voices = same.steps, same.voices
        self.virtual_size = Size(width, self.columns.height)
        self._mark()
        self.refresh()

    def _mark(self, *, follow: bool = False) -> None:
        """Mark the selected panel and control, and no other; `follow` scrolls to it."""
        chosen = self.selection.settle(self.columns)
        for panel in self.columns.all():
            control = self.rack.control(panel.module.id, self.selection.control) if panel is chosen else None
            state = (panel is chosen, panel is chosen and self.has_focus, control, self.entry if control else None)
            if state != (panel.selected, panel.lit, panel.chosen, panel.entry):
                panel.selected, panel.lit, panel.chosen, panel.entry = state
                panel.redraw()
                self._refresh_lines(panel, list(range(panel.height)))
        if follow and chosen is not None:
            self._scroll_into_view(chosen)

    def _scroll_into_view(self, panel: PanelView) -> None:
        line = panel.top + panel.line_of(self.selection.control)
        top, height = self.scroll_offset.y, self.size.height
        if panel.top < top and line - panel.top < height:
            self.scroll_to(y=panel.top, animate=False)
        elif panel.top + panel.height > top + height or line < top:
            lowest = max(panel.top + panel.height - height, 0)
            self.scroll_to(y=max(min(panel.top, lowest), line - height + 1), animate=False)

    def _fade(self, type: str, text: str) -> None:
        if self._flashes.get(type) == text:
            del self._flashes[type]
            self._lay_out()

    def _refresh_lines(self, panel: PanelView, lines: list[int]) -> None:
        for line in lines:
            self._refresh_cells(panel.left, panel.top + line, panel.width)

    def _refresh_cells(self, left: int, line: int, width: int) -> None:
        y = line - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(left, y, width, 1))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
