"""What is struck and dies away."""

import numpy as np
import pytest

from tests.dsp.playing import Native, played


def test_a_level_that_falls_is_60_db_down_after_its_seconds_and_silent_at_last(native: Native) -> None:
    struck = 10.0 * (np.arange(24000) == 100)
    step = "self.out = self.level.process(self.x > 1.0, 0.5, 0.1)"
    out, _ = played(native, "level = falling()", step, frames=24000, x=struck)
    assert not out[:100].any()
    assert out[100] == 0.5
    assert 20.0 * np.log10(out[100 + 4800] / 0.5) == pytest.approx(-60.0, abs=1e-6)
    assert out[-1] == 0.0


def test_a_sound_that_begins_anew_is_joined_to_where_it_was(native: Native) -> None:
    turns = np.arange(2000) % 1000
    sound = np.cos(2.0 * np.pi * turns / 400.0)
    step = "self.out = self.whole.process(self.x, self.y > 1.0, 0.003)"
    out, _ = played(native, "whole = joint()", step, frames=2000, x=sound, y=10.0 * (np.arange(2000) == 1000))
    assert np.abs(np.diff(sound)).max() > 1.9
    assert np.abs(np.diff(out)).max() < 0.15
    assert np.abs(out[1400:] - sound[1400:]).max() < 1e-7
