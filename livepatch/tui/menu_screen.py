"""A module's menu over the rack: what every module has, then what this one declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from livepatch.panel import MenuItem, Switch
from livepatch.patch.edits import SetKnob
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Act, Message, Perform
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui.browse_screen import MOVES, NOTHING
from livepatch.tui.model import Rack

Result = Message | str
"""What comes of a choice: a message to the session, or the name of one of the rack's actions."""
TICK = "✓ "
MOST_FOUND = 200
"""So many lines are shown of what a search finds."""
FEWEST_TO_SEARCH = 12
"""A menu with fewer lines does not say that it can be searched."""
EVERY_MODULE = (
    ("Reset", "reset_module"),
    ("Randomize", "randomize"),
    ("Duplicate", "duplicate"),
    ("Bypass", "bypass"),
    ("Bypass hard", "bypass(True)"),
    ("Edit its file", "edit_source"),
    ("Remove", "remove"),
)


@dataclass(frozen=True)
class Choice:
    """A line of a menu: it leads to a `result` or further lines, or asks for a text; else it is a heading.

    `current`: it, or one inside it, is how the module stands.
    """

    label: str
    result: Result | None = None
    inside: "tuple[Choice, ...]" = ()
    asks: str = ""
    answered: Callable[[str], Result] | None = None
    current: bool = False

    @property
    def leads_nowhere(self) -> bool:
        """Whether it is a heading, or a line across."""
        return self.result is None and not self.inside and self.answered is None

    def leaves(self) -> Iterator["Choice"]:
        """What can be done with it: itself, or all that is inside it."""
        if self.inside:
            for choice in self.inside:
                yield from choice.leaves()
        elif not self.leads_nowhere:
            yield self


