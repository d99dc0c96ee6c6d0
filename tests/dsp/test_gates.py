"""When a gate is on, what has just begun, and how long a trigger lasts."""

import numpy as np
import pytest

from livepatch.dsp import edge, pulse, schmitt
from tests.dsp.playing import Native, played


def test_a_gate_is_on_from_one_volt_and_off_from_a_tenth() -> None:
    gate = schmitt()
    assert [gate.process(volts) for volts in (0.99, 1.0, 0.2, 0.1, 0.99)] == [False, True, True, False, False]


def test_a_gate_takes_thresholds_of_its_own() -> None:
    gate = schmitt(-1.0, 2.0)
    assert [gate.process(volts) for volts in (1.9, 2.0, -0.9, -1.0)] == [False, True, True, False]
    with pytest.raises(ValueError, match="lower voltage"):
        schmitt(2.0, 1.0)


def test_an_edge_is_told_once() -> None:
    gate, volts = schmitt(), (0.0, 10.0, 10.0, 0.5, 0.0, 0.0, 5.0)
    assert [gate.rises(sample) for sample in volts] == [False, True, False, False, False, False, True]
    gate = schmitt()
    assert [gate.falls(sample) for sample in volts] == [False, False, False, False, True, False, False]


def test_what_becomes_true_is_noticed_once() -> None:
    rising, falling, changing = edge(), edge(), edge()
    states = (False, True, True, False, False)
    assert [rising.rises(on) for on in states] == [False, True, False, False, False]
    assert [falling.falls(on) for on in states] == [False, False, False, True, False]
    assert [changing.changes(on) for on in states] == [False, True, False, True, False]


def test_a_pulse_lasts_a_millisecond_or_as_long_as_it_is_told(native: Native) -> None:
    declared = "edge = schmitt()\npulse = pulse()"
    volts = np.zeros(400)
    volts[[10, 50, 300]] = 10.0
    started = (
        "if self.edge.rises(self.x):\n    self.pulse.start({})\nself.out = 10.0 if self.pulse.process() else 0.0"
    )
    out, _ = played(native, declared, started.format(""), frames=400, x=volts)
    assert list(np.flatnonzero(np.diff(out))) == [9, 97, 299, 347]
    out, _ = played(native, declared, started.format("0.002"), frames=400, x=volts, sample_rate=10000.0)
    assert list(np.flatnonzero(np.diff(out))) == [9, 29, 49, 69, 299, 319]


def test_a_pulse_can_be_stopped() -> None:
    trigger = pulse()
    trigger.start(1.0)
    assert trigger.process()
    trigger.stop()
    assert not trigger.process()
