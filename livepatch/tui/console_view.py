"""The REPL pane: what was said, what can be completed, and the prompt."""

import itertools
import time

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static, TextArea

from livepatch.protocol.messages import Completions, Evaluate, Evaluated, Interrupt, Message, Printed
from livepatch.tui.completing import Completing
from livepatch.tui.completion_list import CompletionList
from livepatch.tui.history import History
from livepatch.tui.look import Look
from livepatch.tui.messages import Asked, Cleared, Entered, Said
from livepatch.tui.prompt import Prompt
from livepatch.tui.python_text import coloured
from livepatch.tui.transcript import Transcript

LONGEST_VALUE = 20_000
AGAIN_SECONDS = 2.0
"""What is said again and again in a shorter time than this is shown once."""


class ConsoleView(Vertical):
    """Sends what is entered to the session and shows what comes of it."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="console")
        self.look = look
        self.transcript = Transcript(Style(bgcolor=look.background.rich_color))
        self.offers = CompletionList(look)
        self.prompt = Prompt(look, self._complete)
        self.running: set[int] = set()
        self._said = ""
        self._said_at = 0.0
        self._numbers = itertools.count(1)
        self._completing = Completing(self.prompt, self.offers, self._ask)

    def compose(self) -> ComposeResult:
        """The transcript above, the prompt below."""
        yield self.transcript
        yield self.offers
        with Horizontal(id="entry"):
            yield Static(">>>", id="mark")
            yield self.prompt

    def remember(self, history: History) -> None:
        """Leaf through these entries, and add to them."""
        self.prompt.past = history

    def wear(self, look: Look) -> None:
        """Draw in other colours."""
        self.look = self.prompt.look = self.offers.look = look
        self.prompt.notify_style_update()
        self.transcript.wear(Style(bgcolor=look.background.rich_color))

    def show(self, message: Printed | Evaluated | Completions) -> None:
        """Show what the session answers."""
        match message:
            case Printed(text=text):
                self.transcript.write(text, self.look.text)
            case Evaluated(id=number):
                self.running.discard(number)
                self._result(message)
            case Completions():
                self._completing.answered(message)

    def say(self, level: str, text: str) -> None:
        """A line that nobody typed, unless it was said a moment ago. `level`: note, warning or error."""
        now = time.monotonic()
        again = text == self._said and now - self._said_at < AGAIN_SECONDS
        self._said, self._said_at = text, now
        if again:
            return
        style = {"warning": self.look.warning, "error": self.look.fault}.get(level, self.look.dim)
        for line in text.splitlines():
            self.transcript.line(Text(f"# {line}", style))

    def run(self, code: str) -> None:
        """Have Python run, as if it had been typed."""
        self._said = ""
        number = next(self._numbers)
        self.running.add(number)
        for index, line in enumerate(coloured(code, self.look.code).split("\n", allow_blank=True)):
            self.transcript.line(Text.assemble((">>> " if index == 0 else "... ", self.look.dim), line))
        self._ask(Evaluate(number, code))

    def interrupt(self) -> None:
        """Stop what is running; if nothing is, drop what stands at the prompt."""
        if self.running:
            self._ask(Interrupt())
        else:
            self._completing.close()
            self.prompt.fill("")
            self.prompt.past.rest()

    def forget_running(self) -> None:
        """The session that was asked is gone, and will not answer."""
        self.running.clear()

    @on(Entered)
    def _entered(self, event: Entered) -> None:
        self._completing.close()
        self.run(event.code)
        trouble = self.prompt.past.add(event.code)
        if trouble:
            self.post_message(Said("warning", trouble))

    def _complete(self, direction: int | None) -> None:
        self._completing.wanted(direction)

    @on(Cleared)
    def _cleared(self) -> None:
        self.transcript.clear()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._completing.changed()
        self.prompt.typed()

    def _result(self, result: Evaluated) -> None:
        if result.value:
            value = result.value[:LONGEST_VALUE] + ("…" if len(result.value) > LONGEST_VALUE else "")
            for line in coloured(value, self.look.code).split("\n"):
                self.transcript.line(line)
        lines = result.error.rstrip("\n").split("\n") if result.error else []
        for index, said in enumerate(lines):
            last = index == len(lines) - 1
            self.transcript.line(Text(said, self.look.fault + Style(bold=last)))

    def _ask(self, message: Message) -> None:
        self.post_message(Asked(message))
