"""The module in the documentation works as it stands."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from livepatch import dsp
from livepatch.canvas import Box, Canvas, Text
from livepatch.colours import COLOURS
from livepatch.declarations import read_panel
from livepatch.display import at_rest, read_value, value_text
from livepatch.panel import Picture
from livepatch.voltage import C4_HZ
from tests.conftest import Playable
from tests.dsp.playing import decibels, response
from tests.rendering import spectrum

TEXT = (Path(__file__).parents[2] / "docs" / "modules.md").read_text("utf-8")


def test_the_example_sways(native: Callable[..., Playable]) -> None:
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found
    out = native(found[1], "tremolo").render(48000, {"audio": 5.0, "depth": 1.0})["out"]
    assert (out.min(), out.max()) == pytest.approx((0.0, 5.0), abs=1e-3)
    assert np.count_nonzero(np.diff(np.sign(out - 2.5)) > 0) == 4


def test_the_counter_counts(native: Callable[..., Playable]) -> None:
    found = next(text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "class Counter" in text)
    trigger = 10.0 * (np.arange(1000) % 100 >= 50)
    out = native(found, "counter").render(1000, {"trigger": trigger, "reset": 5.0 * (np.arange(1000) == 620)})[
        "out"
    ]
    assert (out[49], out[50], out[619], out[620], out[999]) == (0.0, 1.0, 6.0, 0.0, 4.0)


def test_the_echo_uses_its_neighbour(native: Callable[..., Playable]) -> None:
    text = next(text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "class Echo(" in text)
    click = 5.0 * (np.arange(24000) == 0)
    alone = native(text, "echo").render(24000, {"audio": click})["out"]
    assert_allclose(alone[[0, 12000]], 5.0)
    assert np.count_nonzero(alone > 1e-9) == 2
    given = {"audio": click, "more": True, "time": 0.1, "repeats": 0.5}
    heard = native(text, "echo").render(24000, given)
    assert_allclose(heard["wet"][[4800, 9600, 14400]], [5.0, 2.5, 1.25])


def test_the_voices_alternate_and_go_through_when_bypassed(native: Callable[..., Playable]) -> None:
    text = next(text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "class Alternate" in text)
    playable = native(text, "alternate")
    heard = playable.render(64, {"audio": np.tile([1.0, 2.0, 4.0], (64, 1)), "level": 0.5})
    assert_allclose(heard["out"], np.tile([0.5, -1.0, 2.0], (64, 1)))
    assert_allclose(heard["total"], 3.5)
    playable.module.process_bypass(0, 64)
    assert_allclose(np.reshape(list(playable.module.out), (64, 16))[:, :3], np.tile([1.0, 2.0, 4.0], (64, 1)))


def test_the_needle_draws_how_loud_it_is(native: Callable[..., Playable]) -> None:
    text = next(text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "class Needle" in text)
    playable = native(text, "needle")
    playable.render(48000, {"audio": -5.0})
    panel = read_panel(text, "needle.py")
    assert panel.picture == Picture(rows=3, reads=("curve", "level"))
    values = {"curve": list(playable.module.curve), "level": playable.module.level}
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    needle = namespace["Needle"]()
    vars(needle).update(values)
    canvas = Canvas()
    needle.draw(canvas)
    assert Box(0.0, 0.0, 0.5, 0.1, COLOURS["green"]) in canvas.shapes
    assert Text(1.0, 1.0, "5.0 V", align="right") in canvas.shapes


def example(name: str) -> str:
    """The module of this class."""
    found: list[str] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    return next(text for text in found if f"class {name}(" in text)


def level_db(sound: NDArray[np.float64], hertz: float) -> float:
    """How loud a frequency is, beside a sine of 5 V."""
    turns = 2j * np.pi * hertz * np.arange(len(sound)) / 48000.0
    window = np.blackman(len(sound))
    return float(decibels(2.0 * np.abs(np.exp(-turns) @ (window * sound)) / window.sum() / 5.0))


def test_the_spectral_gate_lets_through_what_is_loud(native: Callable[..., Playable]) -> None:
    frames = np.arange(24000)
    loud, soft = (
        level * np.sin(2.0 * np.pi * hertz * frames / 48000.0) for level, hertz in ((4.0, 750.0), (0.02, 3000.0))
    )
    gate = native(example("SpectralGate"), "spectral_gate")
    heard = gate.render(24000, {"audio": loud + soft})["out"]
    assert np.abs(heard[4000:] - loud[4000 - 1024 : -1024]).max() < 0.01
    assert level_db(heard[8000:], 3000.0) < -80.0
    everything = gate.render(24000, {"audio": loud + soft, "threshold": -100.0})["out"]
    assert np.abs(everything[4000:] - (loud + soft)[4000 - 1024 : -1024]).max() < 1e-6


def test_the_steep_lowpass_is_steep(native: Callable[..., Playable]) -> None:
    click = 5.0 * (np.arange(400) == 0)
    out = native(example("Steep"), "steep").render(400, {"audio": click})["out"]
    levels = decibels(response(out / 5.0, [1000.0, 1700.0, 3162.28, 4662.0, 9000.0]))
    assert levels[:3] == pytest.approx([0.0, 0.0, -6.02], abs=0.05)
    assert levels[3:].max() < -90.0


def test_the_room_answers_and_dies_away(native: Callable[..., Playable]) -> None:
    room = native(example("Room"), "room")
    room.module.on_add()
    out = room.render(24000, {"audio": 5.0 * (np.arange(24000) == 0), "mix": 1.0})["out"]
    powers = [float(np.sqrt(np.mean(out[begin : begin + 1200] ** 2))) for begin in (64, 1264, 10864)]
    assert decibels(powers[1] / powers[0]) == pytest.approx(-6.02, abs=1.0)
    assert decibels(powers[2] / powers[0]) == pytest.approx(-54.2, abs=1.0)
    assert not out[:64].any()
    assert np.abs(out[12064:]).max() < 1e-12


def test_the_weather_stays_on_its_wings(native: Callable[..., Playable]) -> None:
    weather = native(example("Lorenz"), "lorenz")
    weather.module.on_add()
    heard = weather.render(480000, {"rate": 3.0})
    assert (heard["wing"].min(), heard["wing"].max()) == pytest.approx((-4.6, 4.6), abs=0.5)
    assert np.count_nonzero(np.diff(np.sign(heard["wing"]))) > 4
    assert 0.0 <= heard["height"].min() < heard["height"].max() < 10.0


@pytest.mark.parametrize("bend", [0.0, 1.3, 2.7])
def test_the_synced_saw_has_the_pitch_it_is_told_and_no_aliases(
    native: Callable[..., Playable], bend: float
) -> None:
    """At 1487.5 Hz; what is not at a multiple of that is an alias."""
    out = native(example("Sync"), "sync").render(48000, {"voct": np.log2(1487.5 / C4_HZ), "bend": bend})["out"]
    levels = spectrum(out[-38400:])
    harmonic = np.abs((np.arange(len(levels)) + 595) % 1190 - 595) < 20
    heard = np.arange(len(levels)) * 1.25 < 18000.0
    assert decibels(levels[heard & ~harmonic].max() / levels[600:].max()) < -70.0
    assert levels[1190] > 0.03 * levels[600:].max()


def test_the_old_sampler_plays_what_its_rate_has_and_nothing_else(native: Callable[..., Playable]) -> None:
    frames = np.arange(24000)
    old = native(example("Old"), "old")
    for hertz in (1000.0, 9000.0, 13000.0):
        out = old.render(24000, {"audio": 5.0 * np.sin(2.0 * np.pi * hertz * frames / 48000.0)})["out"][4000:]
        if hertz < 12000.0:
            assert level_db(out, hertz) == pytest.approx(0.0, abs=0.1)
            assert level_db(out, 24000.0 - hertz) < -70.0
        else:
            assert np.abs(out).max() < 0.01


def test_the_midi_bytes_are_those_of_what_is_played(native: Callable[..., Playable]) -> None:
    gates = 10.0 * np.stack([(np.arange(2000) >= 10) & (np.arange(2000) < 1500), np.arange(2000) >= 700], axis=1)
    given = {
        "pitch": np.tile([0.0, 1.0], (2000, 1)),
        "gate": gates,
        "bend": 5.0 * (np.arange(2000) >= 900),
        "clock": 10.0 * (np.arange(2000) % 1000 >= 500),
    }
    heard = native(example("MidiBytes"), "midi_bytes").render(2000, given)
    said = np.stack([heard[name] for name in ("status", "first", "second")], axis=1).astype(int)
    assert [bytes(row.tolist()).hex() for row in said if row[0]] == [
        *("e00040", "b00100", "903c66", "f80000", "904866", "e07f7f", "803c40", "f80000")
    ]
    assert np.flatnonzero(said[:, 0]).tolist() == [0, 1, 10, 500, 700, 960, 1500, 1501]


def test_the_panel_shows_what_the_page_says() -> None:
    text = next(text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "class Panel" in text)
    panel = read_panel(text, "panel.py")
    said = dict(re.findall(r"^    (\w+) = .*?  # (.+)$", text, re.MULTILINE))
    assert {control.name: value_text(control, at_rest(control)) for control in panel.controls()} == said
    parts = [*panel.controls(), *panel.inlets, *panel.outlets, *panel.lights]
    assert all(part.label for part in parts)
    typed = {"440 Hz": 0.75, "a4": 0.75, "-6 dB": 0.50119, "20 ms": -1.69897, "1/8": -0.90309, "50 %": 0.5}
    for text_typed, value in {**typed, "linear": 1.0}.items():
        name = re.findall(rf'panel\.(\w+) = [^.;]*"{re.escape(text_typed)}"', TEXT)[0]
        control = panel.knob(name)
        assert control is not None
        assert read_value(control, text_typed) == pytest.approx(value, abs=1e-5)


def test_everything_a_module_may_use_is_named() -> None:
    assert not [name for name in dsp.__all__ if not re.search(rf"\b{name}\b", TEXT)]
