"""The filter: slopes, cutoff, resonance, self-oscillation, drive."""

import numpy as np
import pytest

from livepatch import laws
from livepatch.voltage import C4_HZ
from tests.rendering import Render, Volts, all_finite, frequency, level_db, panel_of_type

FRAMES = 16384
PULSE = np.zeros(FRAMES)
PULSE[0] = 1e-3


def responses_db(
    render: Render, given: dict[str, Volts], hertz: list[float], sample_rate: float = 48000.0
) -> dict[str, list[float]]:
    """Gain of each outlet at each frequency, from its answer to a small pulse."""
    rendered = render("vcf", FRAMES, {**given, "audio": PULSE}, sample_rate=sample_rate)
    turns = np.exp(-2j * np.pi * np.outer(hertz, np.arange(FRAMES)) / sample_rate)
    return {name: list(20.0 * np.log10(np.abs(turns @ block) / PULSE[0])) for name, block in rendered.items()}


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
def test_each_outlet_has_its_slope(render: Render, sample_rate: float) -> None:
    cutoff_hz = 2.0 * C4_HZ
    found = responses_db(render, {"cutoff": 1.0}, [cutoff_hz / 8, cutoff_hz, cutoff_hz * 4], sample_rate)
    assert found["low"] == pytest.approx([-0.27, -12.04, -49.2], abs=0.6)
    assert found["low12"] == pytest.approx([-0.14, -6.02, -24.6], abs=0.4)
    assert found["band"] == pytest.approx([-24.35, 0.0, -13.1], abs=0.5)
    assert found["high"] == pytest.approx([-72.5, -12.04, -1.05], abs=0.6)


def test_a_volt_is_an_octave(render: Render) -> None:
    assert responses_db(render, {"cutoff": 1.0, "voct": 1.0}, [4.0 * C4_HZ])["low"] == pytest.approx(
        [-12.04], abs=0.01
    )


def test_resonance_lifts_the_cutoff(render: Render) -> None:
    flat, peak = responses_db(render, {"cutoff": 2.0, "resonance": 0.6}, [50.0, 4.0 * C4_HZ])["low"]
    assert peak - flat > 8.0


@pytest.mark.parametrize("cutoff", [-1.0, 0.0, 2.5, 5.0])
def test_at_full_resonance_it_sings_in_tune_and_stays_bounded(render: Render, cutoff: float) -> None:
    low = render("vcf", 48000, {"cutoff": cutoff, "resonance": 1.0, "audio": PULSE_LONG})["low"][24000:]
    cents = 1200.0 * np.log2(frequency(low) / (C4_HZ * 2.0**cutoff))
    assert abs(cents) < 1.0
    assert 3.0 < np.abs(low).max() < 5.5


def test_below_87_percent_it_rings_out(render: Render) -> None:
    assert np.abs(render("vcf", 48000, {"resonance": 0.8, "audio": PULSE_LONG})["low"][-4800:]).max() < 1e-6


def test_drive_adds_harmonics_and_stays_within_the_rails(render: Render) -> None:
    tone = 5.0 * np.sin(2.0 * np.pi * 375.0 * np.arange(FRAMES) / 48000.0)
    thirds = []
    for drive in (0.0, 15.0, 30.0):
        low = render("vcf", FRAMES, {"audio": tone, "drive": drive, "cutoff": 6.25})["low"]
        thirds.append(level_db(low, 1125.0) - level_db(low, 375.0))
        assert np.abs(low).max() < 12.0
    assert thirds[0] < -45.0
    assert thirds[0] + 20.0 < thirds[1] < thirds[2] < -9.0


def test_silence_in_is_silence_out(render: Render) -> None:
    burst = np.zeros(48000)
    burst[:4800] = np.random.default_rng(2).uniform(-5.0, 5.0, 4800)
    rendered = render("vcf", 48000, {"audio": burst, "cutoff": 0.0})
    for block in rendered.values():
        assert np.abs(block[-100:]).max() < 1e-9
        small = np.abs(block[(block != 0.0)])
        assert small.min() > 1e-100


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(3)
    given: dict[str, Volts] = {
        "cutoff": chance.uniform(-4.0, 6.25, 9600),
        "resonance": 1.0,
        "drive": 30.0,
        "audio": chance.normal(size=9600) * 1e6,
        "voct": chance.normal(size=9600) * 1e3,
    }
    rendered = render("vcf", 9600, given)
    assert all_finite(rendered)
    assert max(np.abs(block).max() for block in rendered.values()) < 400.0


