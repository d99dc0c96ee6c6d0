"""The VST3 plug-in of the tests, fixtures/vst3_synth.c, built into a bundle."""

import platform
from pathlib import Path

from tests.plugins.building import build

UID = "4C697665706174636820546573742031"
GAIN, OCTAVE, BYPASS, PROGRAM, BEND, LATENCY, LEVEL, FAULT, PRESS, SECRET, COLOUR, EDITS, RESTART = range(13)
"""Its parameters."""
FAULTS = ("None", "Crash", "Abort", "Hang", "Leak", "Print", "NaN", "Nonsense", "Exit", "Slow", "Late")


def fault(name: str) -> float:
    """The value of the parameter FAULT that makes it misbehave so in `process`."""
    return FAULTS.index(name) / (len(FAULTS) - 1)


def vst3_bundle(folder: Path, name: str = "Synth", *macros: str) -> Path:
    """The plug-in as `name`.vst3 in a folder, with macros as SINGLE or AT_LOAD=1; skips without a compiler."""
    bundle = folder / f"{name}.vst3"
    options = ["-O0", *(f"-D{macro}" for macro in macros)]
    build("vst3_synth.c", bundle / "Contents" / f"{platform.machine()}-linux", *options, name=f"{name}.so")
    return bundle
