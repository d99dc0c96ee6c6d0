"""One signal at eight outlets."""

import numpy as np

from tests.rendering import Render


def test_every_outlet_repeats_the_inlet(render: Render) -> None:
    volts = np.linspace(-12.0, 12.0, 100)
    heard = render("mult", 100, {"audio": volts})
    assert list(heard) == [f"out{number}" for number in range(1, 9)]
    assert all((block == volts).all() for block in heard.values())
