"""Patches of Fundamental as they sound: tune, level and modulation by the laws that Rack states."""

import math

import numpy as np
import pytest

from tests.patch.vcv.racks import C4, OUT, RATE, VCO, Play, Volts, fundamental, steady

pytestmark = pytest.mark.timeout(300)
SETTLED = RATE // 5


def hertz(volts: Volts) -> float:
    volts = volts - volts.mean()
    rising = np.flatnonzero((volts[1:] > 0.0) & (volts[:-1] <= 0.0))
    times = rising + volts[rising] / (volts[rising] - volts[rising + 1])
    return float((len(times) - 1) / (times[-1] - times[0]) * RATE)


def level_db(volts: Volts) -> float:
    """Against a sine of 5 V."""
    return float(20.0 * np.log10(np.sqrt(2.0 * np.mean(np.square(volts[SETTLED:]))) / 5.0))


@pytest.mark.parametrize("semitones", [0.0, -12.0, 7.0, 43.0])
def test_a_vco_is_tuned_in_semitones_from_c4(play: Play, semitones: float) -> None:
    volts = play([fundamental("VCO", {2: semitones}), OUT], [(0, 0, 1, 0)])
    assert hertz(volts[SETTLED:]) == pytest.approx(C4 * 2 ** (semitones / 12), rel=1e-4)
    assert level_db(volts) == pytest.approx(0.0, abs=0.05)


def test_pitch_and_fm_are_a_volt_an_octave(play: Play) -> None:
    lower = play([VCO, OUT, fundamental("Octave", {0: -2.0})], [(0, 0, 1, 0), (2, 0, 0, 0)])
    assert hertz(lower[SETTLED:]) == pytest.approx(C4, rel=1e-4)
    modulated = play([fundamental("VCO", {2: 0.0, 4: 0.5}), OUT, steady(2.0)], [(0, 0, 1, 0), (2, 0, 0, 1)])
    assert hertz(modulated[SETTLED:]) == pytest.approx(2 * C4, rel=1e-4)


def test_levels_multiply_as_the_knobs_and_voltages_say(play: Play) -> None:
    vca = play(
        [VCO, OUT, fundamental("VCA-1", {0: 0.5, 1: 1.0}), steady(5.0)], [(0, 0, 2, 1), (2, 0, 1, 0), (3, 0, 2, 0)]
    )
    assert level_db(vca) == pytest.approx(20 * math.log10(0.25), abs=0.05)
    exponential = play(
        [VCO, OUT, fundamental("VCA-1", {0: 1.0, 1: 0.0}), steady(5.0)], [(0, 0, 2, 1), (2, 0, 1, 0), (3, 0, 2, 0)]
    )
    assert level_db(exponential) == pytest.approx(80 * math.log10(0.5), abs=0.05)
    mixed = play([VCO, OUT, fundamental("VCMixer", {0: 0.7, 1: 0.6})], [(0, 0, 2, 1), (2, 0, 1, 0)])
    assert level_db(mixed) == pytest.approx(20 * math.log10(0.7 * 0.6**2), abs=0.05)
    loud = play([VCO, ("Core", "AudioInterface2", {0: 0.7}, {})], [(0, 0, 1, 0)])
    assert level_db(loud) == pytest.approx(40 * math.log10(0.7), abs=0.05)


def test_cables_stacked_in_an_inlet_add(play: Play) -> None:
    halves = [fundamental("VCA-1", {0: 0.5, 1: 1.0}), fundamental("VCA-1", {0: 0.25, 1: 1.0})]
    volts = play([VCO, OUT, *halves], [(0, 0, 2, 1), (0, 0, 3, 1), (2, 0, 1, 0), (3, 0, 1, 0)])
    assert level_db(volts) == pytest.approx(20 * math.log10(0.75), abs=0.05)


@pytest.mark.parametrize("octaves", [1.0, 3.0, 5.5])
def test_an_lfo_counts_octaves_from_1_hz(play: Play, octaves: float) -> None:
    lfo = fundamental("LFO", {0: 0.0, 1: 0.0, 2: octaves, 5: 0.5})
    assert hertz(play([lfo, OUT], [(0, 3, 1, 0)], 2.5)) == pytest.approx(2**octaves, rel=0.005)


