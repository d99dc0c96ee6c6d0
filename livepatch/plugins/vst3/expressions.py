"""The note expressions of a plug-in, as its controller tells them: what each note has for itself."""

from collections.abc import Iterator
from typing import Any, Final

from livepatch.plugins.vst3 import abi
from livepatch.plugins.vst3.abi import ffi, wide
from livepatch.plugins.vst3.interface import Interface
from livepatch.plugins.vst3.parameters import MOST_STEPS, bounded
from livepatch.protocol.plugin_facts import Expression

MOST_EXPRESSIONS: Final = 64
NO_VALUES: Final = frozenset({abi.TUNING, abi.TEXT, abi.PHONEME})
"""Those that are not told as a value of 0 to 1 that a cable brings."""
BUS, CHANNEL = 0, 0
"""Where livepatch's notes are played."""


class Expressions:
    """The one that tunes a note, if it `tunes`, and `all` others; a note has a number if any is `offered`."""

    def __init__(self, controller: Interface | None) -> None:
        self.tunes = False
        self._lowest, self._highest = 0.0, 1.0
        found: dict[int, Expression] = {}
        asked = None if controller is None else controller.ask("INoteExpressionController")
        if asked is not None:
            for expression in self._read(asked):
                found.setdefault(expression.id, expression)
            asked.release()
        self.all: tuple[Expression, ...] = tuple(found.values())
        self.ids: frozenset[int] = frozenset(found)
        self.offered = self.tunes or bool(found)

    def _read(self, asked: Interface) -> Iterator[Expression]:
        about = ffi.new("ExpressionInfo*")
        count = asked.call("getNoteExpressionCount", BUS, CHANNEL)
        for index in range(min(MOST_EXPRESSIONS, max(0, count))):
            if not asked.agrees("getNoteExpressionInfo", BUS, CHANNEL, index, about):
                continue
            lowest, highest = about.lowest, about.highest
            if not 0.0 <= lowest < highest <= 1.0:
                lowest, highest = 0.0, 1.0
            if about.id == abi.TUNING:
                self.tunes = True
                self._lowest, self._highest = lowest, highest
            elif about.id not in NO_VALUES:
                yield _expression(asked, about, lowest, highest)

    def tuning(self, semitones: float) -> float:
        """How the plug-in is told of a note so far from its key."""
        return min(self._highest, max(self._lowest, 0.5 + semitones / abi.TUNING_SEMITONES))


def _expression(asked: Interface, about: Any, lowest: float, highest: float) -> Expression:
    default = min(highest, max(lowest, bounded(about.standard)))
    texts = tuple(_text(asked, about.id, value) for value in (lowest, default, highest))
    return Expression(
        id=about.id,
        name=wide(about.title) or wide(about.short_title) or f"expression {about.id}",
        unit=wide(about.units),
        lowest=lowest,
        default=default,
        highest=highest,
        texts=texts if all(texts) else (),
        steps=about.steps if 0 <= about.steps <= MOST_STEPS else 0,
        bipolar=bool(about.flags & abi.BIPOLAR),
        once=bool(about.flags & abi.ONE_SHOT),
    )


def _text(asked: Interface, id: int, value: float) -> str:
    text = ffi.new("uint16_t[128]")
    shown = asked.agrees("getNoteExpressionStringByValue", BUS, CHANNEL, id, value, text)
    return wide(text) if shown else ""
