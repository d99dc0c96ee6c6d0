"""Plays a new build before anybody hears it: knobs still and moving, silence, audio, gates, extremes."""

import math
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from librt.vecs import vec

from livepatch.callbacks import EVENTS
from livepatch.panel import Panel
from livepatch.port import VOICES

FRAMES = 64
SAMPLE_RATE = 48000.0
TOLERANCE = 1e-6
MEASURE_SECONDS = 0.001
FEWEST_BLOCKS = 8
"""How many are timed at least: one may be interrupted by something else on the machine."""
_NOISE = random.Random(1)  # noqa: S311 - the same noise every time is the point
SIGNALS: dict[str, vec[float]] = {
    "silence": vec[float]([0.0] * FRAMES),
    "audio": vec[float]([5.0 * math.sin(2.0 * math.pi * 3.0 * frame / FRAMES) for frame in range(FRAMES)]),
    "gates": vec[float]([10.0 if frame % 16 < 8 else 0.0 for frame in range(FRAMES)]),
    "noise": vec[float]([_NOISE.uniform(-10.0, 10.0) for _ in range(FRAMES)]),
    "10 V": vec[float]([10.0] * FRAMES),
    "-10 V": vec[float]([-10.0] * FRAMES),
}


class Scene(NamedTuple):
    """`blocks` blocks with a signal on every inlet and the knobs at a share of their range (None: their default).

    `choice` is the index that every switch stands at, `pressed` whether buttons are held; `frames` are
    played at a time. `event` is called before, `bypassed`: what plays while the module is bypassed.
    `voices` come in at every port of which the code hears all.
    """

    words: str
    signal: str
    knobs: tuple[float, float] | None = None
    blocks: int = 4
    choice: int | None = None
    pressed: bool = False
    frames: int = FRAMES
    event: str = ""
    bypassed: bool = False
    voices: int = 1


MEASURED = Scene("", "audio")
"""What is timed."""


class NotFiniteError(Exception):
    """An outlet holds something that is no number of volts."""

    def __init__(self, outlet: str, value: float) -> None:
        super().__init__(outlet, value)
        self.outlet = outlet
        self.value = value


def scenes(panel: Panel) -> Iterator[Scene]:
    """What is played, in order."""
    yield Scene("as it starts", "silence", event="on_add")
    yield Scene("with audio at its inlets", "audio", blocks=8)
    yield Scene("with gates at its inlets", "gates", blocks=8)
    yield Scene("with noise at its inlets", "noise", blocks=8)
    yield Scene("one frame at a time", "audio", blocks=2, frames=1)
    yield Scene("with 10 V at its inlets", "10 V")
    yield Scene("with -10 V at its inlets", "-10 V")
    yield Scene("with every knob moving", "audio", (0.0, 1.0), blocks=8)
    yield Scene("with every knob moving, one frame at a time", "gates", (1.0, 0.0), blocks=2, frames=1)
    yield Scene("with every knob at its lowest", "noise", (0.0, 0.0))
    yield Scene("with every knob at its highest", "noise", (1.0, 1.0))
    for choice in range(max((len(switch.choices) for switch in panel.switches), default=0)):
        yield Scene(f"with every switch at choice {choice + 1}", "audio", choice=choice)
    if panel.buttons:
        yield Scene("with every button held", "gates", pressed=True)
    if panel.form == "process":
        yield Scene("with three voices at its inlets", "audio", voices=3)
        yield Scene("with sixteen voices, one frame at a time", "noise", (1.0, 0.0), frames=1, voices=VOICES)
    for event in EVENTS[1:]:
        yield Scene(f"after {event}()", "audio", blocks=1, event=event)
    if panel.own_bypass:
        yield Scene("while it is bypassed", "audio", blocks=2, bypassed=True)
        yield Scene("while it is bypassed, one frame at a time", "noise", blocks=1, frames=1, bypassed=True)
    yield Scene("once more", "audio")


