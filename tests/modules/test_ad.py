"""Attack and decay: times, curve, loop, triggers."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.rendering import PlainModule, Render, Volts, frequency, rises

ONCE, LOOP = 0, 1


def strike(frames: int, *at: int) -> np.ndarray:
    trigger = np.zeros(frames)
    for frame in at:
        trigger[frame : frame + 48] = 10.0
    return trigger


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize("curve", [-1.0, 0.0, 0.6])
def test_each_segment_lasts_as_long_as_its_knob_says(render: Render, curve: float, sample_rate: float) -> None:
    frames = round(0.5 * sample_rate)
    given: dict[str, Volts] = {
        "attack": -1.0,
        "decay": np.log10(0.3),
        "curve": curve,
        "trigger": strike(frames, 0),
    }
    envelope = render("ad", frames, given, sample_rate=sample_rate)["envelope"]
    peak = int(envelope.argmax())
    assert peak / sample_rate == pytest.approx(0.1, rel=0.005)
    assert envelope[peak] == pytest.approx(10.0, abs=0.02)
    assert np.argmax(envelope[peak:] == 0.0) / sample_rate == pytest.approx(0.3, rel=0.005)
    assert not envelope[peak + round(0.31 * sample_rate) :].any()


@pytest.mark.parametrize(("curve", "middle"), [(0.0, 5.0), (1.0, 10.0 / 17.0), (-1.0, 160.0 / 17.0)])
def test_the_curve_bends_the_middle(render: Render, curve: float, middle: float) -> None:
    given: dict[str, Volts] = {"attack": -1.0, "decay": -1.0, "curve": curve, "trigger": strike(9600, 0)}
    envelope = render("ad", 9600, given)["envelope"]
    assert envelope[2400] == pytest.approx(middle, abs=0.02)
    assert envelope[7200] == pytest.approx(middle, abs=0.02)


def test_a_trigger_on_the_way_down_climbs_again_without_a_jump(render: Render) -> None:
    given: dict[str, Volts] = {"attack": -2.0, "decay": -1.0, "trigger": strike(9600, 0, 2400)}
    envelope = render("ad", 9600, given)["envelope"]
    assert np.abs(np.diff(envelope)).max() < 0.12
    assert envelope[2400:].max() == pytest.approx(10.0, abs=0.05)


def test_looped_it_keeps_its_cycle_to_the_hertz(render: Render) -> None:
    given = {"attack": -2.0, "decay": float(np.log10(0.03)), "mode": LOOP, "curve": 0.0}
    heard = render("ad", 96000, given)
    assert frequency(heard["envelope"], threshold=5.0) == pytest.approx(25.0, rel=1e-3)
    assert np.diff(rises(heard["end"], 5.0)) == pytest.approx(1920.0, abs=1.0)
    assert np.mean(heard["rising"]) == pytest.approx(2.5, rel=0.01)


def test_a_volt_is_an_octave_up_to_audio(render: Render) -> None:
    period = float(np.log10(0.5 / C4_HZ))
    given = {"attack": period, "decay": period, "mode": LOOP, "curve": 0.0}
    for volts in (-1.0, 0.0, 2.0):
        envelope = render("ad", 48000, {**given, "voct": volts})["envelope"]
        assert frequency(envelope, threshold=5.0) == pytest.approx(C4_HZ * 2.0**volts, rel=2e-3)


def test_once_it_waits_for_the_next_trigger_and_ends_with_one() -> None:
    plain = PlainModule("ad")
    plain.set(attack=-3.0, decay=-3.0)
    for _ in range(100):
        plain.module.step()
    assert plain.state("envelope") == 0.0
    plain.set(push=True)
    ends = []
    for _ in range(300):
        plain.module.step()
        ends.append(plain.state("end"))
    assert sum(end == 10.0 for end in ends) == pytest.approx(48, abs=1)
    assert plain.state("envelope") == 0.0
