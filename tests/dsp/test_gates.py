"""When a gate is on."""

from livepatch.dsp import schmitt


def test_a_gate_is_on_from_one_volt_and_off_from_a_tenth() -> None:
    assert schmitt(was_on=False, volts=1.0)
    assert not schmitt(was_on=False, volts=0.99)
    assert schmitt(was_on=True, volts=0.2)
    assert not schmitt(was_on=True, volts=0.1)
