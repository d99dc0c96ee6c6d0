"""One signal sent to four places."""

import numpy as np
import pytest

from tests.rendering import Render

CLOCK = np.where(np.arange(10000) % 1000 >= 500, 10.0, 0.0)


def places(heard: dict[str, np.ndarray], frame: int) -> list[float]:
    return [heard[f"out{number}"][frame] for number in range(1, 5)]


@pytest.mark.parametrize(("steps", "count"), [(0, 2), (1, 3), (2, 4)])
def test_each_rise_of_the_clock_sends_it_to_the_next_outlet(render: Render, steps: int, count: int) -> None:
    heard = render("switch1to4", 10000, {"audio": 3.0, "clock": CLOCK, "steps": steps})
    for step in range(10):
        expected = [3.0 if number == step % count else 0.0 for number in range(4)]
        assert places(heard, 1000 * step + 499) == expected


def test_a_clock_within_a_millisecond_after_reset_is_ignored(render: Render) -> None:
    reset = np.zeros(10000)
    reset[2500:2600] = 10.0
    reset[6460:6560] = 10.0
    heard = render("switch1to4", 10000, {"audio": 1.0, "clock": CLOCK, "reset": reset})
    assert places(heard, 2499) == [0.0, 0.0, 1.0, 0.0]
    assert places(heard, 2500) == [1.0, 0.0, 0.0, 0.0]
    assert places(heard, 6499) == places(heard, 6600) == [1.0, 0.0, 0.0, 0.0]
    assert places(heard, 7600) == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(("fade", "frames"), [(0, 1), (1, 240)])
def test_it_jumps_or_fades_over_five_milliseconds(render: Render, fade: int, frames: int) -> None:
    heard = render("switch1to4", 1000, {"audio": 5.0, "clock": CLOCK[:1000], "fade": fade})
    assert np.count_nonzero(np.diff(heard["out1"])) == pytest.approx(frames, abs=1)
    assert heard["out1"] + heard["out2"] == pytest.approx(5.0)
    assert heard["out2"][-1] == 5.0


def test_all_voices_of_a_cable_take_the_same_way(render: Render) -> None:
    chord = np.tile([1.0, 2.0, 4.0], (1000, 1))
    heard = render("switch1to4", 1000, {"audio": chord, "clock": CLOCK[:1000]})
    assert heard["out1"][499].tolist() == heard["out2"][500].tolist() == [1.0, 2.0, 4.0]
    assert not heard["out1"][500].any()
