"""What holds for every built-in module."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import Playable
from tests.modules.conftest import CompiledRender
from tests.rendering import MODULES, Volts, all_finite, panel_of_type, render_plain

TYPES = sorted(path.stem for path in MODULES.glob("*.py"))
FRAMES = 1500
GATES = frozenset({"retrigger", "reset", "clock", "trigger"})


def played(type: str, *, moving: bool) -> dict[str, Volts]:
    """A tone in every inlet, a gate in each that wants one, and the knobs still or moving."""
    panel = panel_of_type(type)
    time = np.arange(FRAMES) / 48000.0
    given: dict[str, Volts] = {}
    for number, knob in enumerate(panel.knobs):
        middle, reach = 0.5 * (knob.minimum + knob.maximum), 0.4 * (knob.maximum - knob.minimum)
        given[knob.name] = middle + reach * (
            np.sin(40.0 * time * (number + 1)) if moving else np.sin(number + 1.0)
        )
    for number, inlet in enumerate(panel.inlets):
        tone = np.asarray(5.0 * np.sin(2.0 * np.pi * 171.3 * (number + 1) * time), np.float64)
        gate = np.asarray(10.0 * (np.arange(FRAMES) % (400 + 30 * number) < 200), np.float64)
        given[inlet.name] = gate if inlet.name == "gate" or inlet.name in GATES else tone
        if inlet.name == "voct":
            given[inlet.name] = 0.2 * tone
    return given


@pytest.fixture(scope="session")
def compiled(native: Callable[..., Playable]) -> CompiledRender:
    return CompiledRender(native)


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize(
    ("block", "sample_rate", "moving"),
    [(64, 48000.0, False), (64, 96000.0, True), (37, 44100.0, True), (1, 48000.0, False)],
)
def test_compiled_and_plain_python_give_the_same_samples(
    compiled: CompiledRender, type: str, block: int, sample_rate: float, *, moving: bool
) -> None:
    panel = panel_of_type(type)
    given = played(type, moving=moving) | {switch.name: len(switch.choices) - 1.0 for switch in panel.switches}
    given |= {button.name: float(moving) for button in panel.buttons}
    native = compiled(type, FRAMES, given, sample_rate=sample_rate, seed=7, block=block)
    plain = render_plain(type, FRAMES, given, sample_rate=sample_rate, seed=7)
    for outlet, volts in plain.items():
        assert native[outlet] == pytest.approx(volts, abs=1e-9), outlet


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_knobs_at_their_ends_and_cables_beyond_reason_leave_it_finite(
    compiled: CompiledRender, type: str, end: str
) -> None:
    panel = panel_of_type(type)
    chance = np.random.default_rng(12)
    for scale in (1e-300, 12.0, 1e12, 1e200):
        given: dict[str, Volts] = {knob.name: getattr(knob, end) for knob in panel.knobs}
        given |= {inlet.name: scale * chance.normal(size=FRAMES) for inlet in panel.inlets}
        assert all_finite(compiled(type, FRAMES, given))


@pytest.mark.parametrize("type", TYPES)
def test_every_port_has_a_label_and_every_module_says_what_it_is(type: str) -> None:
    panel = panel_of_type(type)
    labels = [(knob.name, knob.label) for knob in panel.knobs] + [
        (inlet.name, inlet.label) for inlet in panel.inlets
    ]
    labels += [(outlet.name, outlet.label) for outlet in panel.outlets]
    labels += [(switch.name, switch.label) for switch in panel.switches]
    labels += [(button.name, button.label) for button in panel.buttons]
    assert not [name for name, label in labels if not label]
    assert panel.summary


def voices_of(type: str, frames: int) -> dict[str, NDArray[Any]]:
    """Something else in every voice of every inlet and knob: (frames, 16) each."""
    panel = panel_of_type(type)
    time = np.arange(frames)[:, None] / 48000.0
    voice = np.arange(16)[None, :]
    given: dict[str, NDArray[Any]] = {}
    for number, knob in enumerate(panel.knobs):
        middle, reach = 0.5 * (knob.minimum + knob.maximum), 0.4 * (knob.maximum - knob.minimum)
        given[knob.name] = middle + reach * np.sin(40.0 * time * (number + 1) + voice)
    for number, inlet in enumerate(panel.inlets):
        tone = 5.0 * np.sin(2.0 * np.pi * (171.3 * (number + 1) + 13.0 * voice) * time)
        gate = 10.0 * ((np.arange(frames)[:, None] + 7 * voice) % (100 + 30 * number) < 50)
        given[inlet.name] = gate if "gate" in inlet.name or inlet.name in GATES else 0.2 * tone
    return given


@pytest.mark.parametrize("type", TYPES)
def test_sixteen_voices_side_by_side_are_sixteen_modules(native: Callable[..., Playable], type: str) -> None:
    path, frames = MODULES / f"{type}.py", 300
    together = native(path)
    if not together.module.lanes:
        pytest.skip(f"{type} plays one voice after the other")
    given = voices_of(type, frames)
    heard = together.render_voices(frames, given)
    for voice in range(16):
        alone = native(path).render(frames, {name: signal[:, voice] for name, signal in given.items()})
        for outlet, volts in alone.items():
            assert heard[outlet][:, voice] == pytest.approx(volts, abs=1e-9), (outlet, voice)
