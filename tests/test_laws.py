import pytest

from livepatch import laws
from livepatch.panel import Button, Knob, RackParam, Switch

WIDE = Knob(name="k", minimum=-1000.0, maximum=1000.0, default=0.0)


@pytest.mark.parametrize(
    ("law", "value", "becomes"),
    [
        ("", 0.3, 0.3),
        ("square", 0.5, 0.25),
        ("square", -0.5, -0.25),
        ("fifth power", 0.0, 0.0),
        ("fifth power", 1.0, 30.103),
    ],
)
def test_a_law_turns_racks_value_into_ours_and_back(law: str, value: float, becomes: float) -> None:
    param = RackParam("k", 2.0, 1.0, law)
    turned = laws.ours(param, value, WIDE)
    assert turned == pytest.approx(2.0 * becomes + 1.0, abs=1e-3)
    assert laws.racks(param, turned) == pytest.approx(value)


def test_a_fifth_power_of_nothing_is_silence() -> None:
    assert laws.ours(RackParam("k", 1.0, 0.0, "fifth power"), -1.0, WIDE) == laws.SILENT_DB
    assert laws.ours(RackParam("k", 1.0, 0.0, "fifth power"), -7.0, WIDE) == laws.SILENT_DB


def test_whatever_rack_says_a_knob_a_switch_and_a_button_stay_what_they_are() -> None:
    for law in laws.LAWS:
        for value in (-1e308, -2.0, 0.4, 0.6, 1e308):
            param = RackParam("k", 1e10, 0.0, law)
            assert -1000.0 <= laws.ours(param, value, WIDE) <= 1000.0
            assert laws.ours(param, value, Switch(name="k", choices=("a", "b", "c"))) in (0.0, 1.0, 2.0)
            assert laws.ours(param, value, Button(name="k")) in (0.0, 1.0)
