"""Any voltage to the nearest note of a scale."""

import numpy as np
import pytest

from tests.rendering import MODULES, Render, panel_of_type

STEPS = {
    "chromatic": "0 1 2 3 4 5 6 7 8 9 10 11",
    "major": "0 2 4 5 7 9 11",
    "minor": "0 2 3 5 7 8 10",
    "dorian": "0 2 3 5 7 9 10",
    "phrygian": "0 1 3 5 7 8 10",
    "minor pentatonic": "0 3 5 7 10",
    "major pentatonic": "0 2 4 7 9",
    "blues": "0 3 5 6 7 10",
    "whole tone": "0 2 4 6 8 10",
}


def test_every_scale_of_the_switch_is_tested() -> None:
    assert (MODULES / "quantizer.py").exists()
    scale = panel_of_type("quantizer").switches[0]
    assert scale.choices == tuple(STEPS)


@pytest.mark.parametrize("root", [0, 9])
@pytest.mark.parametrize("scale", list(STEPS))
def test_every_voltage_goes_to_the_nearest_note(render: Render, scale: str, root: int) -> None:
    steps = [int(step) for step in STEPS[scale].split()]
    notes = np.array([12 * octave + step + root for octave in range(-6, 7) for step in steps]) / 12.0
    voct = np.linspace(-3.3, 3.3, 457)
    out = render("quantizer", 457, {"voct": voct, "scale": list(STEPS).index(scale), "root": float(root)})["out"]
    assert np.abs(out[:, None] - notes).min(axis=1).max() < 1e-12
    assert np.abs(out - voct) == pytest.approx(np.abs(voct[:, None] - notes).min(axis=1), abs=1e-12)


def test_a_new_note_gives_a_trigger_of_a_millisecond(render: Render) -> None:
    voct = np.repeat([0.0, 1.0], 480)
    trigger = render("quantizer", 960, {"voct": voct})["trigger"]
    on = np.flatnonzero(trigger)
    assert on[0] == 480
    assert len(on) == pytest.approx(48, abs=1)
    assert np.ptp(on) == len(on) - 1


def test_notes_that_are_off_are_left_out_of_the_scale(render: Render) -> None:
    off = {f"note{number}": 0 for number in range(1, 13) if number not in {1, 8}}
    voct = np.array([0.0, 0.2, 0.3, 0.6, 0.9, -0.3])
    fifths = render("quantizer", 6, {"voct": voct, **off})["out"]
    assert fifths == pytest.approx(np.array([0, 0, 7, 7, 12, -5]) / 12.0)
    major = render("quantizer", 6, {"voct": voct, "scale": 1, "note8": 0})["out"]
    assert major == pytest.approx(np.array([0, 2, 4, 9, 11, -3]) / 12.0)
    nothing = render("quantizer", 6, {"voct": voct, **off, "note1": 0, "note8": 0})["out"]
    assert nothing == pytest.approx(np.array([0, 2, 4, 7, 11, -4]) / 12.0)


def test_the_offset_is_added_before_the_note_is_found(render: Render) -> None:
    out = render("quantizer", 2, {"voct": 0.0, "offset": 0.5})["out"]
    assert out[-1] == pytest.approx(0.5)
