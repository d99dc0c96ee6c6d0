"""A plug-in rests while all is silent: fixtures in C, and plug-ins of Debian's, played with that and without."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.patch.edits import Edit, SetBypass, SetTransport
from livepatch.plugins.rest import SAID_SECONDS, SECONDS
from livepatch.protocol.messages import Message
from livepatch.protocol.plugin_facts import ENDLESS, UNKNOWN, Facts
from livepatch.protocol.plugin_messages import (
    AskText,
    Bypass,
    Choose,
    Keep,
    Kept,
    Prepare,
    Restore,
    SendMidi,
    Text,
    Turn,
)
from livepatch.session.plugin_host import PluginHost
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob
from tests.engine.test_plugged import SOURCE, SYNTH
from tests.plugins.building import build
from tests.plugins.hosting import code_of, facts_of, hosted
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import until

RATE = 8000.0
"""Low, since much of it is waiting; that of plug-ins of Debian's is what they know."""
SECOND = 125
"""Quanta."""
SAID, UNSAID = (math.ceil(seconds * RATE / QUANTUM) for seconds in (SAID_SECONDS, SECONDS))
"""Quanta until one rests that says all the time that it is silent, or does not."""
ENDLESS_ANSWER = 1 << 30
GAIN, BEATS = 0, 4
"""Parameters."""
LXVST, VST3 = Path("/usr/lib/lxvst"), Path("/usr/lib/vst3")
STILL = (
    VST3 / "ZamDelay.vst3",
    LXVST / "DragonflyPlateReverb-vst.so",
)
"""Of Debian's: in them nothing goes on by itself while nothing comes in."""
REAL_RATE = 48000.0
REAL_SECOND = 750
LONGEST_RING = 6
"""Seconds until the last of them is as good as silent."""
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resting")