@pytest.mark.parametrize("knob", [0.5, 0.7])
def test_a_vcf_cuts_off_ten_octaves_a_turn(play: Play, knob: float) -> None:
    def through(octaves: float) -> float:
        tone = fundamental("VCO", {2: 12.0 * (10.0 * knob - 5.0 + octaves)})
        quiet = fundamental("VCA-1", {0: 0.1, 1: 1.0})
        volts = play([tone, OUT, fundamental("VCF", {0: knob}), quiet], [(0, 1, 3, 1), (3, 0, 2, 3), (2, 0, 1, 0)])
        return level_db(volts)

    assert through(0.0) - through(-3.0) == pytest.approx(-11.8, abs=0.6)


def test_an_adsr_takes_a_thousandth_to_ten_seconds_to_do_two_thirds(play: Play) -> None:
    tau = 10 ** (4 * 0.5 - 3)
    adsr = fundamental("ADSR", {0: 0.2, 1: 0.2, 2: 1.0, 3: 0.5, 4: 0.0, 5: 0.0, 6: 0.0, 7: 0.0})
    gate = fundamental("LFO", {0: 1.0, 1: 0.0, 2: -1.0, 5: 0.5})
    vca = fundamental("VCA-1", {0: 1.0, 1: 1.0})
    volts = play([VCO, OUT, adsr, gate, vca], [(0, 0, 4, 1), (2, 0, 4, 0), (3, 3, 2, 4), (4, 0, 1, 0)], 1.9)
    height = np.maximum.reduceat(np.abs(volts), np.arange(0, len(volts), 48))
    released = height[1000:]
    assert np.argmax(released < 5.0 / math.e) / 1000.0 == pytest.approx(tau, rel=0.08)


def test_a_sequencer_steps_at_its_tempo_through_its_voltages(play: Play) -> None:
    seq3 = fundamental("SEQ3", {0: 1.0, 3: 2.0, 4: -1.0, 5: 0.5}, data={"running": True, "gates": [True] * 8})
    volts = play([VCO, OUT, seq3], [(0, 0, 1, 0), (2, 1, 0, 0)], 2.0)
    steps = [hertz(volts[int(at * RATE) : int((at + 0.3) * RATE)]) for at in (0.1, 0.6, 1.1, 1.6)]
    assert steps == pytest.approx([2 * C4, 4 * C4 * 2**0.5] * 2, rel=1e-3)


def test_a_delay_and_noise_are_as_late_and_as_loud_as_racks(play: Play) -> None:
    click = fundamental("LFO", {0: 1.0, 1: 0.0, 2: -2.0, 5: 0.01})
    delay = fundamental("Delay", {0: 0.5, 1: 0.0, 2: 0.5, 3: 1.0, 4: 0.0, 5: 0.0, 6: 0.0, 7: 0.0})
    volts = play([click, OUT, delay], [(0, 3, 2, 4), (2, 1, 1, 0)], 1.0)
    assert np.argmax(np.abs(volts) > 2.0) / RATE == pytest.approx(0.1, abs=0.004)
    for outlet in (0, 4):
        noise = play([fundamental("Noise", {}), OUT], [(0, outlet, 1, 0)], 2.0)
        assert level_db(noise) == pytest.approx(0.0, abs=0.4)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("RandomValues", [[number - 2.5] + [9.0] * 15 for number in range(7)]),
        ("SHASR", [number - 2.5 for number in range(8)]),
    ],
)
def test_voltages_that_were_held_are_held_again(play: Play, model: str, values: list[object]) -> None:
    holder = fundamental(model, {}, data={"values": values, "randomGain": 2.0, "randomOffset": -1.0})
    for outlet, volts in ((0, -2.5), (3, 0.5), (6, 3.5)):
        heard = play([holder, fundamental("VCO", {2: 0.0}), OUT], [(0, outlet, 1, 0), (1, 0, 2, 0)])
        assert hertz(heard[SETTLED:]) == pytest.approx(C4 * 2**volts, rel=1e-4)
