"""What is heard of a ring that another clock fills."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.engine.hearing import FADE_FRAMES, MARGIN_FRAMES, SLACK_FRAMES, Hearing
from livepatch.engine.intake import ROOM, Intake
from livepatch.engine.ring import HEADER, Ring
from livepatch.engine.ring import ROOM as RING_FRAMES

RATE = 48000.0


class Ear:
    """A hearing, and all that it brought: volts of one channel."""

    def __init__(self, channels: int = 1) -> None:
        self.intake = Intake()
        self.hearing = Hearing(self.intake, RATE)
        self.ring = Ring(channels)
        self.hearing.follow(self.ring)
        self.heard: list[NDArray[np.float64]] = []
        self.sent = 0

    def write(self, frames: int) -> None:
        """The device brings frames, of which each is its number."""
        numbers = np.arange(self.sent + 1, self.sent + 1 + frames, dtype=np.float32)
        self.ring.write(np.repeat(numbers[:, None], self.ring.channels, 1))
        self.sent += frames

    def pull(self, frames: int) -> NDArray[np.float64]:
        """A block of the first channel, in frames' numbers."""
        self.hearing.pull(frames)
        volts = np.array(self.intake.volts)[:frames] if self.intake.channels else np.zeros(frames)
        self.heard.append(volts / 10.0)
        return self.heard[-1]

    def sound(self) -> NDArray[np.float64]:
        """All that was heard."""
        return np.concatenate(self.heard)


def steps(heard: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each frame to the next."""
    return np.diff(heard)


def turns(written: int, pulled: int) -> Iterator[str]:
    """Who is next, the device with `written` frames or the callback with `pulled`, in the same time."""
    there = wanted = 0
    while True:
        if there <= wanted:
            there += written
            yield "write"
        else:
            wanted += pulled
            yield "pull"


@pytest.mark.parametrize(("written", "pulled"), [(128, 128), (512, 128), (128, 512), (100, 64), (441, 256)])
def test_every_frame_is_heard_once_and_with_the_same_delay(written: int, pulled: int) -> None:
    ear = Ear()
    for turn in turns(written, pulled):
        if turn == "write":
            ear.write(written)
        else:
            ear.pull(pulled)
        if ear.sent > 5 * RATE:
            break
    heard = ear.sound()
    first = int(np.flatnonzero(heard)[0])
    assert first < 0.15 * RATE
    assert np.all(steps(heard[first + FADE_FRAMES :]) == 1.0)
    late = ear.sent - heard[-1]
    assert MARGIN_FRAMES <= late <= MARGIN_FRAMES + written + pulled
    assert (ear.hearing.gaps, ear.hearing.skips) == (0, 0)


def test_it_fades_in_and_when_it_is_let_go_out() -> None:
    ear = Ear()
    while not ear.intake.channels:
        ear.write(128)
        ear.pull(128)
    fade = ear.heard[-1][:FADE_FRAMES]
    numbers = ear.heard[-1][-1] - np.arange(127, -1, -1)
    assert np.allclose(fade, numbers[:FADE_FRAMES] * np.arange(1, FADE_FRAMES + 1) / FADE_FRAMES)
    last = ear.heard[-1][-1]
    ear.hearing.follow(None)
    out = ear.pull(128)
    assert np.allclose(out[:FADE_FRAMES], last * (1.0 - np.arange(1, FADE_FRAMES + 1) / FADE_FRAMES))
    assert not out[FADE_FRAMES:].any()
    assert ear.hearing.busy
    assert not ear.pull(128).any()
    assert not ear.hearing.busy


def test_a_device_that_takes_its_time_to_begin_is_heard_no_later_for_that() -> None:
    ear = Ear()
    for _ in range(200):
        assert not ear.pull(128).any()
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    assert ear.sent - ear.heard[-1][-1] == MARGIN_FRAMES
    assert ear.hearing.gaps == 0


def test_a_device_that_pauses_is_a_gap_without_a_click_and_is_heard_again() -> None:
    ear = Ear()
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    for _ in range(10):
        ear.pull(128)
    assert not ear.heard[-1].any()
    assert ear.hearing.gaps == 1
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    assert ear.heard[-1].any()
    assert ear.hearing.gaps == 1
    heard = ear.sound()
    assert np.abs(steps(heard)).max() <= 1.01 * heard.max() / FADE_FRAMES + 1.0


@pytest.mark.parametrize("parts", [-300e-6, -50e-6, 50e-6, 300e-6])
def test_a_clock_that_is_wrong_grows_no_delay_and_is_made_up_for_by_fades(parts: float) -> None:
    ear = Ear()
    owed, lateness = 0.0, []
    for _ in range(int(60 * RATE / 128)):
        owed += 128 * (1.0 + parts)
        ear.write(int(owed))
        owed -= int(owed)
        heard = ear.pull(128)
        if heard.any():
            lateness.append(ear.sent - heard[-1])
    assert ear.hearing.gaps == 0
    drifted = abs(parts) * 60 * RATE
    assert ear.hearing.skips >= drifted // (MARGIN_FRAMES + SLACK_FRAMES + 64)
    assert max(lateness) <= MARGIN_FRAMES + SLACK_FRAMES + 64
    moved = steps(ear.sound()[int(RATE) :])
    assert np.all(np.abs(moved) < 8.0)  # a fade over 64 frames, to a place at most some hundred away


def test_what_has_become_too_much_is_left_out_at_once() -> None:
    ear = Ear()
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    for _ in range(300):  # for most of a second the callback is not called
        ear.write(128)
    assert RING_FRAMES // 2 < 300 * 128
    for _ in range(400):
        ear.write(128)
        ear.pull(128)
    assert (ear.hearing.gaps, ear.hearing.skips) == (1, 0)
    assert ear.sent - ear.heard[-1][-1] <= 3 * MARGIN_FRAMES


def test_another_ring_is_heard_after_a_fade() -> None:
    ear = Ear()
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    ear.ring, ear.sent = Ring(2), 0
    ear.hearing.follow(ear.ring)
    assert ear.pull(128)[-1] == 0.0
    for _ in range(100):
        ear.write(128)
        ear.pull(128)
    assert ear.intake.channels == 2
    volts = np.array(ear.intake.volts).reshape(-1, ROOM)
    assert np.array_equal(volts[0, :128], volts[1, :128])
    assert ear.sent - ear.heard[-1][-1] <= 2 * MARGIN_FRAMES


def test_what_the_device_lost_counts_whatever_is_heard_next() -> None:
    ear = Ear()
    ear.write(128)
    ear.pull(128)
    ear.ring._header[HEADER.index("lost")] = 2
    assert ear.hearing.slips == 2
    ear.hearing.follow(None)
    ear.pull(128)
    assert ear.hearing.slips == 2


def test_no_bit_is_lost_on_the_way() -> None:
    ring = Ring(3)
    sent = np.random.default_rng(1).uniform(-1.0, 1.0, (1000, 3)).astype(np.float32)
    ring.write(np.zeros((RING_FRAMES - 300, 3), np.float32))
    ring.write(sent)
    volts = np.zeros((3, 1000))
    ring.read(RING_FRAMES - 300, volts)
    assert np.array_equal((volts.T / 10.0).astype(np.float32), sent)
