"""The scope: it draws from the trigger on, and lets everything through."""

import numpy as np
import pytest

from tests.rendering import PlainModule, Render


def test_what_goes_in_comes_out(render: Render) -> None:
    signal = np.random.default_rng(10).normal(size=1000)
    rendered = render("scope", 1000, {"first": signal, "second": -signal})
    assert (rendered["first_out"] == signal).all()
    assert (rendered["second_out"] == -signal).all()


def test_the_picture_begins_where_the_signal_rises_through_the_level() -> None:
    scope = PlainModule("scope")
    time = np.arange(9600) / 48000.0
    for volts in 5.0 * np.sin(2.0 * np.pi * 100.0 * time + 1.0):
        scope.set(first=float(volts), second=2.5, trigger=float(volts), scale=10.0)
        scope.module.step()
    drawn = np.array(scope.state("first_trace"))
    across = np.arange(256) / 256.0
    assert drawn == pytest.approx(0.5 * np.sin(2.0 * np.pi * across), abs=0.02)
    assert list(scope.state("second_trace")) == pytest.approx([0.25] * 256)


def test_without_a_trigger_it_draws_what_there_is() -> None:
    scope = PlainModule("scope")
    scope.set(first=3.0, trigger=3.0, scale=12.0)
    for _ in range(9600):
        scope.module.step()
    assert list(scope.state("first_trace")) == pytest.approx([0.25] * 256)


def test_hold_keeps_the_picture() -> None:
    scope = PlainModule("scope")
    scope.set(first=3.0, trigger=3.0, hold=1)
    for _ in range(9600):
        scope.module.step()
    assert not any(scope.state("first_trace"))
