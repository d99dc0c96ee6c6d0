"""The filters beside the formulas they come from."""

from typing import Any

import numpy as np
import pytest

from tests.dsp.playing import Native, decibels, impulse, played, response

LONG = 16384
HERTZ = np.array([100.0, 1000.0, 2000.0, 5000.0, 12000.0, 20000.0])
RATE = 48000.0


def bent(hertz: Any) -> Any:
    """The frequency of the analog model that the bilinear transform puts at `hertz`."""
    return np.tan(np.pi * np.asarray(hertz) / RATE)


def test_a_one_pole_is_its_analog_model_with_bent_frequencies(native: Native) -> None:
    low, high = played(
        native,
        "a = one_pole()\nb = one_pole()",
        "self.out = self.a.low(self.x, 1000.0)\nself.other = self.b.high(self.x, 1000.0)",
        frames=LONG,
        x=impulse(LONG),
    )
    s = 1j * bent(HERTZ) / bent(1000.0)
    assert np.abs(response(low, HERTZ) - 1.0 / (1.0 + s)).max() < 1e-9
    assert np.abs(response(high, HERTZ) - s / (1.0 + s)).max() < 1e-9
    assert decibels(response(low, 1000.0))[0] == pytest.approx(-3.0103, abs=1e-4)


def test_a_one_pole_allpass_turns_by_90_degrees_at_its_cutoff(native: Native) -> None:
    out, _ = played(
        native, "a = one_pole()", "self.out = self.a.all(self.x, 1000.0)", frames=LONG, x=impulse(LONG)
    )
    assert np.abs(response(out, HERTZ)) == pytest.approx(1.0, abs=1e-9)
    assert np.angle(response(out, 1000.0))[0] == pytest.approx(-np.pi / 2.0, abs=1e-9)


def cookbook(kind: str, cutoff: float, q: float, gain_db: float) -> Any:
    """The complex gain at HERTZ that the cookbook's coefficients have."""
    w = 2.0 * np.pi * cutoff / RATE
    c, alpha, a = np.cos(w), np.sin(w) / (2.0 * q), 10.0 ** (gain_db / 40.0)
    r = 2.0 * np.sqrt(a) * alpha
    b, d = {
        "low": ([(1 - c) / 2, 1 - c, (1 - c) / 2], [1 + alpha, -2 * c, 1 - alpha]),
        "high": ([(1 + c) / 2, -(1 + c), (1 + c) / 2], [1 + alpha, -2 * c, 1 - alpha]),
        "band": ([alpha, 0, -alpha], [1 + alpha, -2 * c, 1 - alpha]),
        "notch": ([1, -2 * c, 1], [1 + alpha, -2 * c, 1 - alpha]),
        "all": ([1 - alpha, -2 * c, 1 + alpha], [1 + alpha, -2 * c, 1 - alpha]),
        "peak": ([1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]),
        "low_shelf": (
            [a * (a + 1 - (a - 1) * c + r), 2 * a * (a - 1 - (a + 1) * c), a * (a + 1 - (a - 1) * c - r)],
            [a + 1 + (a - 1) * c + r, -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - r],
        ),
        "high_shelf": (
            [a * (a + 1 + (a - 1) * c + r), -2 * a * (a - 1 + (a + 1) * c), a * (a + 1 + (a - 1) * c - r)],
            [a + 1 - (a - 1) * c + r, 2 * (a - 1 - (a + 1) * c), a + 1 - (a - 1) * c - r],
        ),
    }[kind]
    z = np.exp(-2j * np.pi * HERTZ / RATE)
    return (b[0] + b[1] * z + b[2] * z * z) / (d[0] + d[1] * z + d[2] * z * z)


@pytest.mark.parametrize("kind", ["low", "high", "band", "notch", "all"])
def test_a_biquad_is_the_cookbooks(native: Native, kind: str) -> None:
    out, _ = played(
        native,
        "a = biquad()",
        f"self.out = self.a.{kind}(self.x, 2000.0, self.k)",
        frames=LONG,
        x=impulse(LONG),
        k=3.0,
    )
    assert np.abs(response(out, HERTZ) - cookbook(kind, 2000.0, 3.0, 0.0)).max() < 1e-9


