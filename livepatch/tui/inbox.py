"""Messages from the session that wait to be drawn, with stale ones made one."""

import threading
from collections import deque

import msgspec

from livepatch.patch.edits import SetKnob
from livepatch.protocol.messages import (
    Ailing,
    Drawn,
    Edited,
    EngineState,
    Message,
    PluginShown,
    PluginState,
    Printed,
    Progress,
)

LONGEST_TEXT = 20_000
"""Characters of print-out that wait at most; what is older is dropped, and that is said."""
DROPPED = "[…]\n"


class Inbox:
    """Filled by the receiving thread, emptied by the drawing thread.

    Only the newest counts of what a later message makes stale; a flood of print-out stays bounded.
    """

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._lock = threading.Lock()

    def put(self, message: Message) -> bool:
        """Add a message; whether the inbox was empty, so that somebody must be told."""
        with self._lock:
            empty = not self._waiting
            if isinstance(message, Drawn):
                self._drop_picture(message.id)
            joined = _joined(self._waiting[-1], message) if self._waiting else None
            if joined is not None:
                self._waiting.pop()
            self._waiting.append(joined or message)
            return empty

    def _drop_picture(self, id: int) -> None:
        """Nobody needs the picture of a module that waits when there is a newer one."""
        for waiting in self._waiting:
            if isinstance(waiting, Drawn) and waiting.id == id:
                self._waiting.remove(waiting)
                return

    def drain(self) -> list[Message]:
        """Everything that waits, oldest first."""
        with self._lock:
            messages = list(self._waiting)
            self._waiting.clear()
        return messages


def _joined(earlier: Message, later: Message) -> Message | None:
    """The one message that says what both say, if there is one."""
    match earlier, later:
        case (EngineState(), EngineState()) | (Progress(), Progress()) | (Ailing(), Ailing()):
            return later
        case PluginState(), PluginState() if earlier.id == later.id:
            return later
        case PluginShown(), PluginShown() if earlier.id == later.id:
            return PluginShown(later.id, earlier.texts | later.texts)
        case Edited(edit=SetKnob() as old), Edited(edit=SetKnob() as new) if (old.id, old.knob) == (
            new.id,
            new.knob,
        ):
            return later
        case Printed(), Printed() if earlier.id == later.id:
            return msgspec.structs.replace(later, text=_newest(earlier.text + later.text))
        case _:
            return None


def _newest(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    kept = text[-LONGEST_TEXT // 2 :]
    return DROPPED + kept[kept.find("\n") + 1 :]
