"""When a gate is on."""

import pytest

from livepatch.dsp import is_on, schmitt


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


def test_a_gate_with_a_state_of_ones_own_is_the_same() -> None:
    gate, on = schmitt(), False
    for volts in (0.99, 1.0, 0.2, 0.1, 0.99, 5.0):
        on = is_on(on, volts)
        assert on == gate.process(volts)
