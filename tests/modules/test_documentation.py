"""The module in the documentation works as it stands."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from livepatch import dsp
from livepatch.canvas import Box, Canvas, Text
from livepatch.colours import COLOURS
from livepatch.declarations import read_panel
from livepatch.display import at_rest, read_value, value_text
from livepatch.panel import Picture
from tests.conftest import Playable

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
