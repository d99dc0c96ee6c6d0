"""The recorder: what is in the file, from where to where, and how long at most."""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.conftest import Playable
from tests.modules.test_sampler import tone
from tests.rendering import MODULES, PlainModule

FRAMES = 4800


def twin(folder: Path, played: Playable) -> Any:
    """What the methods of the control side see of a recorder that played."""
    module: Any = PlainModule("recorder").module
    module.take = array("d", played.module.take)
    module.frames = played.module.frames
    module.storage = folder
    return module


def test_a_take_begins_and_ends_with_the_gate_and_is_in_the_file(
    native: Callable[..., Playable], tmp_path: Path
) -> None:
    recorder = native(MODULES / "recorder.py")
    left, right = 10.0 * tone(440.0, 0.1), 6.0 * tone(1000.0, 0.1)
    gate = np.where((np.arange(FRAMES) >= 1000) & (np.arange(FRAMES) < 3400), 10.0, 0.0)
    heard = recorder.render(FRAMES, {"left": left, "right": right, "gate": gate})
    assert heard["left_out"] == pytest.approx(left)
    twin(tmp_path, recorder).on_save()
    take, rate = soundfile.read(tmp_path / "take.wav")
    assert (rate, take.shape) == (48000, (2400, 2))
    assert take[:, 0] == pytest.approx(left[1000:3400] / 10.0, abs=2.0**-23)
    assert take[:, 1] == pytest.approx(right[1000:3400] / 10.0, abs=2.0**-23)


def test_the_next_recording_replaces_the_last(native: Callable[..., Playable], tmp_path: Path) -> None:
    recorder = native(MODULES / "recorder.py")
    recorder.render(960, {"left": 1.0, "record": 1.0})
    recorder.render(64, {"left": 1.0})
    recorder.render(480, {"left": 2.0, "record": 1.0})
    twin(tmp_path, recorder).write(str(tmp_path / "mine.wav"))
    take, _ = soundfile.read(tmp_path / "mine.wav")
    assert len(take) == 480
    assert take[:, 0] == pytest.approx(0.2, abs=1e-6)


def test_it_stops_after_a_minute(native: Callable[..., Playable]) -> None:
    recorder = native(MODULES / "recorder.py")
    recorder.render(64, {"record": 1.0})
    recorder.module.frames = len(recorder.module.take) // 2 - 10
    recorder.render(64, {"record": 1.0})
    assert recorder.module.frames == len(recorder.module.take) // 2 == 60 * 48000


def test_nothing_recorded_is_said_and_leaves_an_earlier_take(
    native: Callable[..., Playable], tmp_path: Path
) -> None:
    (tmp_path / "take.wav").write_bytes(b"earlier")
    fresh = twin(tmp_path, native(MODULES / "recorder.py"))
    fresh.on_save()
    assert (tmp_path / "take.wav").read_bytes() == b"earlier"
    with pytest.raises(ValueError, match="nothing was recorded yet"):
        fresh.write(str(tmp_path / "x.wav"))
