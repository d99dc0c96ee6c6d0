"""A plug-in played in a process of its own: `in_child` starts that, `Rig` is what the code in it plays with."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livepatch.plugins.plugin import Event
from livepatch.plugins.vst3.loading import load

Audio = npt.NDArray[np.float64]
FRAMES = 64
PRELUDE = """
import json, sys
from pathlib import Path
import numpy as np
from livepatch.plugins.plugin import *
from livepatch.plugins.vst3.loading import describe, load
from tests.plugins.vst3.rig import *
def answer(**said):
    sys.stdout.flush()
    print("ANSWER" + json.dumps(said))
"""


def in_child(code: str, *arguments: str | Path, seconds: float = 120.0) -> dict[str, Any]:
    """What `code`, which sees `sys.argv[1:]`, says by `answer(...)` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER")]
    assert answers, f"exit {done.returncode}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
    said: dict[str, Any] = json.loads(answers[-1].removeprefix("ANSWER"))
    said["stderr"] = done.stderr
    return said


class Rig:
    """A plug-in with buffers to play it in blocks of 64 frames."""

    def __init__(self, path: Path | str, *, uid: str = "", doubles: bool = False, rate: float = 48000.0) -> None:
        self.plugin = load(Path(path), uid)
        self.events: list[Event] = []
        """What it answered, at frames counted from the start."""
        self.frame = 0
        self.prepare(rate, doubles=doubles)

    def prepare(self, rate: float = 48000.0, *, doubles: bool = False, offline: bool = False) -> None:
        """Make it active, with new buffers."""
        kind = np.float64 if doubles else np.float32
        self.plugin.prepare(rate, FRAMES, doubles=doubles, offline=offline)
        ins, outs = (
            sum(bus.channels for bus in buses) for buses in (self.plugin.facts.inputs, self.plugin.facts.outputs)
        )
        self.inputs, self.outputs = np.zeros((ins, FRAMES), kind), np.zeros((outs, FRAMES), kind)
        self.plugin.connect([row.ctypes.data for row in self.inputs], [row.ctypes.data for row in self.outputs])

    def play(self, audio: int | Audio, events: Sequence[Event] = (), silent: int = 0) -> Audio:
        """What it makes of so many frames, or of audio of shape (channels, frames); events by frame from here."""
        source = np.zeros((len(self.inputs), audio)) if isinstance(audio, int) else audio
        made = np.zeros((len(self.outputs), source.shape[1]))
        for start in range(0, source.shape[1], FRAMES):
            count = min(FRAMES, source.shape[1] - start)
            self.inputs[:, :count] = source[:, start : start + count]
            now = [
                event._replace(frame=event.frame - start)
                for event in events
                if start <= event.frame < start + count
            ]
            answered = self.plugin.process(count, now, silent)
            self.events += [event._replace(frame=event.frame + self.frame + start) for event in answered]
            made[:, start : start + count] = self.outputs[:, :count]
        self.frame += source.shape[1]
        return made


def noise(channels: int, frames: int, level: float = 0.1) -> Audio:
    """White noise, the same each time."""
    return np.random.default_rng(1).standard_normal((channels, frames)) * level


def hertz(audio: Audio, rate: float = 48000.0) -> float:
    """The frequency of the strongest partial, by parabolic interpolation."""
    size = len(audio)
    power = np.log(np.abs(np.fft.rfft(audio * np.hanning(size))) + 1e-12)
    peak = int(np.argmax(power[1:-1])) + 1
    left, top, right = power[peak - 1 : peak + 2]
    return float((peak + 0.5 * (left - right) / (left - 2 * top + right)) * rate / size)
