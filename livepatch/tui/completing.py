"""Completing what is typed: asking, offering, choosing, and putting back what stood there."""

import itertools
from collections.abc import Callable

from livepatch.protocol.messages import Complete, Completion, Completions, Message
from livepatch.tui.completion_list import CompletionList
from livepatch.tui.prompt import Prompt


class Completing:
    """Between the prompt and the list. Choosing shows the completion in the prompt at once."""

    def __init__(self, prompt: Prompt, offers: CompletionList, ask: Callable[[Message], None]) -> None:
        self._prompt = prompt
        self._offers = offers
        self._ask = ask
        self._number = 0
        self._code = ""
        self._cursor = 0
        self._shown = ""

    def wanted(self, direction: int | None) -> None:
        """Ask for completions, or choose among those on offer (see `Prompt`)."""
        if not self._offers.items:
            self._request()
        elif direction is None:
            self._show(self._code, self._cursor)
            self.close()
        elif direction == 0:
            self.close()
        elif (chosen := self._offers.move(direction)) is not None:
            self._prompt.chosen = True
            self._put(chosen)

    def answered(self, answer: Completions) -> None:
        """Offer what the session knows, unless the performer has typed on."""
        if answer.id != self._number or self._prompt.text != self._code or self._prompt.cursor != self._cursor:
            return
        if len(answer.items) == 1:
            self._put(answer.items[0])
        elif answer.items:
            self._put_common(answer.items)
            self._offers.offer(answer.items)
            self._prompt.offered = True

    def changed(self) -> None:
        """The text is another: whatever is on offer no longer fits, unless it was put there from here."""
        if self._prompt.text != self._shown and self._offers.items:
            self.close()

    def close(self) -> None:
        """Offer nothing."""
        self._offers.close()
        self._prompt.offered = self._prompt.chosen = False

    def _request(self) -> None:
        self._number += 1
        self._code, self._cursor = self._prompt.text, self._prompt.cursor
        self._ask(Complete(self._number, self._code, self._cursor))

    def _put(self, completion: Completion) -> None:
        text = self._code[: completion.start] + completion.text + self._code[self._cursor :]
        self._show(text, completion.start + len(completion.text))

    def _put_common(self, items: tuple[Completion, ...]) -> None:
        """Type what all completions begin with, and let that be what escape comes back to."""
        starts = {item.start for item in items}
        common = _common_start([item.text for item in items])
        start = min(starts)
        if (
            len(starts) == 1
            and len(common) > self._cursor - start
            and common.startswith(self._code[start : self._cursor])
        ):
            text = self._code[:start] + common + self._code[self._cursor :]
            self._show(text, start + len(common))
            self._code, self._cursor = text, start + len(common)
        else:
            self._shown = self._code

    def _show(self, text: str, cursor: int) -> None:
        self._shown = text
        self._prompt.fill(text, cursor)


def _common_start(texts: list[str]) -> str:
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False))
    return "".join(column[0] for column in alike)
