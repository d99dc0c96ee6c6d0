"""Patches of Fundamental against the laws of Rack's modules, computed sample by sample."""

import math

import numpy as np
import pytest

from livepatch.dsp import EDGE_DELAY
from livepatch.engine.output import DC_BLOCK_HZ
from tests.patch.vcv.racks import C4, OUT, RATE, Play, RackModule, Volts, fundamental, steady
from tests.rendering import frequency, level_db

pytestmark = pytest.mark.timeout(300)
QUIET: RackModule = ("Core", "AudioInterface2", {0: 0.5}, {})
"""A quarter of what comes in: 10 V stay below the limiter."""
LATE = 64
"""Frames that the limiter looks ahead."""
STARTED = 480
"""Frames after which the cables have faded in."""
SHAPES = ("sine", "triangle", "saw", "square")


def heard(volts: Volts) -> Volts:
    """What came in at the speakers, without their DC block, delay and level."""
    pole = 1.0 - math.tau * DC_BLOCK_HZ / RATE
    before = np.concatenate([np.zeros((1, volts.shape[1])), np.cumsum(volts, axis=0)[:-1]])
    return 4.0 * (volts + (1.0 - pole) * before)[LATE:]


def lfo_law(shape: str, phase: Volts, *, offset: bool, invert: bool) -> Volts:
    """Rack's LFO: at phase 0 a sine, triangle and saw are at 0 V on their way up, with OFFSET at their lowest."""
    place = phase - {"sine": 0.25, "triangle": 0.25, "saw": 0.5}.get(shape, 0.0) * offset
    match shape:
        case "sine":
            wave = np.sin(math.tau * place)
        case "triangle":
            wave = 1.0 - 4.0 * np.abs((place + 0.25) % 1.0 - 0.5)
        case "saw":
            wave = 2.0 * ((place + 0.5) % 1.0) - 1.0
        case _:
            wave = np.where(place % 1.0 < 0.5, 1.0, -1.0)
    return np.asarray(5.0 * ((-wave if invert else wave) + offset))


