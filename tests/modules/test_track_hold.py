"""Voltages sampled, held, tracked and slewed at a gate."""

from math import log2

import numpy as np
import pytest

from tests.rendering import Render, Volts

GATE = np.array([0, 0, 5, 5, 5, 0, 0, 5, 5, 0, 0, 0], float)
RAMP = np.arange(12.0)
FRAMES = 9600
STEPS = np.where(np.arange(FRAMES) < 100, 0.0, np.where(np.arange(FRAMES) < 4800, 5.0, 2.0))


@pytest.mark.parametrize(
    ("outlet", "volts"),
    [
        ("sampled", [0, 0, 2, 2, 2, 2, 2, 7, 7, 7, 7, 7]),
        ("sampled_before", [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2]),
        ("tracked", [0, 1, 2, 2, 2, 5, 6, 7, 7, 9, 10, 11]),
        ("held", [0, 0, 2, 3, 4, 5, 5, 7, 8, 9, 9, 9]),
        ("slewed", list(range(12))),
        ("glided", list(range(12))),
    ],
)
def test_each_outlet_follows_or_holds_where_it_should(render: Render, outlet: str, volts: list[float]) -> None:
    assert render("track_hold", 12, {"audio": RAMP, "gate": GATE})[outlet].tolist() == volts


@pytest.mark.parametrize("seconds_per_volt", [0.002, 0.02])
@pytest.mark.parametrize(("outlet", "gate"), [("slewed", 0.0), ("glided", 10.0)])
def test_slew_and_glide_take_the_time_of_the_knob_for_each_volt(
    render: Render, outlet: str, gate: float, seconds_per_volt: float
) -> None:
    given: dict[str, Volts] = {"audio": STEPS, "gate": gate, "time": log2(seconds_per_volt)}
    heard = render("track_hold", FRAMES, given)[outlet]
    assert np.abs(np.diff(heard)).max() == pytest.approx(1.0 / (48000 * seconds_per_volt), rel=1e-6)
    arrived = np.argmax(heard >= 4.0) / 48000 - 100 / 48000
    assert arrived == pytest.approx(4.0 * seconds_per_volt, rel=0.01)


def test_slew_jumps_while_the_gate_is_on_and_glide_while_it_is_off(render: Render) -> None:
    assert (render("track_hold", FRAMES, {"audio": STEPS, "gate": 10.0, "time": 0.0})["slewed"] == STEPS).all()
    assert (render("track_hold", FRAMES, {"audio": STEPS, "time": 0.0})["glided"] == STEPS).all()


@pytest.mark.parametrize(("late", "jumps"), [(40, True), (60, False)])
def test_a_new_pitch_within_a_millisecond_of_the_gate_is_not_glided_to(
    render: Render, late: int, *, jumps: bool
) -> None:
    gate = np.where(np.arange(FRAMES) >= 100 - late, 10.0, 0.0)
    heard = render("track_hold", FRAMES, {"audio": STEPS, "gate": gate, "time": 0.0})["glided"]
    assert (heard[100] == 5.0) == jumps


def test_holding_the_button_is_as_good_as_a_gate(render: Render) -> None:
    heard = render("track_hold", 12, {"audio": RAMP, "push": True})
    assert heard["held"].tolist() == RAMP.tolist()
    assert heard["tracked"].tolist() == [0.0] * 12
