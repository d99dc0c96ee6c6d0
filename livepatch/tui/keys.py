"""Every action of the TUI, once: keys, footer, palette and help are made from this table."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Action:
    """Something the performer can do.

    `area`: app (works everywhere), rack or repl (works while it has the focus), help (while that is shown). `call`
    is what Textual runs there. `footer` is the word below the screen, empty for none; `help` says it in full,
    empty if the action before says it too. `over`: the keys come before the focused widget.
    """

    area: str
    keys: str
    call: str
    help: str = ""
    footer: str = ""
    shown: str = ""
    over: bool = False
    palette: bool = True

    @property
    def key_names(self) -> str:
        """The keys as a performer reads them."""
        return self.shown or " ".join(_READ_AS.get(key, key) for key in self.keys.split(","))


_READ_AS = {
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "colon": ":",
    "delete": "del",
    "escape": "esc",
    "ctrl+q": "^q",
    "ctrl+p": "^p",
    "ctrl+c": "^c",
    "ctrl+l": "^l",
    "ctrl+r": "^r",
}

STEP, COARSE, FINE = 0.02, 0.1, 0.002
"""How far a key turns a knob, of its range."""

ACTIONS = (
    Action("rack", "up,k", "step(-1)", "the control above, below", shown="↑ ↓ k j", palette=False),
    Action("rack", "down,j", "step(1)", palette=False),
    Action("rack", "left,h", "across(-1)", "the module to the left, right", shown="← → h l", palette=False),
    Action("rack", "right,l", "across(1)", palette=False),
    Action("rack", "home,g", "end(0)", "the first, last module", shown="g G", palette=False),
    Action("rack", "end,G", "end(-1)", palette=False),
    Action("rack", "plus,equals_sign", f"turn({STEP})", "turn up, down", "turn", shown="+ -", palette=False),
    Action("rack", "minus,underscore", f"turn({-STEP})", palette=False),
    Action("rack", "shift+up", f"turn({COARSE})", "turn coarsely", shown="shift+↑ ↓", palette=False),
    Action("rack", "shift+down", f"turn({-COARSE})", palette=False),
    Action("rack", "shift+right", f"turn({FINE})", "turn finely", shown="shift+→ ←", palette=False),
    Action("rack", "shift+left", f"turn({-FINE})", palette=False),
    Action("rack", "enter", "type", "type a value; a digit begins one", "value", shown="⏎"),
    Action("rack", "space", "press", "next choice of a switch; press a button"),
    Action("rack", "H", "hold", "hold a button, and let it go; the mouse holds it too"),
    Action("rack", "r", "reset", "the control back to its default"),
    Action("rack", "R", "reset_module", "the module back to its start, all of its knobs to their defaults"),
    Action("rack", "x", "randomize", "turn the module's knobs and switches by chance"),
    Action(
        "rack",
        "slash",
        "search",
        "search the module's knobs by name; enter keeps what was found, escape shows all again",
        shown="/",
    ),
    Action("rack", "escape", "leave_search", palette=False),
    Action("rack", "p", "snapshots", "the pictures of plug-ins' windows, off and on"),
    Action("rack", "a", "browse", "add a module or a plug-in: search, and choose", "add"),
    Action("rack", "m", "menu", "the module's menu", "menu"),
    Action("rack", "d", "duplicate", "another one with the same knobs, memory and cables into it"),
    Action(
        "rack", "left_square_bracket", "move(-1)", "move the module to the left, right", shown="[ ]", palette=False
    ),
    Action("rack", "right_square_bracket", "move(1)", palette=False),
    Action("rack", "b", "bypass", "bypass the module, or bring it back", "bypass"),
    Action("rack", "B", "bypass(True)", "the same hard: without the bypass that a plug-in has of its own"),
    Action("rack", "e", "edit_source", "open the module's file in $EDITOR", "edit"),
    Action("rack", "w", "write", "begin the module file of a placeholder, and open it"),
    Action("rack", "u", "undo", "take the last edit back", "undo"),
    Action("rack", "ctrl+r", "redo", "do again what was taken back"),
    Action("rack", "delete", "remove", "take the module out of the rack", "remove"),
    Action("rack", "tab,colon", "leave", "to the REPL", "REPL", shown="tab :", palette=False),
    Action("rack", "pageup", "page(-1)", palette=False),
    Action("rack", "pagedown", "page(1)", palette=False),
    Action("rack", "question_mark", "app.help", "these keys", "keys", palette=False),
    Action("repl", "enter", "enter", "run, or go on in the next line", "run", "⏎", palette=False),
    Action("repl", "alt+enter,ctrl+j", "newline", "a new line in any case", shown="alt+⏎", palette=False),
    Action(
        "repl",
        "tab",
        "complete(1)",
        "complete; on an empty line, to the rack",
        "complete",
        over=True,
        palette=False,
    ),
    Action("repl", "shift+tab", "complete(-1)", "the completion above; to the rack", palette=False),
    Action(
        "repl",
        "up",
        "earlier",
        "the entry before that begins so, after",
        "history",
        "↑ ↓",
        over=True,
        palette=False,
    ),
    Action("repl", "down", "later", palette=False),
    Action("repl", "escape", "dismiss", "close the completions; to the rack", "rack", palette=False),
    Action("repl", "ctrl+l", "clear", "clear the REPL's output"),
    Action("repl", "pageup", "page(-1)", "earlier, later output", shown="pgup pgdn", palette=False),
    Action("repl", "pagedown", "page(1)", palette=False),
    Action("app", "ctrl+c", "interrupt", "stop the Python that runs; the sound goes on", over=True),
    Action("app", "ctrl+p", "command_palette", "every action by name", palette=False, over=True),
    Action("app", "f1", "help", "these keys", palette=False, over=True),
    Action("help", "escape", "close_help", palette=False, over=True),
    Action("app", "f2", "rack", "to the rack", over=True),
    Action("app", "f3", "repl", "to the REPL", over=True),
    Action("app", "f4", "zoom", "more room for the rack, for the REPL", over=True),
    Action(
        "app", "f5", "dim", "a darker room, in which lights, meters and pictures stay lit; bright again", over=True
    ),
    Action("app", "f9", "panic", "silence at once: all modules back to their start", over=True),
    Action("app", "f10", "stop", "end the session and its sound (press twice)", over=True),
    Action("app", "ctrl+q", "leave", "leave; the sound plays on", "leave", over=True),
)


def bindings(area: str) -> list[BindingType]:
    """The keys of an area, for Textual."""
    return [
        Binding(
            action.keys,
            action.call,
            action.footer or action.help,
            show=bool(action.footer),
            key_display=action.key_names,
            priority=action.over,
        )
        for action in ACTIONS
        if action.area == area
    ]
