"""The prompt in a terminal: history, completion, colours, blocks over several lines."""

import contextlib
import os
import sys
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import StdoutProxy
from prompt_toolkit.styles import Style
from pygments.lexers.python import PythonLexer

from livepatch.entry import INDENT, indent_after, whole
from livepatch.repl.completer import SessionCompleter
from livepatch.repl.conversation import Conversation

PROMPT = ">>> "
CONTINUATION = "... "
BETWEEN_SECONDS = 0.02
"""How long the prompt stands at least between two things that are printed above it."""
COLOURS = Style.from_dict(
    {
        "pygments.keyword": "ansimagenta",
        "pygments.literal.string": "ansigreen",
        "pygments.literal.number": "ansicyan",
        "pygments.operator": "ansiyellow",
        "pygments.comment": "italic",
    }
)
"""The terminal's own colours, so that they can be read on light and dark grounds."""


class KeptHistory(FileHistory):
    """What was typed before, on disk; in memory alone, saying so once, where the disk refuses."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._refused = False

    def store_string(self, string: str) -> None:
        """Append to the file."""
        try:
            super().store_string(string)
        except OSError as error:
            if not self._refused:
                self._refused = True
                sys.stdout.write(f"# warning: the history is not kept: {error.strerror}: {error.filename}\n")


class TerminalPrompt:
    """Reads whole pieces of Python: Enter runs one that is finished, and goes on with one that is not."""

    def __init__(self, conversation: Conversation, history_path: str, *, vi: bool = False) -> None:
        self._conversation = conversation
        plain = bool(os.environ.get("NO_COLOR"))
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            multiline=True,
            prompt_continuation=CONTINUATION,
            editing_mode=EditingMode.VI if vi else EditingMode.EMACS,
            history=KeptHistory(Path(history_path)),
            completer=SessionCompleter(conversation),
            complete_while_typing=False,
            lexer=None if plain else PygmentsLexer(PythonLexer),
            style=COLOURS,
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_1_BIT if plain else None,
            key_bindings=key_bindings(),
            enable_suspend=True,
            enable_open_in_editor=True,
            tempfile_suffix=".py",
        )

    def read(self) -> str:
        """The next piece of Python. Only meanwhile is what else is printed put above the prompt.

        Raises: EOFError: on Ctrl-D, or after `wake`. KeyboardInterrupt: on Ctrl-C.
        """
        proxy = StdoutProxy(sleep_between_writes=BETWEEN_SECONDS)
        with proxy as above, contextlib.redirect_stdout(above), contextlib.redirect_stderr(above):
            return self._session.prompt(pre_run=self._leave_if_ended)

    def wake(self) -> None:
        """End the waiting for a line, from any thread."""
        loop = self._session.app.loop
        if loop is not None:
            loop.call_soon_threadsafe(self._leave_if_ended)

    def _leave_if_ended(self) -> None:
        app = self._session.app
        if self._conversation.ended and app.is_running and not app.is_done:
            app.exit(exception=EOFError())


def key_bindings() -> KeyBindings:
    """Enter, and Tab at the beginning of a line."""
    bindings = KeyBindings()
    typing = has_focus("DEFAULT_BUFFER")

    @bindings.add("enter", filter=typing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        document = buffer.document
        at_end = not document.text_after_cursor.strip()
        if (at_end or "\n" not in buffer.text) and whole(buffer.text.rstrip(" ")):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n" + indent_after(document.current_line_before_cursor))

    @bindings.add("tab", filter=typing & Condition(_at_margin))
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text(INDENT)

    return bindings


def _at_margin() -> bool:
    """Whether nothing stands before the cursor in one of several lines: there Tab indents."""
    document = get_app().current_buffer.document
    return "\n" in document.text and not document.current_line_before_cursor.strip()
