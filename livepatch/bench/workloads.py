"""Three patches like those that other instruments were measured with, and what they cost.

`voices`: sixteen of oscillator, ladder with a moving cutoff, envelope, VCA and pan. `feedback`: eight pairs of
oscillators that modulate each other's frequency, one sample late. `effects`: bursts of noise through two delays,
a plate and two drives, which are what they are elsewhere: tanh at the sample rate, without the oversampling that
ours have unless it is switched off.
"""

from typing import NamedTuple


class Workload(NamedTuple):
    """Module types, counted from 1; knobs by module; cables as (source, outlet, target, inlet, gain)."""

    types: tuple[str, ...]
    knobs: dict[int, dict[str, float]]
    cables: tuple[tuple[int, str, int, str, float], ...]


WORKLOADS = {
    "voices": Workload(
        ("clock", "chord", "vco", "lfo", "vcf", "adsr", "vca", "pan", "audio_out"),
        {
            4: {"fm_depth": 0.1},
            5: {"cutoff": 1.6, "resonance": 0.5, "fm_depth": 0.3},
            6: {"attack": -2.3, "decay": -1.0, "sustain": 0.6, "release": -0.824},
        },
        (
            (1, "quarter", 2, "gate", 1.0),
            (2, "voct", 3, "voct", 1.0),
            (3, "saw", 5, "audio", 1.0),
            (2, "pan", 4, "fm", 1.0),
            (4, "sine", 5, "fm", 1.0),
            (2, "gates", 6, "gate", 1.0),
            (5, "low", 7, "audio", 1.0),
            (6, "envelope", 7, "cv", 1.0),
            (7, "out", 8, "audio", 1.0),
            (2, "pan", 8, "cv", 1.0),
            (8, "left", 9, "left", 0.1),
            (8, "right", 9, "right", 0.1),
        ),
    ),
    "feedback": Workload(
        ("chord", "vco", "vco", "audio_out"),
        {2: {"fm_kind": 1.0, "fm_depth": 0.3}, 3: {"fm_kind": 1.0, "fm_depth": 0.3}},
        (
            (1, "voct", 2, "voct", 1.0),
            (1, "voct", 3, "voct", 1.0),
            (2, "sine", 3, "fm", 1.0),
            (3, "sine", 2, "fm", 1.0),
            (2, "sine", 4, "left", 0.1),
            (3, "sine", 4, "right", 0.1),
        ),
    ),
    "effects": Workload(
        ("clock", "noise", "vca", "delay", "delay", "plate", "drive", "drive", "audio_out"),
        {
            4: {"time": -0.426, "feedback": 0.5},
            5: {"time": -0.301, "feedback": 0.5},
            7: {"drive": 6.0, "oversampling": 0.0},
            8: {"drive": 6.0, "oversampling": 0.0},
        },
        (
            (2, "white", 3, "audio", 1.0),
            (1, "quarter", 3, "cv", 1.0),
            (3, "out", 4, "audio", 1.0),
            (3, "out", 5, "audio", 1.0),
            (4, "out", 6, "audio", 1.0),
            (5, "out", 6, "right", 1.0),
            (6, "out", 7, "audio", 1.0),
            (6, "right_out", 8, "audio", 1.0),
            (7, "out", 9, "left", 1.0),
            (8, "out", 9, "right", 1.0),
        ),
    ),
}
