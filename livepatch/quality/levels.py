"""Levels: whether a sound gets as loud as a level knob shows."""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from livepatch import display
from livepatch.panel import Knob, Panel
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import SAMPLE_RATE, Rig

TITLE = "Levels"
ABOUT = """\
Sound at 1 kHz through each level and gain, at ten places of the knob: how far its level is from what the knob
shows, in dB, and how loud it still is with the knob at silence, against the full level."""
COLUMNS = (Column("error_db", "error, dB", 5), Column("silence_db", "silence, dB", 1, -160.0))
KINDS = ("level", "gain")
HERTZ = 1000.0
FRAMES = 4800


def suits(panel: Panel) -> bool:
    """Whether it has a level that sound goes through."""
    return bool(panel.inlets and panel.outlets) and any(_levels(panel))


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """A row for each level that a way from an inlet to an outlet follows; one for all that differ by a number."""
    rows: list[Row] = []
    for stem, knobs in itertools.groupby(_levels(panel), _stem):
        found = [row for knob in knobs if (row := _row(rig, panel, knob)) is not None]
        if len(found) > 1:
            worst = {column.key: max(float(row.get(column.key, -300.0)) for row in found) for column in COLUMNS}
            found = [{"module": panel.type, "part": f"{stem}, all {len(found)}", **worst}]
        rows += found
    return rows


def _levels(panel: Panel) -> Iterator[Knob]:
    for knob in panel.knobs:
        if _stem(knob) in KINDS and knob.unit in {"dB", "%"}:
            yield knob


def _stem(knob: Knob) -> str:
    """What knobs that only differ by their number have in common."""
    return knob.name.rstrip("0123456789")


def _row(rig: Rig, panel: Panel, knob: Knob) -> Row | None:
    """The way that follows the knob best; None if none comes within 3 dB."""
    number = knob.name.removeprefix(_stem(knob))
    inlets = [inlet.name for inlet in panel.inlets if inlet.name.endswith(number)]
    ways = [row for inlet in inlets for row in _ways(rig, panel, knob, inlet)]
    best = min(ways, key=lambda row: float(row["error_db"]), default=None)
    return best if best is not None and float(best["error_db"]) < 3.0 else None


def _ways(rig: Rig, panel: Panel, knob: Knob, inlet: str) -> list[Row]:
    """A row for the way from `inlet` to each outlet."""
    rows: dict[str, Row] = {}
    for place in map(float, np.linspace(knob.minimum, knob.maximum, 11)):
        shown = abs(_gain_shown(knob, place))
        for outlet, gain in _gains(rig, panel, inlet, _others_open(panel, knob) | {knob.name: place}):
            part = f"{knob.name}: {inlet} >> {outlet}"
            row = rows.setdefault(outlet, {"module": panel.type, "part": part, "error_db": 0.0})
            if shown < 1e-9:
                row["silence_db"] = _decibels(gain)
            else:
                row["error_db"] = max(float(row["error_db"]), abs(_decibels(gain / shown)))
    return list(rows.values())


def _decibels(ratio: float) -> float:
    return 20.0 * math.log10(max(ratio, 1e-15))


def _gains(rig: Rig, panel: Panel, inlet: str, knobs: dict[str, float]) -> Iterator[tuple[str, float]]:
    turns = np.exp(-2j * np.pi * HERTZ / SAMPLE_RATE * np.arange(FRAMES))
    sound = np.asarray(-turns.imag, np.float64)
    for outlet, heard in rig.render(panel.type, FRAMES, knobs, {inlet: sound}).items():
        yield outlet, 2.0 * abs(complex(np.sum(turns * heard))) / FRAMES


def _others_open(panel: Panel, knob: Knob) -> dict[str, float]:
    """Every other level at 0 dB, so that only one has a say."""
    values: dict[str, float] = {}
    for other in _levels(panel):
        if other != knob:
            values[other.name] = display.clamped(other, 1.0)
    return values


def _gain_shown(knob: Knob, value: float) -> float:
    shown = display.displayed(knob, value)
    return 10.0 ** (shown / 20.0) if knob.unit == "dB" else 0.01 * shown