@pytest.mark.parametrize(
    ("kind", "order"), [("peak", "0.7, self.k"), ("low_shelf", "self.k, 0.7"), ("high_shelf", "self.k, 0.7")]
)
@pytest.mark.parametrize("gain_db", [-9.0, 12.0])
def test_an_equaliser_is_the_cookbooks(native: Native, kind: str, order: str, gain_db: float) -> None:
    step = f"self.out = self.a.{kind}(self.x, 2000.0, {order})"
    out, _ = played(native, "a = biquad()", step, frames=LONG, x=impulse(LONG), k=gain_db)
    assert np.abs(response(out, HERTZ) - cookbook(kind, 2000.0, 0.7, gain_db)).max() < 1e-9
    edge = {"peak": 2000.0, "low_shelf": 5.0, "high_shelf": 23990.0}[kind]
    assert decibels(response(out, edge))[0] == pytest.approx(gain_db, abs=1e-3)


def test_a_state_variable_filter_is_its_analog_model_with_bent_frequencies(native: Native) -> None:
    low, band = played(
        native,
        "a = state_variable()",
        "self.out = self.a.process(self.x, 1000.0, 4.0)\nself.other = self.a.band",
        frames=LONG,
        x=impulse(LONG),
    )
    high, notch = played(
        native,
        "a = state_variable()",
        "self.a.process(self.x, 1000.0, 4.0)\nself.out = self.a.high\nself.other = self.a.low + self.a.high",
        frames=LONG,
        x=impulse(LONG),
    )
    s = 1j * bent(HERTZ) / bent(1000.0)
    bottom = 1.0 + s / 4.0 + s * s
    for found, top in ((low, 1.0), (band, s / 4.0), (high, s * s), (notch, 1.0 + s * s)):
        assert np.abs(response(found, HERTZ) - top / bottom).max() < 1e-9
    assert decibels(response(low, 1000.0))[0] == pytest.approx(12.0412, abs=1e-4)


def test_a_state_variable_filter_bears_a_cutoff_that_jumps(native: Native) -> None:
    chance = np.random.default_rng(5)
    out, _ = played(
        native,
        "a = state_variable()",
        "self.out = self.a.process(self.x, self.k, 10.0)",
        frames=4000,
        x=chance.uniform(-5.0, 5.0, 4000),
        k=chance.uniform(0.0, 24000.0, 4000),
    )
    assert np.abs(out).max() < 60.0


def test_a_ladder_is_its_analog_model_with_bent_frequencies(native: Native) -> None:
    step = "self.out = self.a.process(self.x, 1000.0, self.k)"
    s = 1j * bent(HERTZ) / bent(1000.0)
    for resonance in (0.0, 0.6):
        out, _ = played(native, "a = ladder()", step, frames=LONG, x=0.1 * impulse(LONG), k=resonance)
        expected = 1.0 / ((1.0 + s) ** 4 + 4.0 * resonance)
        assert np.abs(response(10.0 * out, HERTZ) - expected).max() < 1e-4


def test_a_ladder_sings_at_full_resonance_and_stays_below_its_headroom(native: Native) -> None:
    out, _ = played(
        native,
        "a = ladder(headroom=10.0)",
        "self.out = self.a.process(self.x, 1000.0, 1.05)",
        frames=48000,
        tolerance=1e-6,
        x=impulse(48000),
    )
    settled = out[24000:]
    assert 0.1 < np.abs(settled).max() < 10.0
    rises = np.count_nonzero((settled[:-1] < 0.0) & (settled[1:] >= 0.0))
    assert rises == pytest.approx(500, abs=3)


@pytest.mark.parametrize(
    ("declared", "call"),
    [
        ("a = one_pole()", "low(self.x, self.k)"),
        ("a = biquad()", "low(self.x, self.k, self.y)"),
        ("a = biquad()", "high_shelf(self.x, self.k, self.y)"),
        ("a = state_variable()", "process(self.x, self.k, self.y)"),
        ("a = ladder()", "process(self.x, self.k, 1.0)"),
    ],
)
@pytest.mark.parametrize("cutoff", [-100000.0, 0.0, 100000.0])
def test_a_filter_stays_finite_at_any_cutoff(native: Native, declared: str, call: str, cutoff: float) -> None:
    noise = np.random.default_rng(1).uniform(-10.0, 10.0, 2000)
    out, _ = played(
        native, declared, f"self.out = self.a.{call}", frames=2000, x=noise, k=cutoff, y=-3.0, tolerance=1e-6
    )
    assert np.isfinite(out).all()
    assert np.abs(out).max() < 1e4