PULSE_LONG = np.zeros(48000)
PULSE_LONG[0] = 5.0


def test_at_full_depth_a_volt_of_fm_is_an_octave_and_at_none_it_is_nothing(render: Render) -> None:
    given = {"cutoff": 1.0, "fm": 1.0}
    for depth, octaves in ((0.0, 1.0), (1.0, 2.0), (-0.5, 0.5)):
        heard = responses_db(render, {**given, "fm_depth": depth}, [C4_HZ * 2.0**octaves])["low"]
        assert heard == pytest.approx([-12.04], abs=0.02)


def test_voltages_move_resonance_and_drive_as_their_knobs_do(render: Render) -> None:
    tone = np.sin(2.0 * np.pi * 375.0 * np.arange(FRAMES) / 48000.0)
    turned = render("vcf", FRAMES, {"audio": tone, "resonance": 0.5, "drive": 15.0})
    cables = {"resonance_cv": 5.0, "resonance_depth": 1.0, "drive_cv": -5.0, "drive_depth": -1.0}
    patched = render("vcf", FRAMES, {"audio": tone, **cables})
    for outlet, block in turned.items():
        assert patched[outlet] == pytest.approx(block, abs=1e-12)


@pytest.mark.parametrize(("cutoff", "resonance"), [(0.0, 0.0), (2.0, 0.3), (4.0, 0.7), (6.0, 0.5)])
def test_the_response_is_within_a_fifth_of_a_decibel_of_the_analogue_ladder(
    render: Render, cutoff: float, resonance: float
) -> None:
    hertz = [C4_HZ * 2.0 ** (cutoff + octaves) for octaves in (-2.0, -1.0, -0.3, 0.0, 0.2)]
    found = responses_db(render, {"cutoff": cutoff, "resonance": resonance}, hertz)
    s = 1j * np.tan(np.pi * np.array(hertz) / 48000.0) / np.tan(np.pi * C4_HZ * 2.0**cutoff / 48000.0)
    k = 4.6 * resonance
    ladder = (1.0 + 0.4 * k) / ((1.0 + s) ** 4 + k)
    for outlet, response in (
        ("low", ladder),
        ("low12", ladder * (1.0 + s) ** 2),
        ("band", ladder * 4.0 * s**2),
        ("high", ladder * s**4),
    ):
        assert found[outlet] == pytest.approx(list(20.0 * np.log10(np.abs(response))), abs=0.2)


def test_the_knobs_of_a_rack_patch_feed_back_and_drive_as_much_as_racks() -> None:
    panel = panel_of_type("vcf")
    params = panel.rack["Fundamental/VCF"].params
    resonance, drive = panel.knob("resonance"), panel.knob("drive")
    assert resonance is not None
    assert drive is not None
    for turned in (0.0, 0.3, 0.5, 0.63):
        assert 4.6 * laws.ours(params[2], turned, resonance) == pytest.approx(10.0 * turned**2)
        gain = 10.0 ** (laws.ours(params[4], turned, drive) / 20.0)
        assert gain == pytest.approx((1.0 + turned) ** 5)
        assert laws.racks(params[2], laws.ours(params[2], turned, resonance)) == pytest.approx(turned)
    assert laws.ours(params[2], 1.0, resonance) == 1.0


def test_a_lowpass_of_8_khz_is_darker_at_16_khz_the_nearer_half_the_sample_rate_is(render: Render) -> None:
    given: dict[str, Volts] = {"cutoff": float(np.log2(8000.0 / C4_HZ))}
    analogue = -20.0 * np.log10(5.0**2)
    at_48, at_96 = (responses_db(render, given, [16000.0], rate)["low"][0] for rate in (48000.0, 96000.0))
    assert at_48 - analogue == pytest.approx(-12.0, abs=0.1)
    assert at_96 - analogue == pytest.approx(-2.1, abs=0.1)
