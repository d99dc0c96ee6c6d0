"""Filters: how far each outlet is from the curve that it is meant to have."""

import numpy as np

from livepatch.panel import Panel
from livepatch.quality.curves import FILTERS, Gains
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import SAMPLE_RATE, Rig

TITLE = "Filters"
ABOUT = """\
The largest deviation in dB, from 20 Hz to 16 kHz, at cutoffs of 50 Hz to 8 kHz and resonances of 0, 50 and 80
%, for a sound far below the drive; an equaliser's with its bands up to 18 dB up and down. Analogue: from the
formula, where it passes more than -60 dB; a digital filter closes towards 24 kHz, which shows most at high
cutoffs. Design: from the same formula with its frequencies bent as the digital filter bends them, where it
passes more than -100 dB: what the code itself adds. The design is what a filter is held to: it is exact at its
cutoff at any sample rate, so that it is in tune and rings where it should; above, it closes towards half the
sample rate. A lowpass of 8 kHz and 24 dB per octave is 12 dB darker at 16 kHz than the analogue one, 2 dB at
`sample_rate(96000)`."""
COLUMNS = (
    Column("analogue_1k_db", "analogue, cutoff to 1 kHz, dB", 2),
    Column("analogue_db", "analogue, all cutoffs, dB", 2),
    Column("design_db", "design, dB", 4),
)
COUNT = 1 << 18
PULSE_VOLTS = 1e-3
HERTZ = np.fft.rfftfreq(COUNT, 1.0 / SAMPLE_RATE)
HEARD = (HERTZ >= 20.0) & (HERTZ <= 16000.0)


def suits(panel: Panel) -> bool:
    """Whether its formula is known."""
    return panel.type in FILTERS


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """A row for each outlet."""
    rows: dict[str, Row] = {}
    pulse = np.zeros(COUNT)
    pulse[0] = PULSE_VOLTS
    for case in FILTERS[panel.type](panel):
        answers = rig.render(panel.type, COUNT, case.knobs, {"audio": pulse}, tuple(case.curves))
        for outlet, curve in case.curves.items():
            row = rows.setdefault(outlet, {"module": panel.type, "part": outlet})
            gains = np.fft.rfft(answers[outlet])[HEARD] / PULSE_VOLTS
            away = _deviation_db(gains, curve(_analogue), -60.0)
            _raise(row, "analogue_db", away)
            _raise(row, "design_db", _deviation_db(gains, curve(_bent), -100.0))
            if case.cutoff_hz <= 1000.0:
                _raise(row, "analogue_1k_db", away)
    return list(rows.values())


def _analogue(cutoff_hz: float) -> Gains:
    return np.asarray(1j * HERTZ[HEARD] / cutoff_hz)


def _bent(cutoff_hz: float) -> Gains:
    """As a filter bends them that is exact at its cutoff and never reaches half the sample rate."""
    return np.asarray(1j * np.tan(np.pi * HERTZ[HEARD] / SAMPLE_RATE) / np.tan(np.pi * cutoff_hz / SAMPLE_RATE))


def _deviation_db(gains: Gains, meant: Gains, least_db: float) -> float:
    """The largest difference where what is meant passes more than `least_db`."""
    passes = np.abs(meant) > 10.0 ** (least_db / 20.0)
    difference = 20.0 * np.log10(np.maximum(np.abs(gains[passes]), 1e-12) / np.abs(meant[passes]))
    return float(np.abs(difference).max(initial=0.0))


def _raise(row: Row, key: str, value: float) -> None:
    row[key] = max(float(row.get(key, 0.0)), value)
