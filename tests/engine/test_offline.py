"""Offline equals live, whatever the size of the blocks."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.engine import Engine
from livepatch.engine.gauges import Gauges
from livepatch.engine.offline import perform, render
from livepatch.engine.timer import NullDriver
from livepatch.errors import LivepatchError
from livepatch.patch import edits
from livepatch.patch.edits import Batch, Edit, Glide, RemoveModule, SetBypass, SetKnob, SetTransport, SwapCode
from livepatch.patch.patch import Patch
from livepatch.protocol.messages import Applied
from livepatch.protocol.meters import Meters
from tests.engine.playing import CACHE, NATIVE, add, build, cable, code, gain, knob, uncable

HALF = ("5.0 *", "2.5 *")
PATCH = Batch((
    add(1, "sine", hertz=700.0),
    add(2, "total"),
    add(3, "speaker"),
    add(4, "line"),
    cable(1, "out", 2, "a", 0.3),
    cable(2, "out", 4, "audio"),
    cable(4, "out", 2, "b", 0.6),
    cable(2, "out", 3, "left"),
))  # fmt: skip
CHANGES: list[Edit] = [
    knob(1, "hertz", 300.0),
    Batch((gain((4, "out", 2, "b"), -0.6), uncable(2, "out", 3, "left"), cable(4, "out", 3, "right"))),
    SwapCode("sine", "sine2.5 *"),
    Batch((add(5, "sine", hertz=77.0), cable(5, "out", 1, "hertz", 20.0), cable(5, "out", 3, "left", 0.1))),
    SetBypass(2, True),
    knob(5, "hertz", 33.0),
    RemoveModule(4),
    SetBypass(2, False),
]


def codes() -> list[Code]:
    return [code(type) for type in ("sine", "total", "speaker", "line")] + [code("sine", HALF)]


def engine() -> Engine:
    fresh = Engine(48000.0)
    for one in codes():
        fresh.load(one)
    return fresh


def test_a_render_is_the_same_for_every_size_of_block() -> None:
    score = [(0, PATCH), *((640 + 192 * index, edit) for index, edit in enumerate(CHANGES))]
    heard = [perform(engine(), score, 3000, block) for block in (1, 64, 100, 1000)]
    assert np.abs(heard[0]).max() > 0.1
    for other in heard[1:]:
        assert_array_equal(heard[0], other)


def test_what_is_heard_live_is_what_is_rendered_with_the_same_edits_at_the_same_frames(tmp_path: object) -> None:
    heard: list[NDArray[np.float32]] = []
    playing = engine()
    with Meters(tmp_path / "meters", create=True) as meters:  # type: ignore[operator]
        gauges = Gauges(playing, meters)

        def fill(out: NDArray[np.float32]) -> None:
            gauges.fill(out)
            heard.append(out.copy())

        driver = NullDriver(fill, 48000.0, 100)
        driver.start()
        score = []
        for serial, edit in enumerate([PATCH, *CHANGES]):
            playing.perform(serial, edit)
            applied = wait_for(playing, serial)
            assert applied.frame % 64 == 0
            score.append((applied.frame, edit))
        wait_until_frame(playing, score[-1][0] + 2048)
        driver.stop()
        assert meters.read("heartbeat") == playing.frame // 64
        assert meters.read("frame") == playing.frame
    live = np.concatenate(heard).reshape(-1, 2)
    assert np.abs(live).max() > 0.1
    assert_array_equal(live, perform(engine(), score, len(live)))


def test_what_was_held_for_the_beat_live_is_what_is_rendered_with_its_frames(tmp_path: Path) -> None:
    heard: list[NDArray[np.float32]] = []
    playing = engine()
    glide = SetKnob(1, "hertz", 900.0, Glide(beats=0.2, bend=2.0))
    held: list[tuple[Edit, float]] = [
        (PATCH, 0.1),
        (glide, 0.17),
        (CHANGES[2], 0.21),
        (SetTransport("tempo", 301.7), 0.3),
        (CHANGES[1], 0.11),
    ]
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing, meters)

        def fill(out: NDArray[np.float32]) -> None:
            gauges.fill(out)
            heard.append(out.copy())

        driver = NullDriver(fill, 48000.0, 100)
        driver.start()
        score: list[tuple[int, Edit]] = []
        for serial, (edit, beats) in enumerate(held):
            playing.wait(serial, edit, beats)
            applied = wait_for(playing, serial)
            score.append((applied.frame, edit))
        wait_until_frame(playing, score[-1][0] + 4096)
        driver.stop()
    assert [score[0][0] % 2400, score[1][0] % 4080, score[2][0] % 5040] == [0, 0, 0]
    assert any(frame % 64 for frame, _ in score)
    live = np.concatenate(heard).reshape(-1, 2)
    assert np.abs(live).max() > 0.1
    assert_array_equal(live, perform(engine(), score, len(live)))


def wait_for(playing: Engine, serial: int) -> Applied:
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        playing.prepare()
        for message in playing.messages():
            if isinstance(message, Applied):
                assert message.serial == serial
                return message
        threading.Event().wait(0.001)
    pytest.fail("an edit was never applied")


def wait_until_frame(playing: Engine, frame: int) -> None:
    deadline = time.monotonic() + 60.0
    while playing.frame < frame:
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)


def test_frames_are_counted_from_where_the_engine_is() -> None:
    playing = engine()
    perform(playing, [(0, PATCH)], 6400)
    assert playing.frame == 6400


def test_a_module_that_raises_ends_a_render() -> None:
    broken = Engine(48000.0)
    broken.load(code("faulty"))
    with pytest.raises(LivepatchError, match="faulty:15: IndexError"):
        perform(broken, [(0, add(1, "faulty", place=9.0))], 640)


@pytest.mark.skipif(not NATIVE, reason="wants compiled modules: runs in test_native")
def test_a_patch_renders_from_its_builds_alone() -> None:
    patch = Patch()
    edits.apply(patch, PATCH)
    builds = {type: build(CACHE, type) for type in ("sine", "total", "speaker", "line")}
    heard = [render(patch, builds, 4800, 44100.0, block) for block in (64, 100)]
    assert_array_equal(heard[0], heard[1])
    assert heard[0].shape == (4800, 2)
    assert np.abs(heard[0]).max() > 0.1
    del builds["line"]
    with pytest.raises(LivepatchError, match="no compiled code of line"):
        render(patch, builds, 64)
