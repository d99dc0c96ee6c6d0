"""Pan laws beside their formulas."""

import numpy as np
import pytest

from livepatch.dsp import pan_balance, pan_between, pan_linear, pan_power

POSITIONS = np.linspace(-1.0, 1.0, 41)


@pytest.mark.parametrize(
    ("law", "middle_db"), [(pan_linear, -6.0206), (pan_power, -3.0103), (pan_between, -4.5154), (pan_balance, 0.0)]
)
def test_a_law_is_as_loud_in_the_middle_as_it_says(law: object, middle_db: float) -> None:
    assert callable(law)
    assert 20.0 * np.log10(law(0.0)) == pytest.approx(middle_db, abs=1e-4)
    assert [law(place) for place in (-1.0, 1.0, -7.0, 7.0)] == pytest.approx([0.0, 1.0, 0.0, 1.0], abs=1e-12)


def test_each_law_keeps_what_it_keeps() -> None:
    for place in POSITIONS:
        assert pan_linear(place) + pan_linear(-place) == pytest.approx(1.0, abs=1e-12)
        assert pan_power(place) ** 2 + pan_power(-place) ** 2 == pytest.approx(1.0, abs=1e-12)
        assert pan_power(place) == pytest.approx(np.sin(0.25 * np.pi * (1.0 + place)), abs=1e-12)
        assert pan_between(place) ** 2 == pytest.approx(pan_linear(place) * pan_power(place), abs=1e-12)
