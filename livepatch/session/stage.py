"""What handles act on."""

from collections.abc import Callable
from typing import Any, Protocol

from livepatch.panel import Panel
from livepatch.patch import edits
from livepatch.patch.patch import PlacedModule
from livepatch.session.rack import Rack


class Stage(Protocol):
    """A rack with its session, as handles see it."""

    rack: Rack

    def names(self) -> dict[str, Callable[..., Any]]:
        """The commands by what is typed."""

    def perform(self, edit: edits.Edit) -> None:
        """Apply an edit and print what had to be made to fit. Raises: PatchError: if it does not fit."""

    def press(self, id: int, button: str) -> None:
        """Press a button of a module for a moment."""

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a module's menu does. Raises: PatchError: if it fails."""

    def panel_of(self, module: PlacedModule) -> Panel:
        """The panel of a module as it plays, or what is known of it if it is a placeholder."""

    def brightness(self, id: int, index: int) -> float:
        """How bright a light is, by its place among what has a place in the meters."""

    def state_of(self, module: PlacedModule) -> str:
        """What is to be known of a module before its knobs: that it is bypassed, what is wrong with it."""

    def text_of(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a knob that stands there, "" if that is no plug-in or it has not told."""

    def shown(self, id: int, knob: str, value: float) -> str:
        """As `text_of`; a plug-in that has not told it is asked, and waited for."""

    def choices(self, id: int, knob: str) -> tuple[str, ...]:
        """The names of a plug-in's choices for a knob, from 0 to 1, as far as it names them."""

    def read(self, id: int, knob: str, text: str) -> float | None:
        """The value that a plug-in reads from a text, None if that is none or it reads none. Waits for it."""
