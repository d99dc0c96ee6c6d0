"""Envelopes: whether each segment takes the time that its knob shows."""

import numpy as np
from numpy.typing import NDArray

from livepatch import display
from livepatch.panel import Knob, Panel
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import LONGEST, SAMPLE_RATE, Rig

TITLE = "Envelopes"
ABOUT = """\
How much longer a segment takes than its knob shows, in % (a sample is 2.1 % of 1 ms): an attack from the gate
to the peak; a decay from there to the sustain of 50 %, or to 0 V where there is none; a release from the end of
the gate to 0 V."""
TIMES = (0.001, 0.01, 0.1, 1.0, 3.0)
COLUMNS = tuple(Column(f"error_{seconds:g}_percent", f"{seconds:g} s, %", 2) for seconds in TIMES)
SEGMENTS = ("attack", "decay", "release")
GATES = ("gate", "trigger")
NEAR_VOLTS = 1e-6


def suits(panel: Panel) -> bool:
    """Whether it answers a gate with segments whose times are knobs."""
    timed = [knob for knob in panel.knobs if knob.name in SEGMENTS and knob.unit == "s"]
    inlets = {inlet.name for inlet in panel.inlets}
    return len(timed) >= 2 and bool(inlets & set(GATES)) and "audio" not in inlets


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """A row for each segment."""
    rows: list[Row] = []
    for segment in SEGMENTS:
        knob = panel.knob(segment)
        if not isinstance(knob, Knob):
            continue
        row: Row = {"module": panel.type, "part": segment}
        for seconds, column in zip(TIMES, COLUMNS, strict=True):
            asked = display.undisplayed(knob, seconds)
            if knob.minimum - 1e-9 <= asked <= knob.maximum + 1e-9:
                took = _took(rig, panel, segment, display.clamped(knob, asked), seconds)
                row[column.key] = 100.0 * (took / seconds - 1.0)
        rows.append(row)
    return rows


def _took(rig: Rig, panel: Panel, segment: str, value: float, seconds: float) -> float:
    """Seconds that the segment lasts."""
    frames = min(round((2.2 * seconds + 0.1) * SAMPLE_RATE), LONGEST)
    knobs = {knob.name: knob.minimum for knob in panel.knobs if knob.name in SEGMENTS}
    knobs |= {"sustain": 0.5 if segment == "decay" else 1.0} if panel.knob("sustain") else {}
    knobs[segment] = value
    gate = np.full(frames, 10.0)
    released = round(0.05 * SAMPLE_RATE)
    if segment == "release":
        gate[released:] = 0.0
    outlet = panel.outlets[0].name
    inlet = next(inlet.name for inlet in panel.inlets if inlet.name in GATES)
    volts = rig.render(panel.type, frames, knobs, {inlet: gate}, (outlet,))[outlet]
    peak = int(volts.argmax())
    if segment == "attack":
        return (_first(volts >= volts[peak] - NEAR_VOLTS) + 1) / SAMPLE_RATE
    if segment == "decay":
        return _first(volts[peak:] <= volts[-1] + NEAR_VOLTS) / SAMPLE_RATE
    return (_first(volts[released:] <= NEAR_VOLTS) + 1) / SAMPLE_RATE


def _first(true: NDArray[np.bool_]) -> int:
    return int(np.argmax(true))
