"""Four samples to one: what passes and what must not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.dsp import quarter


def pulse_through() -> NDArray[np.float64]:
    """What a pulse becomes at four times the sample rate: each of its four places has its share."""
    frames = 2048
    answers = np.zeros((4, frames))
    for phase in range(4):
        block = quarter()
        samples = [1.0 if number == phase else 0.0 for number in range(4)]
        answers[phase] = [block.process(*samples), *(block.process(0.0, 0.0, 0.0, 0.0) for _ in range(frames - 1))]
    return answers[::-1].T.ravel()


def test_it_is_flat_to_20_khz_and_nothing_folds_below_that() -> None:
    pulse = pulse_through()
    rate = np.fft.rfftfreq(len(pulse), 0.25)
    gain_db = 20.0 * np.log10(np.abs(np.fft.rfft(pulse)) + 1e-9)
    heard = rate < 20.0 / 48.0
    folds = np.abs(rate - np.round(rate)) < 20.0 / 48.0
    level_db = gain_db[0]
    assert gain_db[heard] == pytest.approx(level_db, abs=0.001)
    assert (gain_db[folds & ~heard] - level_db).max() < -95.0
