"""Filters: how far each outlet is from the curve that it is meant to have."""

import numpy as np

from livepatch import display
from livepatch.panel import Knob, Panel
from livepatch.quality.curves import CURVES, Gains
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import SAMPLE_RATE, Rig

TITLE = "Filters"
ABOUT = """\
The largest deviation in dB, from 20 Hz to 16 kHz, at cutoffs of 50 Hz to 8 kHz and resonances of 0, 50 and 80 %,
for a sound far below the drive. Analogue: from the filter's formula, where it passes more than -60 dB; a digital
filter closes towards 24 kHz, which shows most at high cutoffs. Design: from the same formula with its frequencies
bent as the digital filter bends them, where it passes more than -100 dB: what the code itself adds."""
COLUMNS = (
    Column("analogue_1k_db", "analogue, cutoff to 1 kHz, dB", 2),
    Column("analogue_db", "analogue, all cutoffs, dB", 2),
    Column("design_db", "design, dB", 4),
)
CUTOFFS_HZ = (50.0, 250.0, 1000.0, 3000.0, 8000.0)
RESONANCES = (0.0, 0.5, 0.8)
COUNT = 1 << 18
PULSE_VOLTS = 1e-3


def suits(panel: Panel) -> bool:
    """Whether its formula is known."""
    return panel.type in CURVES


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """A row for each outlet."""
    cutoff = panel.knob("cutoff")
    assert isinstance(cutoff, Knob)
    curves = CURVES[panel.type]
    rows: dict[str, Row] = {
        name: {"module": panel.type, "part": name} | {column.key: 0.0 for column in COLUMNS} for name in curves
    }
    pulse = np.zeros(COUNT)
    pulse[0] = PULSE_VOLTS
    hertz = np.fft.rfftfreq(COUNT, 1.0 / SAMPLE_RATE)
    heard = (hertz >= 20.0) & (hertz <= 16000.0)
    bent = np.tan(np.pi * hertz[heard] / SAMPLE_RATE)
    for cutoff_hz in CUTOFFS_HZ:
        for resonance in RESONANCES:
            knobs = {"cutoff": display.undisplayed(cutoff, cutoff_hz), "resonance": resonance}
            for name, answer in rig.render(panel.type, COUNT, knobs, {"audio": pulse}, tuple(curves)).items():
                gains = np.fft.rfft(answer)[heard] / PULSE_VOLTS
                analogue = curves[name](1j * hertz[heard] / cutoff_hz, resonance)
                design = curves[name](1j * bent / np.tan(np.pi * cutoff_hz / SAMPLE_RATE), resonance)
                away = _deviation_db(gains, analogue, -60.0)
                _raise(rows[name], "analogue_db", away)
                _raise(rows[name], "design_db", _deviation_db(gains, design, -100.0))
                if cutoff_hz <= 1000.0:
                    _raise(rows[name], "analogue_1k_db", away)
    return list(rows.values())


def _deviation_db(gains: Gains, meant: Gains, least_db: float) -> float:
    """The largest difference where what is meant passes more than `least_db`."""
    passes = np.abs(meant) > 10.0 ** (least_db / 20.0)
    difference = 20.0 * np.log10(np.maximum(np.abs(gains[passes]), 1e-12) / np.abs(meant[passes]))
    return float(np.abs(difference).max(initial=0.0))


def _raise(row: Row, key: str, value: float) -> None:
    row[key] = max(float(row[key]), value)
