"""Plays a few lines of step() as a module, as plain Python and compiled, and says that both are the same."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch import dsp, module
from tests.conftest import Playable

Native = Callable[..., Playable]
FRAMES = 512


def text_of(declared: str, step: str, methods: str = "") -> str:
    """A module with the inlets `x` and `y`, the knob `k` and the outlets `out` and `other`."""
    words = set(re.findall(r"\b[a-zA-Z_]\w*\b", f"{declared} {step} {methods}"))
    used = ", ".join(sorted(words & set(dsp.__all__)))
    found = ", ".join(sorted({"Module", "inlet", "knob", "outlet"} | words & set(module.__all__)))
    lines = "".join(f"        {line}\n" for line in step.strip().splitlines())
    states = "".join(f"    {line}\n" for line in declared.strip().splitlines())
    own = "".join(f"    {line}\n" for line in methods.strip("\n").splitlines())
    return (
        f'"""Test."""\n\nfrom livepatch.dsp import {used}\nfrom livepatch.module import {found}\n\n\n'
        f'class Test(Module):\n    """Test."""\n\n    k = knob(-100000.0, 100000.0, 0.0)\n'
        f"    x = inlet()\n    y = inlet()\n"
        f"    out = outlet()\n    other = outlet()\n{states}\n    def step(self) -> None:\n{lines}\n{own}"
    )


def plain(text: str, frames: int, given: Mapping[str, Any], sample_rate: float, seed: int = 1) -> dict[str, Any]:
    """What the module puts out as plain Python."""
    names: dict[str, Any] = {"__name__": "plain"}
    exec(text, names)
    played = names["Test"](sample_rate, seed)
    blocks = {
        name: np.broadcast_to(np.asarray(given.get(name, 0.0), float), (frames,)) for name in ("x", "y", "k")
    }
    found: dict[str, list[float]] = {"out": [], "other": []}
    for frame in range(frames):
        for name, block in blocks.items():
            setattr(played, name, float(block[frame]))
        played.step()
        for name, volts in found.items():
            volts.append(float(getattr(played, name)))
    return {name: np.array(volts) for name, volts in found.items()}


def played(  # how a test says what it plays
    native: Native,
    declared: str,
    step: str,
    *,
    methods: str = "",
    frames: int = FRAMES,
    sample_rate: float = 48000.0,
    seed: int = 1,
    tolerance: float = 1e-9,
    **given: Any,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`out` and `other`, the same as plain Python and compiled; `x`, `y` and `k` may be given."""
    text = text_of(declared, step, methods)
    compiled = native(text, sample_rate=sample_rate, seed=seed).render(frames, given, block=37)
    expected = plain(text, frames, given, sample_rate, seed)
    for name, volts in expected.items():
        assert compiled[name] == pytest.approx(volts, abs=tolerance, rel=tolerance), name
    out, other = compiled["out"], compiled["other"]
    return out, other


def impulse(frames: int = FRAMES) -> NDArray[np.float64]:
    """1 V in the first frame."""
    found = np.zeros(frames)
    found[0] = 1.0
    return found


def response(impulse_response: NDArray[np.float64], hertz: Any, sample_rate: float = 48000.0) -> Any:
    """The complex gain at `hertz` of what has this impulse response."""
    turns = np.outer(np.atleast_1d(hertz), np.arange(len(impulse_response))) / sample_rate
    return np.exp(-2j * np.pi * turns) @ impulse_response


def decibels(gain: Any) -> Any:
    return 20.0 * np.log10(np.maximum(np.abs(gain), 1e-15))


__all__ = ["Native", "decibels", "impulse", "played", "response", "text_of"]
