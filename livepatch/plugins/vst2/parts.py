"""A block in parts, so that VST2 parameters, which have no frames of their own, change at their frames."""

from collections.abc import Iterator, Sequence
from typing import Final

from livepatch.plugins.plugin import PARAMETER, Event

SHORTEST: Final = 8
"""Frames between two changes of parameters: one that follows another sooner waits so long."""

Part = tuple[int, int, list[Event], list[Event]]
"""Its first frame and the frame after its last, the parameters that change at its first, and its other events."""


def parts(frames: int, events: Sequence[Event]) -> Iterator[Part]:
    """The parts of a block whose events are in the order of their frames.

    What would change less than eight frames before the end of a block, soon after another change, waits for the
    last part, which is empty: (frames, frames).
    """
    changes = [event for event in events if event.kind == PARAMETER]
    if not changes:
        yield 0, frames, changes, list(events)
        return
    others = [event for event in events if event.kind != PARAMETER]
    begin = turned = at = 0
    had = False
    while begin < frames:
        due: list[Event] = []
        while turned < len(changes) and changes[turned].frame <= begin:
            due.append(changes[turned])
            turned += 1
        had = had or bool(due)
        end = frames
        if turned < len(changes):
            end = min(max(changes[turned].frame, begin + SHORTEST if had else 0), frames)
        played = at
        while played < len(others) and (others[played].frame < end or end == frames):
            played += 1
        yield begin, end, due, others[at:played]
        begin, at = end, played
    if turned < len(changes):
        yield frames, frames, changes[turned:], []
