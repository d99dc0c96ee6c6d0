"""Which channels of a VST2 plug-in belong together."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.effect import Effect, text_of
from livepatch.plugins.vst2.opcodes import Ask, PinFlag
from livepatch.protocol.plugin_facts import Bus

ARRANGEMENTS: Final = {0: -1, 1: 0, 2: 1}
"""The kind of speaker arrangement by its number of channels: none, mono, stereo."""
FREE_ARRANGEMENT: Final = -2
MOST_SPEAKERS: Final = 8
_SPEAKERS: Final = {1: (0,), 2: (1, 2)}
"""The kinds of the speakers: middle; left and right. 0x7fffffff is one without a place."""
_ANYWHERE: Final = 0x7FFFFFFF
_SIDE: Final = re.compile(r"(?:[ _-]+(?:left|right|[lr])|[ _-]*[0-9]+)$", re.IGNORECASE)


def buses(effect: Effect, what: Ask) -> tuple[Bus, ...]:
    """The buses of the inputs (Ask.INPUT_PIN) or outputs (Ask.OUTPUT_PIN), as the plug-in's pins tell.

    Without pins each two channels are stereo; the inputs are mono if there is one output, so that what comes
    after the first is the side chain.
    """
    count_in, count_out = effect.channels
    channels = count_in if what == Ask.INPUT_PIN else count_out
    name = "In" if what == Ask.INPUT_PIN else "Out"
    pins = [_pin(effect, what, channel) for channel in range(channels)]
    if not any(pins):
        found = _unlabelled(name, channels, 1 if what == Ask.INPUT_PIN and count_out == 1 else 2)
    elif channels == 2:
        found = iter(((_stem(pins[0].label if pins[0] else ""), 2),))
    else:
        found = _labelled([pin or _Pin() for pin in pins])
    return tuple(Bus(label or name, count, main=not place) for place, (label, count) in enumerate(found))


class _Pin(NamedTuple):
    """What a plug-in says of a channel. `paired`: it is the left of two."""

    label: str = ""
    paired: bool = False


def _pin(effect: Effect, what: Ask, channel: int) -> _Pin | None:
    pin = ffi.new("Pin *")
    if effect.ask(what, channel, pointer=pin) != 1:
        return None
    label = text_of(ffi.string(pin.label)) or text_of(ffi.string(pin.short_label))
    return _Pin(label, bool(pin.flags & PinFlag.STEREO))


def _unlabelled(name: str, channels: int, width: int) -> Iterator[tuple[str, int]]:
    """Name and channels of each bus of a plug-in that has no pins."""
    for place in range(0, channels, width):
        yield name if channels <= width else f"{name} {place + 1}", min(width, channels - place)


def _labelled(pins: list[_Pin]) -> Iterator[tuple[str, int]]:
    """Name and channels of each bus: a pair, or all that follow and are called the same, or nothing."""
    place = 0
    while place < len(pins):
        stem = _stem(pins[place].label)
        end = min(place + 2, len(pins))
        if not pins[place].paired:
            end = place + 1
            while end < len(pins) and not pins[end].paired and _stem(pins[end].label) in {stem, ""}:
                end += 1
        yield stem, end - place
        place = end


def _stem(label: str) -> str:
    """What a label shares with those of its neighbours: "Out" of "Out left" and of "Out 2"."""
    words = _SIDE.sub("", label).strip()
    return words or label


def arrange(effect: Effect) -> bool:
    """Tell the plug-in how its channels are meant: mono, stereo, or as it likes; whether it took that over."""
    count_in, count_out = effect.channels
    if max(count_in, count_out) > MOST_SPEAKERS:
        return False
    inputs, outputs = arrangement(count_in), arrangement(count_out)
    return effect.ask(Ask.SET_ARRANGEMENT, value=int(ffi.cast("intptr_t", inputs)), pointer=outputs) == 1


def arrangement(channels: int) -> Any:
    """The arrangement of up to eight speakers."""
    made = ffi.new("Arrangement *")
    made.type = ARRANGEMENTS.get(channels, FREE_ARRANGEMENT)
    made.channels = channels
    for place in range(channels):
        made.speakers[place].type = _SPEAKERS[channels][place] if channels in _SPEAKERS else _ANYWHERE
    return made
