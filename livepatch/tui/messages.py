"""What widgets tell the app."""

from dataclasses import dataclass

from textual.message import Message as TextualMessage

from livepatch.protocol.messages import Message


class Arrived(TextualMessage):
    """The inbox has messages; one of these waiting is enough."""

    def can_replace(self, message: TextualMessage) -> bool:
        """Whether a waiting one is made superfluous."""
        return isinstance(message, Arrived)


class Snapped(TextualMessage):
    """The picture of a plug-in's window has been read."""


@dataclass
class Asked(TextualMessage):
    """The performer wants something of the session."""

    message: Message


@dataclass
class Ended(TextualMessage):
    """There is no session any more; leave with `code`."""

    reason: str
    code: int


@dataclass
class Said(TextualMessage):
    """One line for the performer. `level`: note, warning or error."""

    level: str
    text: str


@dataclass
class EditSource(TextualMessage):
    """The performer wants to edit a module type's file."""

    type: str


@dataclass
class Typed(TextualMessage):
    """The performer wants a piece of Python to run, as if it had been typed."""

    code: str


class GoToRepl(TextualMessage):
    """The performer wants to type."""


class GoToRack(TextualMessage):
    """The performer wants to turn knobs."""


@dataclass
class Entered(TextualMessage):
    """A whole piece of Python was entered."""

    code: str


@dataclass
class Paged(TextualMessage):
    """A screenful earlier (-1) or later (1) is wanted of what is shown."""

    direction: int


class Cleared(TextualMessage):
    """The output is to be cleared."""
