"""Audio out 8 and 16: a channel for each inlet."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, panel_of_type


@pytest.mark.parametrize("channels", [8, 16])
def test_every_inlet_goes_to_the_channel_of_its_number_with_all_its_voices(render: Render, channels: int) -> None:
    given: dict[str, Volts] = {f"to{number}": float(number) for number in range(1, channels)}
    given[f"to{channels}"] = np.tile([1.0, 2.0, 4.0], (100, 1))
    heard = render(f"audio_out{channels}", 100, {**given, "level": 0.5})
    assert [heard[name][-1] for name in panel_of_type(f"audio_out{channels}").speakers] == [
        *(0.5 * number for number in range(1, channels)),
        3.5,
    ]


@pytest.mark.parametrize("channels", [8, 16])
def test_channels_without_a_cable_are_silent(render: Render, channels: int) -> None:
    heard = render(f"audio_out{channels}", 100, {"to3": 5.0})
    assert [name for name, volts in heard.items() if np.any(volts)] == ["main3"]
