"""A module's menu over the rack: what every module has, then what this one declares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
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
from livepatch.tui.model import Rack

Result = Message | str
"""What comes of a choice: a message to the session, or the name of one of the rack's actions."""
EVERY_MODULE = (
    ("Reset", "reset_module"),
    ("Randomize", "randomize"),
    ("Duplicate", "duplicate"),
    ("Bypass", "bypass"),
    ("Edit its file", "edit_source"),
    ("Remove", "remove"),
)


@dataclass(frozen=True)
class Choice:
    """A line of a menu: it leads to a `result` or further lines, or asks for a text; else it is a heading."""

    label: str
    result: Result | None = None
    inside: "tuple[Choice, ...]" = ()
    asks: str = ""
    answered: Callable[[str], Result] | None = None

    @property
    def leads_nowhere(self) -> bool:
        """Whether it is a heading, or a line across."""
        return self.result is None and not self.inside and self.answered is None


class MenuScreen(ModalScreen[Result]):
    """Arrows and enter choose, escape closes; what was chosen is what the screen gives back."""

    AUTO_FOCUS = "#menu-lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left,m", "close", "close"),
        Binding("right", "choose", show=False),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, title: str, lines: tuple[Choice, ...]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._asking: Choice | None = None

    def compose(self) -> ComposeResult:
        """A title, the lines, and a line to answer in."""
        with Vertical(id="menu"):
            yield Label(self._title, id="menu-title")
            yield OptionList(*map(_option, self._lines), id="menu-lines")
            yield Input(id="menu-answer")

    def on_mount(self) -> None:
        """Nothing is asked yet."""
        self.query_one(Input).display = False
        self.query_one(OptionList).action_first()

    def action_close(self) -> None:
        """Close, and do nothing."""
        self.dismiss(None)

    def action_choose(self) -> None:
        """Choose the marked line."""
        self.query_one(OptionList).action_select()

    def action_cursor(self, direction: int) -> None:
        """Mark the line below (1) or above (-1)."""
        lines = self.query_one(OptionList)
        (lines.action_cursor_down if direction > 0 else lines.action_cursor_up)()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        choice = self._lines[event.option_index]
        if choice.inside:
            self.app.push_screen(MenuScreen(choice.label, choice.inside), self._chosen_inside)
        elif choice.answered is not None:
            self._asking = choice
            answer = self.query_one(Input)
            answer.placeholder = choice.asks
            answer.display = True
            answer.focus()
        else:
            self.dismiss(choice.result)

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
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
    every = tuple(Choice(label, call) for label, call in EVERY_MODULE if call not in without)
    return (*own, Choice(""), *every) if own else every


def _own(rack: Rack, module: PlacedModule, items: tuple[MenuItem, ...]) -> tuple[Choice, ...]:
    return tuple(_choice(rack, module, item) for item in items)


def _choice(rack: Rack, module: PlacedModule, item: MenuItem) -> Choice:
    match item.kind:
        case "submenu":
            return Choice(f"{item.label} →", inside=_own(rack, module, item.items))
        case "action" if item.asks:
            return Choice(f"{item.label}…", asks=item.asks, answered=lambda text: Act(module.id, item.name, text))
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


def _option(line: Choice) -> Option | None:
    if line.leads_nowhere:
        return Option(line.label, disabled=True) if line.label else Option("─" * 16, disabled=True)
    return Option(line.label)