class MenuScreen(ModalScreen[Result]):
    """Arrows and enter choose, `/` searches, escape closes; what was chosen is what the screen gives back."""

    AUTO_FOCUS = "#menu-lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left,m", "close", "close"),
        Binding("right", "choose", show=False),
        Binding("slash", "search", show=False),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, title: str, lines: tuple[Choice, ...]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._leaves = tuple(leaf for line in lines for leaf in line.leaves())
        self._shown = lines
        self._asking: Choice | None = None

    def compose(self) -> ComposeResult:
        """A title, what is searched, the lines, and a line to answer in."""
        with Vertical(id="menu"):
            yield Label(Text(self._title), id="menu-title")
            yield Input(placeholder="search", id="menu-wish")
            yield OptionList(*map(_option, self._lines), id="menu-lines")
            yield Input(id="menu-answer")

    def on_mount(self) -> None:
        """Nothing is asked or searched yet; the mark is on what is so, else on the first line."""
        self._wish.display = self._answer.display = False
        self.query_one("#menu").border_subtitle = self._hint
        self._mark_first()

    @property
    def _hint(self) -> str:
        return f"/ searches {len(self._leaves)}" if len(self._leaves) >= FEWEST_TO_SEARCH else ""

    @property
    def _wish(self) -> Input:
        return self.query_one("#menu-wish", Input)

    @property
    def _answer(self) -> Input:
        return self.query_one("#menu-answer", Input)

    def _mark_first(self) -> None:
        lines = self.query_one(OptionList)
        current = next((place for place, line in enumerate(self._shown) if line.current), None)
        lines.action_first()
        if current is not None:
            lines.highlighted = current

    def action_close(self) -> None:
        """Search no more; else close, and do nothing."""
        if not self._wish.display:
            self.dismiss(None)
            return
        self._wish.value = ""
        self._wish.display = False
        self.query_one(OptionList).focus()

    def action_choose(self) -> None:
        """Choose the marked line."""
        self.query_one(OptionList).action_select()

    def action_search(self) -> None:
        """Search this menu and all inside it."""
        self._wish.display = True
        self._wish.focus()

    def action_cursor(self, direction: int) -> None:
        """Mark the line below (1) or above (-1)."""
        lines = self.query_one(OptionList)
        (lines.action_cursor_down if direction > 0 else lines.action_cursor_up)()

    async def on_key(self, event: events.Key) -> None:
        """Move the mark while the search has the keys."""
        if event.key in MOVES and self.focused is self._wish:
            event.stop()
            await self.app.run_action(MOVES[event.key], self.query_one(OptionList))

    @on(Input.Changed, "#menu-wish")
    def _search(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        found = tuple(leaf for leaf in self._leaves if all(word in leaf.label.lower() for word in words))
        self._show((found[:MOST_FOUND] or (Choice(NOTHING),)) if words else self._lines)
        shown = f"{MOST_FOUND} of " if len(found) > MOST_FOUND else ""
        self.query_one("#menu").border_subtitle = f"{shown}{len(found)} found" if words else self._hint

    def _show(self, lines: tuple[Choice, ...]) -> None:
        if lines is not self._shown:
            self._shown = lines
            self.query_one(OptionList).set_options(list(map(_option, lines)))
            self._mark_first()

    @on(Input.Submitted, "#menu-wish")
    def _enter(self) -> None:
        self.action_choose()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        choice = self._shown[event.option_index]
        if choice.inside:
            self.app.push_screen(MenuScreen(choice.label.removesuffix(" →"), choice.inside), self._chosen_inside)
        elif choice.answered is not None:
            self._asking = choice
            self._answer.placeholder = choice.asks
            self._answer.display = True
            self._answer.focus()
        else:
            self.dismiss(choice.result)

    @on(Input.Submitted, "#menu-answer")
    def _answered(self, event: Input.Submitted) -> None:
        if self._asking is not None and self._asking.answered is not None and event.value.strip():
            self.dismiss(self._asking.answered(event.value.strip()))

    def _chosen_inside(self, chosen: Result | None) -> None:
        if chosen is not None:
            self.dismiss(chosen)


def choices(rack: Rack, module: PlacedModule) -> tuple[Choice, ...]:
    """Everything in the menu of a module."""
    panel = rack.panel(module)
    own = _own(rack, module, panel.menu) if panel is not None else ()
    without = {"edit_source"} if is_plugin(module.type) else set()
    without |= set() if panel is not None and panel.own_bypass else {"bypass(True)"}
    every = tuple(Choice(label, call) for label, call in EVERY_MODULE if call not in without)
    return (*own, Choice(""), *every) if own else every


def _own(rack: Rack, module: PlacedModule, items: tuple[MenuItem, ...]) -> tuple[Choice, ...]:
    return tuple(_choice(rack, module, item) for item in items)


def _choice(rack: Rack, module: PlacedModule, item: MenuItem) -> Choice:
    match item.kind:
        case "submenu":
            inside = _own(rack, module, item.items)
            now = next(
                (leaf.label.removeprefix(TICK) for each in inside for leaf in each.leaves() if leaf.current), ""
            )
            return Choice(f"{item.label}: {now} →" if now else f"{item.label} →", inside=inside, current=bool(now))
        case "action" if item.asks:
            return Choice(f"{item.label}…", asks=item.asks, answered=lambda text: Act(module.id, item.name, text))
        case "action" if item.name.startswith("program:"):
            current = item.is_program(module.data.get("program"))
            return Choice(f"{TICK if current else '  '}{item.label}", Act(module.id, item.name), current=current)
        case "action":
            return Choice(item.label, Act(module.id, item.name))
        case "switch":
            return _switch(rack, module, item)
    return Choice(item.label)


def _switch(rack: Rack, module: PlacedModule, item: MenuItem) -> Choice:
    switch = rack.control(module.id, item.name)
    if not isinstance(switch, Switch):
        return Choice(item.label)
    now = round(rack.value(module.id, switch))
    if len(switch.choices) == 2:
        mark = "✓" if now else " "
        return Choice(f"{mark} {item.label}", Perform(SetKnob(module.id, item.name, 1.0 - now)))
    inside = tuple(
        Choice(f"{'✓' if index == now else ' '} {name}", Perform(SetKnob(module.id, item.name, float(index))))
        for index, name in enumerate(switch.choices)
    )
    return Choice(f"{item.label}: {switch.choices[now]} →", inside=inside)


def _option(line: Choice) -> Option:
    if line.leads_nowhere:
        return Option(line.label or "─" * 16, disabled=True)
    return Option(Text(line.label))
