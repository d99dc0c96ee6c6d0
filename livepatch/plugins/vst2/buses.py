"""Which channels of a VST2 plug-in belong together."""

from collections.abc import Iterator
from typing import Any, Final

from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.effect import Effect, text_of
from livepatch.plugins.vst2.opcodes import Ask, Flag, PinFlag
from livepatch.protocol.plugin_facts import Bus

ARRANGEMENTS: Final = {0: -1, 1: 0, 2: 1}
"""The kind of speaker arrangement by its number of channels: none, mono, stereo."""
FREE_ARRANGEMENT: Final = -2
MOST_SPEAKERS: Final = 8
_SPEAKERS: Final = {1: (0,), 2: (1, 2)}
"""The kinds of the speakers: middle; left and right. 0x7fffffff is one without a place."""
_ANYWHERE: Final = 0x7FFFFFFF
_SIDES: Final = (" left", " right", " l", " r", "-l", "-r", "_l", "_r", " 1", " 2")


def buses(effect: Effect, what: Ask) -> tuple[Bus, ...]:
    """The buses of the inputs (Ask.INPUT_PIN) or outputs (Ask.OUTPUT_PIN), as the plug-in's pins tell.

    Without pins two channels are stereo, as are each two outputs of an instrument; else all are one bus.
    """
    channels = effect.channels[0 if what == Ask.INPUT_PIN else 1]
    if not channels:
        return ()
    pins = [_pin(effect, what, channel) for channel in range(channels)]
    if channels > 2 and any(label or paired for label, paired in pins):
        found = tuple(_paired(pins))
    elif channels > 2 and effect.flags & Flag.SYNTH and what == Ask.OUTPUT_PIN:
        found = tuple((f"Out {number + 1}", min(2, channels - number)) for number in range(0, channels, 2))
    else:
        name = "In" if what == Ask.INPUT_PIN else "Out"
        found = ((_common(*(label for label, _ in pins[:2])) or name, channels),)
    return tuple(Bus(name, count, main=not place) for place, (name, count) in enumerate(found))


def _pin(effect: Effect, what: Ask, channel: int) -> tuple[str, bool]:
    """The label of a channel, and whether it is the first of a pair."""
    pin = ffi.new("Pin *")
    if effect.ask(what, channel, pointer=pin) != 1:
        return "", False
    label = text_of(ffi.string(pin.label)) or text_of(ffi.string(pin.short_label))
    return label, bool(pin.flags & PinFlag.STEREO)


def _paired(pins: list[tuple[str, bool]]) -> Iterator[tuple[str, int]]:
    """Name and channels of each bus: a pair begins where a pin says so, all others are mono."""
    place = 0
    while place < len(pins):
        label, paired = pins[place]
        count = 2 if paired and place + 1 < len(pins) else 1
        name = _common(label, pins[place + 1][0]) if count == 2 else label
        yield name or f"{place + 1}", count
        place += count


def _common(*labels: str) -> str:
    """What the labels of two channels share, as "Out" of "Out left" and "Out right"."""
    first = labels[0]
    if len(labels) == 1 or first == labels[1]:
        return first
    for side in _SIDES:
        if first.lower().endswith(side):
            return first[: -len(side)].strip()
    return first


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
