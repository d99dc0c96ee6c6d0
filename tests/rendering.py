"""Renders one module by itself, as plain Python or compiled, and measures what came out."""

import importlib.util
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from librt.vecs import vec
from numpy.typing import NDArray

from livepatch.declarations import read_panel
from livepatch.module import BLOCK_FRAMES, VOICES, Module, Neighbour, Port
from livepatch.panel import Panel

MODULES = Path(__file__).parents[1] / "modules"
Volts = float | NDArray[np.float64]
Rendered = dict[str, NDArray[np.float64]]


@cache
def panel_of(path: Path) -> Panel:
    return read_panel(path.read_text("utf-8"), str(path))


@cache
def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"plain_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if hasattr(module, "connected"):
        vars(module)["connected"] = lambda _port: True
    return module


def panel_of_type(type: str) -> Panel:
    """The panel of a built-in module."""
    return panel_of(MODULES / f"{type}.py")


class PlainModule:
    """One built-in module as plain Python, to be stepped by hand; everything is connected."""

    def __init__(self, type: str, sample_rate: float = 48000.0, seed: int = 1) -> None:
        self.panel = panel_of_type(type).whole()
        self.module: Module = getattr(load(MODULES / f"{type}.py"), self.panel.class_name)(sample_rate, seed)

    def set(self, **values: float) -> None:
        """Put volts on inlets, or turn knobs and switches."""
        for name, value in values.items():
            held = getattr(self.module, name)
            if isinstance(held, Neighbour):
                held.there = bool(value)
            else:
                setattr(self.module, name, value)

    def state(self, name: str) -> Any:
        """A port, light, buffer or other state."""
        return getattr(self.module, name)


class Render(Protocol):
    """Renders `frames` of one module with `given` on its knobs, switches, buttons and inlets: volts of outlets."""

    def __call__(
        self, type: str, frames: int, given: Mapping[str, Volts], *, sample_rate: float = 48000.0, seed: int = 1
    ) -> Rendered: ...


class Setup:
    """What stands on a module's knobs, switches, buttons and inlets, frame by frame."""

    def __init__(self, panel: Panel, frames: int, given: Mapping[str, Volts]) -> None:
        self.panel = panel
        self.frames = frames
        known = {knob.name for knob in panel.knobs} | {inlet.name for inlet in panel.inlets}
        known |= {switch.name for switch in panel.switches} | {button.name for button in panel.buttons}
        assert not set(given) - known, f"{panel.type} has no {set(given) - known}"
        self.knobs = {knob.name: self._block(given.get(knob.name, knob.default)) for knob in panel.knobs}
        self.switches = {
            switch.name: int(np.asarray(given.get(switch.name, switch.default))) for switch in panel.switches
        }
        self.buttons = {button.name: bool(given.get(button.name, False)) for button in panel.buttons}
        self.inlets: Rendered = {}
        for inlet in panel.inlets:
            normal = self.inlets[inlet.normal] if isinstance(inlet.normal, str) else inlet.normal
            block = self._block(given.get(inlet.name, normal))
            self.inlets[inlet.name] = block.sum(axis=1) if inlet.summed and block.ndim == 2 else block
        self.still = all(np.ptp(block) == 0.0 for block in self.knobs.values())

    def _block(self, volts: Volts) -> NDArray[np.float64]:
        block = np.asarray(volts, float)
        return block if block.ndim == 2 else np.broadcast_to(block, (self.frames,)).copy()

    @property
    def signals(self) -> Rendered:
        return {**self.knobs, **self.inlets}


def render_plain(
    type: str, frames: int, given: Mapping[str, Volts], *, sample_rate: float = 48000.0, seed: int = 1
) -> Rendered:
    """Render as plain Python, with `given` on knobs, switches, buttons and inlets."""
    plain = PlainModule(type, sample_rate, seed)
    setup = Setup(plain.panel, frames, given)
    plain.set(**setup.switches, **setup.buttons)
    if plain.panel.form == "process":
        return _render_process(plain, setup)
    module = plain.module
    signals = [(name, block.tolist()) for name, block in setup.signals.items()]
    outlets = [(outlet.name, np.empty(frames)) for outlet in plain.panel.outlets]
    for frame in range(frames):
        for name, values in signals:
            setattr(module, name, values[frame])
        module.step()
        for name, block in outlets:
            block[frame] = getattr(module, name)
    return dict(outlets)


