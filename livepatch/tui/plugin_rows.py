"""The rows of a plug-in's panel that say what it is and how it stands."""

import textwrap
from dataclasses import dataclass

from livepatch.panel import Panel
from livepatch.protocol.messages import PluginState

STATE_LINES = 3
TONES = {"starting": "dim", "waiting": "warning", "silent": "fault", "given up": "fault"}


@dataclass(frozen=True)
class FiguresRow:
    """How much time a plug-in takes, how late it is, and how often it was too late."""


def what(state: PluginState, width: int) -> list[str]:
    """What a plug-in is and who made it, in a line, or two; its format is in the header too."""
    whole = ", ".join(part for part in (state.kind, state.made) if part)
    if len(whole) < width:
        return [whole]
    lines = textwrap.wrap(whole.partition(" ")[2], max(width - 1, 1))
    return lines if len(lines) <= 2 else [lines[0], " ".join(lines[1:])]


def program(panel: Panel, number: object) -> str:
    """The name of the program of this number; "" if there is none."""
    every = (item for each in panel.menu for item in each.all())
    return next((item.label for item in every if item.is_program(number)), "")


def troubles(state: PluginState | None, width: int) -> list[tuple[str, str]]:
    """Lines on a plug-in that does not play, each with its tone; none of one that does."""
    if state is None:
        return [("starting…", "dim")]
    text = {
        "starting": "starting…",
        "waiting": f"bypassed: it {state.why}, and starts again",
        "silent": f"bypassed, it does not start: {state.why}",
        "given up": f"stays bypassed: it {state.why}, {state.restarts} times; m: Start it again",
    }.get(state.state)
    if text is None:
        return []
    lines = textwrap.wrap(text, max(width - 2, 1)) or [text]
    if len(lines) > STATE_LINES:
        lines = [*lines[: STATE_LINES - 1], lines[STATE_LINES - 1][: width - 3] + "…"]
    return [(line, TONES[state.state]) for line in lines]


def figures(state: PluginState, sample_rate: float, width: int) -> list[tuple[str, bool]]:
    """The figures of a plug-in that plays, as far as they fit: pieces, and whether each is a warning."""
    milliseconds = 1000.0 * state.latency / sample_rate if sample_rate else 0.0
    load, worst = f"{100.0 * state.load:.0f}%", f"{100.0 * state.worst:.0f}%"
    now, brief = ("rests", "rests") if state.rests else (f"load {load}", load)
    late = [f"{state.late} late"] if state.late else []
    again = [f"restarted {state.restarts}x"] if state.restarts else []
    latency = f"{state.latency} frames {milliseconds:.1f} ms" if state.latency else "no latency"
    short = f"{state.latency}f {milliseconds:.1f}ms" if state.latency else ""
    for pieces in (
        [now, f"worst {worst}", *late, *again, latency],
        [now, *late, *again, latency],
        [f"{brief} max {worst}", *late, *again, *filter(None, [short])],
        [brief, *late, *again, *filter(None, [short])],
        [brief, *late, *again],
    ):
        if sum(len(piece) + 2 for piece in pieces) - 2 <= width:
            break
    return [(piece, (piece in late and state.lately > 0) or piece in again) for piece in pieces]
