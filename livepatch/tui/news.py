"""What a message from the session is to the performer, in one line."""

from pathlib import Path
from typing import NamedTuple

from livepatch.errors import Problem
from livepatch.patch.edits import SetKnob
from livepatch.protocol.messages import Edited, Message, ModuleFault, PanelChanged, Replaced


class News(NamedTuple):
    """A line. `level`: note, warning or error; `kept`: it is still to be read later."""

    level: str
    text: str
    kept: bool = False


def news(message: Message) -> News | None:
    """The line that says what happened; None where the rack or the REPL show it anyway."""
    match message:
        case Edited(edit=edit, about=about) if about and not isinstance(edit, SetKnob):
            return News("note", about)
        case Replaced(patch_name=name, modules=modules):
            nameless = "a patch without a name" if modules else "an empty patch"
            return News("note", f"{name or nameless} is in the rack")
        case PanelChanged(panel=panel, milliseconds=milliseconds) if milliseconds > 0.0:
            return News("note", f"{panel.type}: new code sounds, {milliseconds:.0f} ms after the save")
        case ModuleFault(type=type, problems=()):
            return News("note", f"{type}: mended", kept=True)
        case ModuleFault(problems=problems, told=False):
            return News("error", "\n".join(_problem(problem) for problem in problems), kept=True)
        case _:
            return None


def _problem(problem: Problem) -> str:
    return f"{problem.place(Path(problem.path).name)}: {problem.message}"