def _render_process(plain: PlainModule, setup: Setup) -> Rendered:
    """The same for a module that is written with `process()`."""
    module, frames = plain.module, setup.frames
    outlets = {outlet.name: getattr(module, outlet.name) for outlet in plain.panel.outlets}
    wide = set(re.findall(r"poly\(self\.(\w+)\)", (MODULES / f"{plain.panel.type}.py").read_text("utf-8")))
    rendered = {name: np.empty((frames, VOICES if name in wide else 1)) for name in outlets}
    for begin in range(0, frames, BLOCK_FRAMES):
        count = min(BLOCK_FRAMES, frames - begin)
        for name, whole in setup.signals.items():
            signal = whole[begin : begin + count]
            port = Port(float(signal.flat[0]))
            port.channels = 1 if signal.ndim == 1 else signal.shape[1]
            port.block = vec[float](widen(signal)[:, 0].tolist())
            port.wide = vec[float](widen(signal).ravel().tolist())
            setattr(module, name, port)
        module.process(0, count)
        for name, port in outlets.items():
            found = list(port.wide if name in wide else port.block)
            rendered[name][begin : begin + count] = np.reshape(found, (BLOCK_FRAMES, -1))[:count]
    return {name: narrow(volts, outlets[name].channels) for name, volts in rendered.items()}


def widen(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """All voices of a cable, `(frames, VOICES)`: one is in each of them, those missing of several are 0 V."""
    if signal.ndim == 1:
        return np.repeat(signal[:, None], VOICES, axis=1)
    return np.pad(signal, ((0, 0), (0, VOICES - signal.shape[1])))


def narrow(volts: NDArray[np.float64], channels: int) -> NDArray[np.float64]:
    """What a cable of so many voices carries: `(frames,)` for one."""
    return volts[:, 0] if channels == 1 else volts[:, :channels]


def spectrum(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Peak volts of each bin; a Blackman-Harris window keeps leakage below -92 dB."""
    count = len(signal)
    turn = 2.0 * np.pi * np.arange(count) / count
    window = 0.35875 - 0.48829 * np.cos(turn) + 0.14128 * np.cos(2 * turn) - 0.01168 * np.cos(3 * turn)
    amplitudes: NDArray[np.float64] = 2.0 * np.abs(np.fft.rfft(signal * window)) / window.sum()
    return amplitudes


def partials(signal: NDArray[np.float64], cycles: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Peak volts of each partial, DC first, and of everything that is none, bin by bin."""
    bins = 2.0 * np.abs(np.fft.rfft(signal)) / len(signal)
    bins[0] *= 0.5
    rest = bins.copy()
    rest[::cycles] = 0.0
    return bins[::cycles], rest


def level_db(signal: NDArray[np.float64], hertz: float, sample_rate: float = 48000.0) -> float:
    """Peak level of the sine at `hertz` in `signal`, in dB of 1 V."""
    count = len(signal)
    turn = 2.0 * np.pi * np.arange(count)
    window = 0.5 - 0.5 * np.cos(turn / count)
    amplitude = 2.0 * abs(np.sum(signal * window * np.exp(-1j * turn * hertz / sample_rate))) / window.sum()
    return float(20.0 * np.log10(max(amplitude, 1e-15)))


def rises(signal: NDArray[np.float64], threshold: float = 0.0) -> NDArray[np.float64]:
    """When `signal` rises through `threshold`, in samples, to a fraction of one."""
    before, after = signal[:-1], signal[1:]
    at = np.flatnonzero((before < threshold) & (after >= threshold))
    return at + (threshold - before[at]) / (after[at] - before[at])


def frequency(signal: NDArray[np.float64], sample_rate: float = 48000.0, threshold: float = 0.0) -> float:
    """Hz counted from the first rise through `threshold` to the last."""
    times = rises(signal, threshold)
    return float((len(times) - 1) / (times[-1] - times[0]) * sample_rate)


def rms(signal: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(signal))))


def all_finite(rendered: Mapping[str, Any]) -> bool:
    return all(bool(np.isfinite(block).all()) for block in rendered.values())
