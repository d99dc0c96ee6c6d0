"""Silence: what is heard of a module that nothing goes into."""

import math

import numpy as np

from livepatch.panel import Panel
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import SAMPLE_RATE, Rig

TITLE = "Silence"
ABOUT = """\
What comes out while 0 V goes in, every knob at its default: the noise of the loudest outlet against 5 V, and the
largest DC. It is listened to 8 seconds after a burst of noise, whose tail is part of what is heard."""
COLUMNS = (Column("noise_db", "noise, dB", 1, -200.0), Column("dc_mv", "DC, mV", 4))
SOUND = ("audio", "left", "in", "in1", "a")
BURST = 4800
WAIT = 8 * int(SAMPLE_RATE)
FRAMES = 24000


def suits(panel: Panel) -> bool:
    """Whether sound goes in and comes out."""
    return bool(panel.outlets) and _inlet(panel) != ""


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """One row."""
    inlet = _inlet(panel)
    sound = np.zeros(BURST + WAIT + FRAMES)
    sound[:BURST] = np.random.default_rng(1).uniform(-5.0, 5.0, BURST)
    given = {other.name: 0.0 for other in panel.inlets if other.normal == 0.0 and other.name != inlet}
    heard = rig.render(panel.type, len(sound), {}, {**given, inlet: sound})
    rests = {name: volts[-FRAMES:] for name, volts in heard.items()}
    noise = max(float(np.std(volts)) for volts in rests.values())
    return [
        {
            "module": panel.type,
            "part": inlet,
            "noise_db": 20.0 * math.log10(max(noise * math.sqrt(2.0) / 5.0, 1e-15)),
            "dc_mv": 1e3 * max(abs(float(volts.mean())) for volts in rests.values()),
        }
    ]


def _inlet(panel: Panel) -> str:
    names = [inlet.name for inlet in panel.inlets]
    return next((name for name in SOUND if name in names and name in panel.bypass), "") or next(
        (name for name in SOUND[:4] if name in names), ""
    )
