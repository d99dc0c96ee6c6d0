"""The safe output: no DC, nothing above -1 dBFS, and below that not a bit changed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.engine.output import LIMIT, Output
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob

HELD = QUANTUM
SAMPLE_RATE = 48000.0


def play(left: NDArray[np.float64], *, safe: bool = True) -> tuple[NDArray[np.float64], Output]:
    """Put volts on both sides, right at half of left, and return what leaves: (frames, 2)."""
    output = Output(SAMPLE_RATE)
    output.safe = safe
    output.block = float(safe)
    heard: list[NDArray[np.float64]] = []
    for volts in left.reshape(-1, QUANTUM):
        for side, share in ((output.left, 1.0), (output.right, 0.5)):
            for index in range(QUANTUM):
                side.inlet.bound[index] = volts[index] * share
        output.take(0, HELD)
        output.render(0.99)
        heard.append(np.frombuffer(memoryview(output.interleaved), np.float64).copy())
    sides: NDArray[np.float64] = np.concatenate(heard).reshape(-1, 2)
    return sides, output


def sine(volts: float, seconds: float = 0.2, hertz: float = 997.0) -> NDArray[np.float64]:
    frames = int(seconds * SAMPLE_RATE) // QUANTUM * QUANTUM
    made: NDArray[np.float64] = volts * np.sin(2.0 * np.pi * hertz / SAMPLE_RATE * np.arange(frames))
    return made


def without_dc(full_scale: NDArray[np.float64]) -> NDArray[np.float64]:
    pole = 1.0 - 2.0 * np.pi * 5.0 / SAMPLE_RATE
    out = np.empty_like(full_scale)
    before = blocked = 0.0
    for index, now in enumerate(full_scale):
        blocked = now - before + pole * blocked
        before = now
        out[index] = blocked
    return out


def test_ten_volts_are_full_scale_and_come_one_quantum_late_when_not_safe() -> None:
    volts = sine(15.0)
    heard, _ = play(volts, safe=False)
    assert not heard[:HELD].any()
    assert_array_equal(heard[HELD:, 0], volts[:-HELD] / 10.0)
    assert_array_equal(heard[HELD:, 1], volts[:-HELD] * 0.5 / 10.0)


def test_below_its_threshold_the_limiter_changes_no_bit() -> None:
    volts = sine(8.8)
    heard, output = play(volts)
    assert_allclose(heard[HELD:, 0], without_dc(volts / 10.0)[:-HELD], rtol=0, atol=1e-15)
    assert output.reduction_db() == 0.0
    again = Output(SAMPLE_RATE)
    assert again.gain == output.gain == 1.0


@pytest.mark.parametrize("volts", [9.0, 20.0, 1e6, 1e300])
def test_nothing_leaves_above_minus_1_dbfs(volts: float) -> None:
    burst = np.concatenate([sine(1.0, 0.02), sine(volts, 0.05, 3000.0), sine(1.0, 0.02)])
    heard, _ = play(burst)
    assert np.abs(heard.astype(np.float32)).max() <= np.float32(LIMIT)
    assert pytest.approx(10 ** (-1 / 20), abs=1e-7) == LIMIT
    assert np.isfinite(heard).all()


@pytest.mark.parametrize("hertz", [50.0, 997.0])
def test_the_limiter_holds_both_sides_alike_without_distorting_a_steady_sine(hertz: float) -> None:
    heard, output = play(sine(20.0, 1.0, hertz))
    steady = heard[-9600:]
    assert_allclose(steady[:, 1], steady[:, 0] * 0.5, atol=1e-12)
    assert output.reduction_db() == pytest.approx(20 * np.log10(2.0 / LIMIT), abs=0.1)
    window = np.kaiser(len(steady), 14.0)
    spectrum = np.abs(np.fft.rfft(steady[:, 0] * window))
    fundamental = int(np.argmax(spectrum))
    rest = np.delete(spectrum, np.arange(fundamental - 9, fundamental + 10))
    assert rest.max() < spectrum[fundamental] * 10 ** (-60 / 20)


def test_the_limiter_lets_go_completely() -> None:
    loud_then_soft = np.concatenate([sine(20.0, 0.1), sine(5.0, 0.5)])
    heard, output = play(loud_then_soft)
    assert output.gain == 1.0
    tail = heard[-2 * QUANTUM :, 0]
    assert_allclose(tail, without_dc(loud_then_soft / 10.0)[-3 * QUANTUM : -QUANTUM], atol=1e-15)


def test_dc_is_blocked() -> None:
    heard, _ = play(np.full(48000 // QUANTUM * QUANTUM, 5.0))
    assert np.abs(heard[-1]).max() < 1e-9
    assert heard[HELD, 0] == pytest.approx(0.5, abs=1e-3)


def test_a_sine_of_20_hz_loses_less_than_half_a_decibel() -> None:
    heard, _ = play(sine(5.0, 2.0, 20.0))
    assert np.abs(heard[48000:, 0]).max() > 0.5 * 10 ** (-0.5 / 20)


def test_what_is_no_number_leaves_as_silence_and_does_not_stay() -> None:
    volts = sine(5.0, 0.02)
    volts[100:200] = np.nan
    volts[300] = np.inf
    heard, _ = play(volts)
    assert np.isfinite(heard).all()
    assert np.abs(heard[-QUANTUM:]).max() > 0.4


def playing_a_constant() -> Playing:
    playing = Playing(code("constant"), code("speaker"), code("sine"))
    playing.perform(add(1, "sine"), add(2, "speaker"), cable(1, "out", 2, "left"))
    playing.sound(1024)
    return playing


def test_the_speaker_sounds_on_both_sides() -> None:
    heard = playing_a_constant().sound(1024)
    assert_array_equal(heard[:, 0], heard[:, 1])
    assert 0.49 < np.abs(heard).max() < 0.51


def test_two_speakers_sum() -> None:
    playing = playing_a_constant()
    playing.perform(add(3, "speaker"), cable(1, "out", 3, "right", -1.0))
    playing.sound(1024)
    heard = playing.sound(1024)
    assert np.abs(heard[:, 0]).max() > 0.49
    assert np.abs(heard[:, 1]).max() < 1e-4


def test_switching_the_safe_output_off_and_on_makes_no_jump() -> None:
    playing = Playing(code("constant"), code("speaker"))
    playing.perform(add(1, "constant", volts=5.0), add(2, "speaker"), cable(1, "out", 2, "left"))
    heard = [playing.sound(4800)]
    playing.engine.protect(enabled=False)
    heard.append(playing.sound(4800))
    assert heard[1][-1, 0] == 0.5
    playing.engine.protect(enabled=True)
    heard.append(playing.sound(4800))
    assert np.abs(np.diff(np.concatenate(heard)[:, 0])).max() <= 0.5 / QUANTUM + 1e-6


def test_panic_is_silence_at_once_and_then_everything_begins_anew() -> None:
    playing = playing_a_constant()
    playing.engine.panic()
    heard = playing.sound(8 * QUANTUM)
    assert not heard[2 * QUANTUM - 1].any()
    assert playing.engine.rack.seats[1].module.turns < 8  # type: ignore[attr-defined]
    assert np.abs(heard[-2 * QUANTUM :]).max() > 0.4


def test_fading_out_ends_in_silence() -> None:
    playing = playing_a_constant()
    playing.engine.fade_out()
    heard = playing.sound(12 * QUANTUM)
    assert np.abs(np.diff(heard[:, 0])).max() <= 0.5 * 2 * np.pi * 375 / 48000 + 0.5 / 512
    assert not heard[-QUANTUM:].any()
    assert playing.engine.silent


def test_a_knob_at_its_goal_is_heard_in_the_meters() -> None:
    playing = playing_a_constant()
    playing.perform(knob(1, "hertz", 5000.0))
    playing.sound(4800)
    first, count = playing.engine.rack.seats[1].meters
    assert count == 1
    assert playing.engine.graph.levels[first] == pytest.approx(5.0, abs=0.2)
    assert playing.engine.graph.output.left.peak == pytest.approx(0.5, abs=0.02)


def quad(channels: int, volts: float) -> NDArray[np.float32]:
    """A second of the quad, played by a sound card with so many channels: (frames, channels)."""
    playing = Playing(code("quad"), code("constant"))
    playing.engine.open(channels)
    playing.perform(add(1, "quad", volts=volts), add(2, "constant", volts=volts), cable(2, "out", 1, "third", 3.0))
    playing.engine.protect(enabled=False)
    out = np.zeros(channels * 4096, np.float32)
    playing.engine.fill(out)
    return out.reshape(-1, channels)


def test_each_channel_of_the_sound_card_has_its_own_signal() -> None:
    heard = quad(4, 0.5)
    assert_allclose(heard[-1], [0.05, 0.1, 0.15, 0.2], rtol=1e-6)
    assert_array_equal(quad(2, 0.5), heard[:, :2])
    assert_array_equal(quad(8, 0.5)[:, 4:], 0.0)


def test_one_channel_that_is_too_loud_holds_all_of_them_back() -> None:
    output = Output(SAMPLE_RATE)
    output.open(5)
    loud = sine(20.0)
    for volts in loud.reshape(-1, QUANTUM):
        for side, share in ((output.sides[0], 0.1), (output.sides[4], 1.0)):
            for index in range(QUANTUM):
                side.inlet.bound[index] = volts[index] * share
        output.take(0, HELD)
        output.render(0.99)
    heard = np.frombuffer(memoryview(output.interleaved), np.float64).reshape(-1, 5)
    assert np.abs(heard).max() <= LIMIT
    assert_allclose(heard[:, 0], 0.1 * heard[:, 4], rtol=1e-6)
    assert output.reduction_db() == pytest.approx(7.0, abs=0.2)
    assert not heard[:, 1:4].any()