class Rehearsal:
    """An instance of a generated class, native or interpreted, and its blocks.

    `calls` counts finished calls of process(), `words` says what is being tried.
    """

    def __init__(self, cls: type[Any], panel: Panel) -> None:
        self.panel = panel.whole()
        self.calls = 0
        self.words = "as it is made"
        self.module = cls()
        self.module.sample_rate = SAMPLE_RATE
        self.module.seed = 1
        self.module.prepare()
        self._outlets = {port.name: self._block(port.name, SIGNALS["silence"]) for port in self.panel.outlets}
        for name, block in self._outlets.items():
            setattr(self.module, name, block)

    def play(self, before: Callable[[int], None], after: Callable[[int], None]) -> None:
        """Play every scene; `before` and `after` are called around each process() with its number.

        Raises: NotFiniteError: if an outlet is not. Exception: what the module raises.
        """
        for scene in scenes(self.panel):
            self.words = f"when tried {scene.words}"
            self._set_up(scene)
            process = self.module.process_bypass if scene.bypassed else self.module.process
            for block in range(scene.blocks):
                self._turn(scene, block)
                if scene.event and block == 0:
                    getattr(self.module, scene.event)()
                for start in range(0, FRAMES, scene.frames):
                    before(self.calls)
                    process(start, start + scene.frames)
                    after(self.calls)
                    self._check_outlets()
                    self.calls += 1

    def measure(self) -> float:
        """Nanoseconds a sample takes, at best of many blocks: what the machine does besides is not counted."""
        self._set_up(MEASURED)
        self._turn(MEASURED, 0)
        return self._quickest(self.module.process)

    @staticmethod
    def _quickest(process: Callable[[int, int], None]) -> float:
        best = math.inf
        blocks = 0
        end = time.perf_counter() + MEASURE_SECONDS
        while (began := time.perf_counter()) < end or blocks < FEWEST_BLOCKS:
            process(0, FRAMES)
            best = min(best, time.perf_counter() - began)
            blocks += 1
        return best / FRAMES * 1e9

    def play_lanes(self) -> float | None:
        """Play all voices side by side; nanoseconds that a sample of one takes, as `measure`.

        None if they do not play what one voice does, which is what tells whether compiler and processor do as
        they should. Raises: NotFiniteError: if an outlet is not.
        """
        wide = {name: vec[float]([0.0] * (FRAMES * VOICES)) for name in self._outlets}
        for signal in ("audio", "gates", "noise"):
            scene = Scene("with sixteen voices", signal)
            self._set_up(scene)
            self._turn(scene, 0)
            self._bind(self._outlets)
            self.module.prepare()
            self.module.process(0, FRAMES)
            self._bind(wide)
            self.module.process_lanes(0, FRAMES)
            for name, block in wide.items():
                bad = next((value for value in block if not math.isfinite(value)), None)
                if bad is not None:
                    raise NotFiniteError(name, bad)
                if not _same(self._outlets[name], block):
                    return None
        self._set_up(MEASURED)
        return self._quickest(self.module.process_lanes) / VOICES

    def _bind(self, outlets: dict[str, vec[float]]) -> None:
        for name, block in outlets.items():
            setattr(self.module, name, block)

    def _set_up(self, scene: Scene) -> None:
        connected = scene.signal != "silence"
        ports = [inlet.name for inlet in self.panel.inlets] + [outlet.name for outlet in self.panel.outlets]
        for name in ports:
            if hasattr(self.module, f"connected_{name}"):
                setattr(self.module, f"connected_{name}", connected)
        for inlet in self.panel.inlets:
            normal = inlet.normal if isinstance(inlet.normal, float) else 0.0
            block = SIGNALS[scene.signal] if connected or not normal else vec[float]([normal] * FRAMES)
            setattr(self.module, inlet.name, self._block(inlet.name, block))
            if self._counted(inlet.name):
                setattr(self.module, f"channels_{inlet.name}", scene.voices)
        for switch in self.panel.switches:
            choice = switch.default if scene.choice is None else min(scene.choice, len(switch.choices) - 1)
            setattr(self.module, switch.name, choice)
        for button in self.panel.buttons:
            setattr(self.module, button.name, scene.pressed)

    def _turn(self, scene: Scene, block: int) -> None:
        first, last = scene.knobs or (0.0, 0.0)
        self.module.still = first == last
        if block and self.module.still:
            return
        step = (last - first) / (scene.blocks * FRAMES - 1)
        shares = [first + step * (block * FRAMES + frame) for frame in range(FRAMES)]
        for knob in self.panel.knobs:
            span = knob.maximum - knob.minimum
            values = [knob.default] * FRAMES if scene.knobs is None else [knob.minimum + span * x for x in shares]
            setattr(self.module, knob.name, self._block(knob.name, vec[float](values)))

    def _counted(self, port: str) -> bool:
        """Whether the code handles all voices of a port."""
        return hasattr(self.module, f"channels_{port}")

    def _block(self, port: str, block: vec[float]) -> vec[float]:
        """A block for a port: of all voices, where the code handles them."""
        if not self._counted(port):
            return block[:]
        return vec[float]([volts for volts in block for _ in range(VOICES)])

    def _check_outlets(self) -> None:
        for name, block in self._outlets.items():
            if not math.isfinite(sum(block)):
                bad = next((value for value in block if not math.isfinite(value)), None)
                if bad is not None:
                    raise NotFiniteError(name, bad)


def _same(one: vec[float], wide: vec[float]) -> bool:
    """Whether every voice of a wide block holds what a block of one does."""
    return all(
        abs(wide[frame * VOICES + voice] - volts) <= TOLERANCE * (1.0 + abs(volts))
        for frame, volts in enumerate(one)
        for voice in (0, 1, VOICES // 2, VOICES - 1)
    )
