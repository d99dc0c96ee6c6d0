"""A child of the tests: opens a real VST2 plug-in, plays it, and writes what it found as JSON into a file.

python -m tests.plugins.vst2.play_real PLUGIN FILE: note 69 for a second, noise into all inlets.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.plugins.vst2.loading import load
from tests.plugins.playing import Playing, note, turn

RATE = 48000


def near_440(sound: NDArray[np.float64]) -> float:
    """The strongest frequency from 400 to 480 Hz, in Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 16 * len(sound)))
    hertz = np.fft.rfftfreq(16 * len(sound), 1.0 / RATE)
    window = (hertz > 400.0) & (hertz < 480.0)
    return float(hertz[window][np.argmax(spectrum[window])])


def play(path: Path) -> dict[str, Any]:
    plugin, other = load(path), load(path)
    playing = Playing(plugin, RATE)
    facts = plugin.facts
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, (sum(bus.channels for bus in facts.inputs), RATE))
    out = playing.render(RATE, [note()], noise)
    plugin.idle()
    facts = plugin.facts
    found: dict[str, Any] = {
        "name": facts.name,
        "uid": facts.uid,
        "instrument": facts.instrument,
        "outputs": len(out),
        "parameters": [parameter.name for parameter in facts.parameters],
        "finite": bool(np.isfinite(out).all()),
        "rms": float(np.sqrt(np.mean(out**2))) if len(out) else 0.0,
        "hertz": near_440(out[0]) if len(out) else 0.0,
        "latency": facts.latency,
    }
    turned = len(facts.parameters) // 2
    plugin.turn(turned, 1.0)
    other.restore(plugin.state())
    found["turned"] = plugin.value(turned), other.value(turned)
    found["levels"] = []
    for value in (0.0, 1.0):
        playing.render(RATE // 2, [turn(0, value)], np.zeros_like(noise[:, : RATE // 2]))
        out = playing.render(RATE // 8, (), noise[:, : RATE // 8])
        found["levels"].append(float(np.sqrt(np.mean(out**2))))
    plugin.idle()
    plugin.close()
    other.close()
    return found


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(play(Path(sys.argv[1]))))