class Resting(Playing):
    """A plug-in that hears a constant, which is silent at first."""

    def __init__(self, host: PluginHost, sample_rate: float, **knobs: float) -> None:
        self.host = host
        self.plugin = code_of(host.facts)
        super().__init__(self.plugin, code("constant"), sample_rate=sample_rate)
        assert self.plugin.plugin is not None
        ports = self.plugin.plugin.ports
        ids = dict(ports.knobs)
        host.say(Turn({ids[name]: value for name, value in knobs.items()}))
        self.settle()
        self.engine.plug_in(host.place())
        inlet, outlet = ports.inputs[0][0], ports.outputs[0][0]
        self.perform(
            add(SYNTH, self.plugin.type, self.plugin.source, **knobs),
            add(SOURCE, "constant", volts=0.0),
            cable(SOURCE, "out", SYNTH, inlet),
        )
        self.outlet = outlet

    def settle(self) -> None:
        """Wait until the plug-in's process has done what it was told."""
        self.host.ask(lambda serial: AskText(serial, 0))

    def hear(self, quanta: int) -> NDArray[np.float64]:
        """Play on; what comes out of the plug-in."""
        return self.volts(SYNTH, self.outlet, quanta * QUANTUM)

    def feed(self, *volts: float) -> NDArray[np.float64]:
        """Play a few quanta of each of these at its inlet, and then nothing."""
        parts = []
        for level in (*volts, 0.0):
            self.perform(knob(SOURCE, "volts", level))
            parts.append(self.hear(8))
        return np.concatenate(parts)

    def blocks(self, quanta: int) -> int:
        """Play on; how many blocks the plug-in's process computes meanwhile."""
        before = self.host.read("done")
        self.sound(quanta * QUANTUM)
        return int(self.host.read("done") - before)

    def fall_asleep(self) -> None:
        """Play until it rests."""
        for _ in range(1 + UNSAID // SECOND):
            self.sound(SECOND * QUANTUM)
            if self.host.rests:
                break
        assert self.host.rests
        assert self.blocks(10) == 0


Play = Callable[..., Resting]


@pytest.fixture
def play() -> Iterator[Play]:
    with ExitStack() as stack:

        def make(facts: Facts, *, rests: bool = True, rate: float = RATE, **knobs: float) -> Resting:
            host = stack.enter_context(hosted(facts, rests=rests, sample_rate=rate))
            made = Resting(host, rate, **knobs)
            stack.callback(made.engine.rack.plugs.close)
            return made

        yield make


@pytest.fixture(scope="module")
def echo(folder: Path) -> Callable[[int], Facts]:
    """The echo that answers so when it is asked for its tail."""
    return lambda tail: facts_of(build("vst2_echo.c", folder, f"-DTAIL={tail}", name=f"echo{tail}.so"), folder)


@pytest.fixture(scope="module")
def effect(folder: Path) -> Callable[[int], Facts]:
    """The VST3 fixture as an effect, with such a tail."""
    return lambda tail: facts_of(vst3_bundle(folder, f"Effect{tail}", "EFFECT", f"TAIL={tail}"), folder)


@pytest.mark.parametrize(("tail", "quanta"), [(0, UNSAID), (1000 * QUANTUM, UNSAID + 1000), (ENDLESS_ANSWER, 0)])
def test_a_vst2_effect_rests_after_its_tail_and_a_while(
    echo: Callable[[int], Facts], play: Play, tail: int, quanta: int
) -> None:
    made = play(echo(tail))
    made.feed(1.0)
    assert made.blocks(UNSAID + 1200) == (pytest.approx(quanta, abs=10) if quanta else UNSAID + 1200)
    assert made.host.rests == (quanta > 0)
    assert made.blocks(50) == (0 if quanta else 50)


@pytest.mark.parametrize("tail", [0, 1000 * QUANTUM])
def test_a_vst3_effect_that_says_that_it_is_silent_rests_sooner(
    effect: Callable[[int], Facts], play: Play, tail: int
) -> None:
    made = play(effect(tail))
    made.feed(1.0)
    assert made.blocks(SAID + 1200) == pytest.approx(SAID + tail // QUANTUM, abs=10)
    assert made.host.rests


def test_a_vst3_effect_that_does_not_say_it_rests_later(effect: Callable[[int], Facts], play: Play) -> None:
    made = play(effect(0), latency=0.1)  # it says nothing while it is late
    until(lambda: made.host.read("latency") == 100.0, "it says how late it is")
    made.feed(1.0)
    assert made.blocks(UNSAID + 200) == pytest.approx(UNSAID, abs=12)


def test_one_that_said_that_it_was_silent_while_it_sounded_is_not_believed_again(folder: Path, play: Play) -> None:
    made = play(facts_of(vst3_bundle(folder, "Liar", "EFFECT", "TAIL=0", "LIES"), folder))
    made.feed(1.0)
    assert made.blocks(SAID + 200) == SAID + 200


def test_instruments_and_those_that_are_not_to_rest_never_do(
    folder: Path, effect: Callable[[int], Facts], play: Play
) -> None:
    instrument = facts_of(vst3_bundle(folder), folder)
    for made in (play(instrument), play(effect(0), rests=False)):
        assert made.blocks(SAID + 200) == SAID + 200
        assert not made.host.rests


MESSAGES: dict[str, Message] = {
    "a parameter": Turn({GAIN: 0.5}),
    "MIDI": SendMidi(b"\x90\x40\x40"),
    "its bypass": Bypass(on=True),
    "panic": Prepare(RATE, offline=True),
}
EDITS: dict[str, tuple[Edit, ...]] = {
    "sound": (knob(SOURCE, "volts", 1.0),),
    "a knob": (knob(SYNTH, "gain", 0.5),),
    "a stopped transport": (SetTransport("running", 0.0),),
    "another tempo": (SetTransport("tempo", 90.0),),
    "another place": (SetTransport("position", 16.0),),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_what_is_done_to_it_ends_its_rest(effect: Callable[[int], Facts], play: Play, what: str) -> None:
    made = play(effect(0))
    made.fall_asleep()
    made.host.say(MESSAGES[what])
    made.settle()
    assert made.blocks(1) == 1


@pytest.mark.parametrize("what", EDITS)
def test_what_comes_in_the_rack_ends_its_rest_with_that_very_block(
    effect: Callable[[int], Facts], play: Play, what: str
) -> None:
    made = play(effect(0))
    made.fall_asleep()
    made.perform(*EDITS[what])
    assert made.blocks(1) == 1
    assert not made.host.rests


def test_states_and_programs_end_its_rest(effect: Callable[[int], Facts], play: Play, tmp_path: Path) -> None:
    made = play(effect(0))
    kept = made.host.ask(lambda serial: Keep(serial, str(tmp_path / "state"), always=True))
    assert isinstance(kept, Kept)
    for make in (lambda serial: Restore(serial, kept.path), lambda serial: Choose(serial, 0)):
        made.fall_asleep()
        made.host.ask(make)
        assert made.blocks(1) == 1


def test_a_knob_that_a_cable_moves_keeps_it_awake_and_one_that_stands_does_not(
    effect: Callable[[int], Facts], play: Play
) -> None:
    made = play(effect(0))
    made.engine.load(code("counter"))
    made.perform(cable(SOURCE, "out", SYNTH, "colour"))
    made.fall_asleep()
    made.perform(add(3, "counter"), cable(3, "number", SYNTH, "gain", -1e-7))
    assert made.blocks(SAID + 100) > SAID + 98


def test_it_stays_as_it_is_through_a_hard_bypass(effect: Callable[[int], Facts], play: Play) -> None:
    made = play(effect(0), gain=0.5)
    made.fall_asleep()
    for on in (True, False):
        made.perform(SetBypass(SYNTH, on, hard=True))
        made.sound(16 * QUANTUM)
    assert_allclose(made.feed(2.0)[4 * QUANTUM : 8 * QUANTUM], 1.0)


def test_another_process_plays_though_the_one_before_it_rested(effect: Callable[[int], Facts], play: Play) -> None:
    made = play(effect(0))
    made.fall_asleep()
    with hosted(made.host.facts, sample_rate=RATE) as following:
        made.engine.plug_in(following.place())
        made.host = following
        assert made.blocks(20) == 20
        assert_allclose(made.feed(2.0)[4 * QUANTUM : 8 * QUANTUM], 2.0)


def test_a_tail_that_is_not_said_is_not_one_without_an_end(echo: Callable[[int], Facts]) -> None:
    assert [echo(answer).tail for answer in (0, 1, 2, ENDLESS_ANSWER)] == [UNKNOWN, 0, 2, ENDLESS]


def test_what_wakes_it_is_heard_to_the_last_bit_and_its_beats_are_right(
    echo: Callable[[int], Facts], play: Play
) -> None:
    takes, beats, rested = [], [], []
    for rests in (True, False):
        made = play(echo(0), rests=rests, seconds=0.01, offset=0.5)
        takes.append([made.feed(3.0, -1.0), made.hear(UNSAID + SECOND), made.feed(2.0, 0.3)])
        answer = made.host.ask(lambda serial: AskText(serial, BEATS))
        assert isinstance(answer, Text)
        beats.append(answer.text)
        rested.append(made.host.read("done") < UNSAID + SECOND)
    assert rested == [True, False]
    for with_rest, without in zip(*takes, strict=True):
        assert_array_equal(with_rest, without)
    assert np.abs(takes[0][2]).max() > 1.5
    assert beats[0] == beats[1]


def test_an_echo_after_a_long_silence_is_not_cut_off(echo: Callable[[int], Facts], play: Play) -> None:
    made = play(echo(0), seconds=0.7)
    made.feed(1.0)
    heard = made.hear(28 * SECOND)
    assert not made.host.rests
    assert np.abs(heard[-30 * QUANTUM :]).max() > 0.9


@pytest.mark.parametrize("hum", [1e-3, 1e-9])
def test_the_quietest_hum_is_heard_for_ever(echo: Callable[[int], Facts], play: Play, hum: float) -> None:
    made = play(echo(0), hum=hum)
    assert made.blocks(UNSAID + 100) == UNSAID + 100
    assert not made.host.rests


def test_what_is_less_than_a_rounding_error_is_nothing(echo: Callable[[int], Facts], play: Play) -> None:
    made = play(echo(0), hum=1e-16)
    assert not made.hear(10).any()
    made.fall_asleep()


def test_an_offset_that_nobody_hears_stays_while_it_rests(echo: Callable[[int], Facts], play: Play) -> None:
    made = play(echo(0), offset=0.25)
    made.fall_asleep()
    assert_allclose(made.hear(10), 2.5e-6)


@pytest.mark.parametrize("path", STILL, ids=lambda path: path.stem)
def test_what_debians_play_is_the_same_to_the_last_bit_with_rests_and_without(play: Play, path: Path) -> None:
    if not path.exists():
        pytest.skip(f"{path.name} is not installed here")
    format = "vst3" if path.suffix == ".vst3" else "vst2"
    facts = Facts(format=format, path=str(path), uid="", name=path.stem)
    takes, blocks = [], []
    for rests in (True, False):
        made = play(facts, rests=rests, rate=REAL_RATE)
        heard = [made.feed(4.0, -2.0, 3.0)]
        quanta = round(LONGEST_RING + SECONDS + 1.0) * REAL_SECOND
        blocks.append(made.blocks(quanta))
        assert made.host.rests == rests
        heard += [made.hear(20), made.feed(3.0, -4.0, 1.0), made.hear(REAL_SECOND)]
        takes.append(np.concatenate(heard))
    assert blocks[0] < blocks[1] == quanta
    assert np.abs(takes[0]).max() > 0.1
    assert_array_equal(takes[0], takes[1])