@pytest.mark.parametrize(("offset", "invert"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("outlets", [(0, 1), (2, 3)])
def test_every_wave_of_an_lfo_is_where_racks_is_in_its_cycle(
    play_both: Play, outlets: tuple[int, int], *, offset: bool, invert: bool
) -> None:
    lfo = fundamental("LFO", {0: float(offset), 1: float(invert), 2: 3.0, 5: 0.5})
    volts = heard(play_both([lfo, QUIET], [(0, outlets[0], 1, 0), (0, outlets[1], 1, 1)], 0.5))
    phase = 8.0 * np.arange(len(volts)) / RATE
    for side, outlet in enumerate(outlets):
        expected = lfo_law(SHAPES[outlet], phase, offset=offset, invert=invert)
        smooth = np.abs(np.diff(expected, prepend=expected[0], append=expected[-1])) < 1.0
        smooth = smooth[1:] & smooth[:-1] & (np.arange(len(expected)) > STARTED)
        assert smooth.mean() > 0.97
        assert volts[smooth, side] == pytest.approx(expected[smooth], abs=0.001), SHAPES[outlet]


@pytest.mark.parametrize("outlets", [(0, 1), (2, 3)])
def test_every_wave_of_a_vco_begins_where_racks_does(play_both: Play, outlets: tuple[int, int]) -> None:
    vco = fundamental("VCO", {2: -36.0, 5: 0.5})
    volts = heard(play_both([vco, QUIET], [(0, outlets[0], 1, 0), (0, outlets[1], 1, 1)], 0.5))
    for side, outlet in enumerate(outlets):
        late = 0.0 if SHAPES[outlet] == "sine" else EDGE_DELAY  # a sine has no edges to wait for
        phase = C4 / 8.0 * (np.arange(len(volts)) + 1.0 - late) / RATE
        expected = lfo_law(SHAPES[outlet], phase, offset=False, invert=False)
        flat = np.abs(np.diff(expected, prepend=expected[0])) < 1.0
        smooth = np.convolve(~flat, np.ones(41), "same") < 0.5
        smooth[:STARTED] = False
        assert smooth.mean() > 0.9
        assert volts[smooth, side] == pytest.approx(expected[smooth], abs=0.01), SHAPES[outlet]


def adsr_law(gate: Volts, attack: float, decay: float, sustain: float, release: float) -> Volts:
    """Rack's ADSR: time constants of 10^(4x - 3) s; the attack goes towards 12 V, and ends at 10 V."""
    shares = [1.0 / (RATE * 10.0 ** (4.0 * knob - 3.0)) for knob in (attack, decay, release)]
    envelope = np.empty(len(gate))
    level, attacking = 0.0, True
    for frame, on in enumerate(gate > 1.0):
        goal, share = ((1.2, shares[0]) if attacking else (sustain, shares[1])) if on else (0.0, shares[2])
        level += (goal - level) * share
        attacking = (attacking and level < 1.0) or not on
        envelope[frame] = 10.0 * level
    return envelope


def test_an_envelope_rises_and_falls_as_racks_does(play_both: Play) -> None:
    knobs = {"attack": 0.5, "decay": 0.4, "sustain": 0.6, "release": 0.45}
    adsr = fundamental("ADSR", dict(enumerate(knobs.values())))
    gate = fundamental("LFO", {0: 1.0, 1: 0.0, 2: 0.0, 5: 0.5})
    volts = heard(play_both([adsr, QUIET, gate], [(0, 0, 1, 0), (2, 3, 0, 4)], 2.0))[:, 0]
    law = adsr_law(np.where(np.arange(len(volts)) % RATE < RATE // 2, 10.0, 0.0), **knobs)
    assert volts[RATE:] == pytest.approx(law[RATE:], abs=0.02)
    for height in (0.5, 1.0, 3.0, 6.0, 9.0, 9.99):
        rise = [int(np.argmax(envelope[RATE:] >= height)) for envelope in (volts, law)]
        assert rise[0] == pytest.approx(rise[1], rel=0.005, abs=1.0), height


def test_linear_fm_adds_hertz_whatever_the_pitch(play_both: Play) -> None:
    """Rack's linear FM: C4 more for each volt at full depth."""
    vcos = [fundamental("VCO", {2: semitones, 4: 0.5, 7: 1.0}) for semitones in (-12.0, 24.0)]
    cables = [(0, 0, 2, 0), (1, 0, 2, 1), (3, 0, 0, 1), (3, 0, 1, 1)]
    volts = play_both([*vcos, OUT, steady(1.5)], cables)[STARTED:]
    assert frequency(volts[:, 0]) == pytest.approx(C4 * (0.5 + 0.75), rel=1e-4)
    assert frequency(volts[:, 1]) == pytest.approx(C4 * (4.0 + 0.75), rel=1e-4)


def test_linear_fm_stops_a_vco_at_0_hz_and_turns_a_wavetable_back(play_both: Play) -> None:
    stopped = fundamental("VCO", {2: 0.0, 4: 1.0, 7: 1.0})
    turned = fundamental("VCO2", {2: 24.0, 3: 0.0, 4: 1.0, 6: 1.0})
    volts = play_both(
        [stopped, turned, OUT, steady(-6.0)], [(0, 0, 2, 0), (1, 0, 2, 1), (3, 0, 0, 1), (3, 0, 1, 0)]
    )
    settled = volts[RATE // 2 :]
    assert np.abs(settled[:, 0]).max() < 0.01
    assert frequency(settled[:, 1]) == pytest.approx(C4 * 2.0, rel=1e-4)


def test_a_voice_of_linear_fm_has_racks_partials(play_both: Play) -> None:
    carrier = fundamental("VCO", {2: 24.0, 4: 0.2, 7: 1.0})
    modulator = fundamental("VCO", {2: -7.0})
    volts = play_both([carrier, OUT, modulator], [(0, 0, 1, 0), (2, 0, 0, 1)], 1.5)[RATE // 2 :, 0]
    times = np.arange(RATE) / RATE
    beat = C4 * 2.0 ** (-7.0 / 12.0)
    law = 5.0 * np.sin(math.tau * np.cumsum(4.0 * C4 + 0.2 * C4 * 5.0 * np.sin(math.tau * beat * times)) / RATE)
    for number in range(-4, 5):
        partial = 4.0 * C4 + number * beat
        assert level_db(volts, partial) == pytest.approx(level_db(law, partial), abs=0.05), number
