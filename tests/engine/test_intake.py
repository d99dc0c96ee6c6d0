"""Outlets that hold what comes in at the sound card."""

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.ring import Ring
from livepatch.patch.edits import RemoveModule, SetBypass, SwapCode
from tests.engine.playing import Playing, add, cable, code, uncable
from tests.engine.test_latency import late

CHANNELS = 3
BLOCK = 128
PRIME = 60


class Listening(Playing):
    """A rack that hears a device, which brings (c + 1) * (n % 100 + 1) / 1000 on channel c of frame n."""

    def __init__(self, *types: str, tapping: bool = False) -> None:
        super().__init__(*(code(type) for type in types), tapping=tapping)
        self.ring = Ring(CHANNELS)
        self.engine.hearing.follow(self.ring)

    def bring(self) -> None:
        """A block comes in."""
        numbers = np.arange(self.ring.written, self.ring.written + BLOCK) % 100 + 1
        frames = numbers[:, None] * np.arange(1, CHANNELS + 1) / 1000.0
        self.ring.write(frames.astype(np.float32))

    def hear(self, blocks: int = PRIME) -> NDArray[np.float32]:
        """So many blocks come in and are played; what leaves for the sound card."""
        heard = []
        for _ in range(blocks):
            self.bring()
            heard.append(self.sound(BLOCK))
        return np.concatenate(heard)

    def volts_of(self, id: int, outlet: str) -> NDArray[np.float64]:
        """What an outlet holds now."""
        return np.array(self.engine.rack.seats[id].outlet(outlet).block)


def wave(channel: int) -> set[float]:
    """All voltages that a channel brings."""
    return {float(np.float32((channel + 1) * number / 1000.0)) * 10.0 for number in range(1, 101)}


def test_each_outlet_holds_its_channel_in_volts() -> None:
    rack = Listening("ears", "total")
    rack.perform(add(1, "ears"), add(2, "total"), cable(1, "third", 2, "a"))
    rack.hear()
    for channel, name in enumerate(("left", "right", "third")):
        held = rack.volts_of(1, name)
        assert set(held) <= wave(channel)
        assert np.allclose(np.diff(held), np.where(np.diff(held) > 0, 0.01 * (channel + 1), -0.99 * (channel + 1)))
    assert np.array_equal(rack.volts_of(2, "out"), rack.volts_of(1, "third"))


def test_a_meter_that_was_another_outlets_falls_while_nothing_comes_in() -> None:
    rack = Playing(code("ears"))
    levels = rack.engine.graph.levels
    for slot in range(len(levels)):
        levels[slot] = 5.0
    rack.perform(add(1, "ears"))
    rack.sound(512 * 64)
    slot = rack.engine.rack.seats[1].outlet("left").slot
    assert slot >= 0
    assert levels[slot] < 0.05


def test_modules_share_a_channel() -> None:
    rack = Listening("ears", "total")
    rack.perform(
        add(1, "ears"), add(2, "ears"), add(3, "total"), cable(1, "left", 3, "a"), cable(2, "left", 3, "b")
    )
    rack.hear()
    assert rack.volts_of(1, "left").any()
    assert np.array_equal(rack.volts_of(1, "left"), rack.volts_of(2, "left"))
    assert np.array_equal(rack.volts_of(3, "out"), 2.0 * rack.volts_of(1, "left"))


def test_its_meter_shows_what_comes_in_and_falls_when_nothing_does() -> None:
    rack = Listening("ears")
    rack.perform(add(1, "ears"))
    slot = rack.engine.rack.seats[1].slot("right")
    rack.hear()
    assert rack.engine.graph.levels[slot] > 1.9
    rack.engine.hearing.follow(None)
    rack.sound(48000)
    assert rack.engine.graph.levels[slot] < 0.01


def test_a_bypassed_module_is_silent_and_fades_there_and_back() -> None:
    rack = Listening("ears", "speaker")
    rack.perform(add(1, "ears"), add(2, "speaker"), cable(1, "left", 2, "left"))
    rack.engine.protect(enabled=False)
    loud = rack.hear()[-2000:, 0]
    rack.perform(SetBypass(1, True))
    heard = rack.hear(20)[:, 0]
    assert not heard[-BLOCK:].any()
    rise = np.abs(np.diff(loud)).max()
    assert np.abs(np.diff(heard)).max() <= rise
    rack.perform(SetBypass(1, False))
    heard = rack.hear(20)[:, 0]
    assert np.abs(heard[-BLOCK:]).max() == loud.max()
    assert np.abs(np.diff(heard)).max() <= rise


def test_a_module_that_is_removed_is_heard_until_its_cables_have_faded() -> None:
    rack = Listening("ears", "speaker")
    rack.perform(add(1, "ears"), add(2, "speaker"), cable(1, "left", 2, "left"))
    rack.engine.protect(enabled=False)
    rise = np.abs(np.diff(rack.hear()[-2000:, 0])).max()
    rack.perform(RemoveModule(1))
    heard = rack.hear(20)[:, 0]
    assert np.abs(np.diff(heard)).max() <= rise
    assert not heard[-BLOCK:].any()
    assert not rack.engine.graph.intake.taps


def test_new_code_of_the_module_changes_nothing_that_is_heard() -> None:
    rack = Listening("ears", "total")
    other = code("ears", ('"""The engine', '"""Now the engine'))
    rack.engine.load(other)
    rack.perform(add(1, "ears"), add(2, "total"), cable(1, "left", 2, "a"))
    rack.hear()
    rack.perform(SwapCode("ears", other.source))
    for _ in range(20):
        rack.hear(1)
        held = rack.volts_of(1, "left")
        assert np.all(np.isclose(np.diff(held), 0.01) | np.isclose(np.diff(held), -0.99))


def test_a_module_that_plays_what_it_hears_itself_is_no_circle() -> None:
    rack = Listening("headset")
    rack.perform(add(1, "headset"), cable(1, "heard", 1, "audio"))
    rack.hear()
    assert not any(group.cycle for group in rack.engine.graph.groups)


def test_what_comes_in_waits_for_what_goes_through_a_module_that_is_late() -> None:
    rack = Listening("ears", "total", "speaker")
    slow = late(130)
    rack.engine.load(slow)
    rack.perform(add(1, "ears"), add(2, "line", slow.source), add(3, "total"), add(4, "speaker"))
    rack.perform(cable(1, "left", 2, "audio"), cable(2, "out", 3, "a"), cable(1, "left", 3, "b", -1.0))
    rack.perform(cable(3, "out", 4, "left"))
    rack.engine.protect(enabled=False)
    heard = rack.hear(200)[:, 0]
    assert rack.volts_of(2, "out").any()
    assert not heard[-48 * BLOCK :].any()


def test_channels_are_wanted_while_a_cable_brings_them() -> None:
    rack = Listening("ears", "total").engine.rack
    for edit, wanted in (
        (add(1, "ears"), 0),
        (add(2, "total"), 0),
        (cable(1, "left", 2, "a"), 1),
        (cable(1, "third", 2, "b"), 3),
        (uncable(1, "left", 2, "a"), 3),
        (SetBypass(1, True), 0),
        (SetBypass(1, False), 3),
        (uncable(1, "third", 2, "b"), 0),
    ):
        rack.change(edit)
        assert rack.captured() == wanted, edit
