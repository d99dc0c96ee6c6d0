"""Steps for sixteen voices side by side: the same samples as sixteen steps, whatever is written in them."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from livepatch.compiler.attempt import with_voices
from livepatch.compiler.library import Library
from livepatch.compiler.primitives import NATIVE
from livepatch.compiler.rehearsal import Rehearsal
from livepatch.compiler.rewrite import Rewritten, rewrite
from livepatch.declarations import read_panel
from livepatch.protocol.builds import PEAK, read_build
from tests.conftest import Playable

FRAMES = 40
HEAD = """
from livepatch.dsp import *
from livepatch.module import Module, buffer, button, connected, inlet, knob, light, outlet, switch

TABLE_SIZE = 8
FEW = 3
VOLTS = (1.0, -2.0, 4.0, 0.5)
MASKS = (4095, 2741, 1453)
MANY = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0)


def fold(x: float, limit: float) -> float:
    if x > limit:
        return 2.0 * limit - x
    if x < -limit:
        return -2.0 * limit - x
    return x


class Test(Module):
    amount = knob(0.0, 4.0, 1.0)
    kind = switch("one", "two", "three")
    a = inlet()
    b = inlet()
    out = outlet()
    second = outlet()
    lamp = light()
    total = 0.0
    count = 3
    on = False
    last = 0.0
    line = buffer(frames=8)
    long = buffer(frames=5000)
    hold = False
    heard = 0.0

    def step(self) -> None:
"""


def module(*lines: str) -> str:
    used = "exp2, sin1, clamp, divide, frac, tanh, log2, sqrt, floor, add_step, take_edge, quarter_sine"
    text = HEAD.replace("import *", f"import {used}")
    return text + "".join(f"        {line}\n" for line in lines)


def rewritten(*lines: str) -> Rewritten:
    text = module(*lines)
    return rewrite(text, "test.py", read_panel(text, "test.py"), Library(NATIVE))


STEPS = {
    "arithmetic": ["self.out = (self.a + 2.0) * self.b - self.a / (3.0 + self.amount) + -self.b"],
    "functions": [
        "self.out = exp2(0.3 * self.a) + sin1(self.b) * tanh(self.a)",
        "self.second = sqrt(self.b) + log2(self.amount + 1.0)",
    ],
    "powers": [
        "rate = 3.0 * exp2(0.5 * self.a) + divide(100.0, self.sample_rate)",
        "self.total += rate * exp2(self.total - 2.0)",
        "self.total = clamp(self.total, 0.0, 2.0)",
        "self.out = self.total + rate * exp2(self.amount * floor(self.b))",
    ],
    "a cutoff and its feedback": [
        "octaves = 0.3 * self.a + self.amount - 4.0",
        "place = clamp(exp2(octaves), 0.001, 0.9)",
        "gain = divide(place, 1.0 + place) + sin1(0.01 * place) * tanh(place)",
        "keep = 1.0 - gain",
        "self.total = gain * self.b + keep * self.total + 0.01 * self.a",
        "self.last = gain",
        "self.out = self.total + self.amount",
        "self.second = octaves",
    ],
    "a cutoff by a switch": [
        "octaves = 0.3 * self.a",
        "if self.kind == 1:",
        "    octaves += self.b",
        "elif self.kind == 2:",
        "    octaves = self.amount",
        "gain = clamp(exp2(octaves) * exp2(octaves) + tanh(sin1(octaves)), 0.0, 0.5)",
        "self.total += gain * (self.b - self.total)",
        "self.out = self.total",
    ],
    "what a cable moves": [
        "gain, most = exp2(self.amount), 2.0 * self.amount",
        "if connected(self.b):",
        "    gain, most = exp2(self.b), self.b",
        "self.total = clamp(gain * self.a + 0.5 * self.total, -most, most)",
        "self.out = self.total",
    ],
    "a place between two sides": [
        "place = 0.5 + 0.5 * clamp(self.amount - 2.0 + 0.2 * self.a, -1.0, 1.0)",
        "left, right = quarter_sine(1.0 - place), quarter_sine(place)",
        "self.out = self.b * left",
        "self.second = self.b * right",
    ],
    "the larger one": [
        "self.out = (self.a if self.a > self.b else self.b) + (self.a if self.b < self.a else self.b)",
        "self.second = (self.a if self.a < self.b else self.b) - (self.b if self.a > 0.5 else 0.5)",
        "self.count = self.count if self.count > int(self.a) else int(self.a)",
        "self.last = self.last if self.last > self.count else self.count",
    ],
    "state": ["self.total += 0.1 * self.a", "self.out = self.total"],
    "states that change places": [
        "self.total, self.last = self.last, self.total + self.a",
        "self.out = self.total - self.last",
    ],
    "a branch": [
        "if self.a > self.b:",
        "    self.total = self.total * 0.5 + self.a",
        "    self.count += 1",
        "elif self.a < -2.0:",
        "    self.total = -self.b",
        "else:",
        "    self.on = not self.on",
        "self.out = self.total + self.count",
        "self.second = 5.0 if self.on else self.b",
    ],
    "a branch with much work": [
        "if self.a > 2.0:",
        "    y = exp2(self.a) + sin1(self.b)",
        "    self.total = clamp(y, -3.0, 3.0) + self.total * 0.2",
        "    self.on = True",
        "else:",
        "    y = tanh(self.b)",
        "    self.on = self.b > 0.0",
        "self.out = y + self.total + float(self.on)",
    ],
    "a switch": [
        "if self.kind == 1:",
        "    gain = exp2(self.amount)",
        "    number = 2",
        "elif self.kind == 2:",
        "    gain = self.a",
        "    number = 3",
        "else:",
        "    gain = 0.5",
        "    number = 4",
        "self.out = gain * self.b + number",
    ],
    "a choice by a switch": [
        "turned = frac(self.a + 0.75) if self.kind == 1 else self.a",
        "self.total = (frac(turned) if self.kind == 2 else clamp(self.b, -1.0, 1.0)) + 0.5 * self.total",
        "self.on = self.a > floor(self.b) if self.kind == 0 else self.on",
        "self.out = turned + self.total + float(self.on)",
    ],
    "a switch between kinds of numbers": [
        "if self.kind == 1:",
        "    y = self.a > 0.0",
        "    k = int(self.a)",
        "elif self.kind == 2:",
        "    self.total += self.b",
        "    y = self.kind == 3",
        "    k = 4",
        "else:",
        "    y = False",
        "    k = self.kind + 1",
        "self.out = self.b * k + self.total if y else k - self.b",
    ],
    "a switch inside a branch": [
        "if self.a > 0.0:",
        "    if self.kind == 1:",
        "        y = self.b > 1.0",
        "    else:",
        "        y = self.on",
        "    self.total = tanh(self.a) * (2.0 if y else 0.5)",
        "    self.on = not y",
        "self.out = self.total",
    ],
    "comparisons": [
        "self.out = 1.0 if -1.0 < self.a <= self.b else 0.0",
        "self.second = 1.0 if (self.a == self.b or self.a != self.a) and not self.on else 2.0",
        "self.on = self.a >= 1.0 or self.b >= 1.0",
    ],
    "whole numbers": [
        "self.count = (self.count + int(self.a)) % 7",
        "k = self.count // 2 + (self.count & 3) - min(self.count, 4)",
        "self.out = float(k) + abs(k - 2) + max(self.a, self.b, 0.5)",
    ],
    "a whole number of many bits": [
        "self.count = (self.count * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF",
        "self.out = float((self.count >> 40) & 0xFFFF) * 0.0001 + self.a",
    ],
    "a buffer": [
        "place = self.count",
        "self.out = self.line[place]",
        "if self.a > 0.0:",
        "    self.line[place] = self.b",
        "self.count = (place + (2 if self.b > 0.0 else 1)) % len(self.line)",
    ],
    "edges": [
        "if self.a > 0.0 and self.last <= 0.0:",
        "    add_step(self.line, self.count, 0.5, self.b)",
        "self.last = self.a",
        "self.out = take_edge(self.line, self.count)",
        "self.count = (self.count + 1) & 7",
    ],
    "functions of one's own": ["self.out = fold(self.a, self.amount) + fold(self.b, 2.0)"],
    "a short loop": ["y = self.a", "for k in range(4):", "    y = 0.5 * y + k", "self.out = y"],
    "a loop of as many turns as a constant says": [
        "y = self.a",
        "for k in range(FEW):",
        "    y += k",
        "self.out = y",
    ],
    "a loop over a table": [
        "y = 0.0",
        "for volts in VOLTS:",
        "    y = volts + self.a * y",
        "for place, mask in enumerate(MASKS):",
        "    y += place * mask",
        "self.out = y + len(VOLTS)",
    ],
    "a table by a switch": [
        "mask = MASKS[self.kind]",
        "self.out = self.a if mask & 4 == 4 else VOLTS[self.kind + 1] * self.b",
        "self.second = VOLTS[-1] + VOLTS[0] + VOLTS[self.kind - 3]",
    ],
    "a table by what counts": [
        "self.count = (self.count + 1) % 4",
        "self.out = self.a * VOLTS[self.count] + VOLTS[self.count - 4]",
    ],
    "a table by every voice for itself": [
        "place = int(self.a) % 4",
        "self.out = VOLTS[place] + VOLTS[place - 4] + MASKS[place // 2] // 5",
        "self.second = VOLTS[3] if self.b < 0.0 else MASKS[min(place, 1)] + VOLTS[self.a > self.b]",
    ],
    "a state whose name the base has too": [
        "self.heard = self.heard + 1.0 if self.a > 0.0 else 0.0",
        "self.out = self.heard",
    ],
    "an outlet that is kept": ["if self.a > 3.0:", "    self.out = self.b", "self.second = self.out + 1.0"],
    "a light": ["self.lamp = frac(self.a)", "self.out = self.a"],
    "an early end": [
        "self.out = self.a",
        "if self.b > 0.0:",
        "    return",
        "self.out = 2.0 * self.a + floor(self.b)",
    ],
    "a knob's own work": [
        "share = exp2(self.amount) / (1.0 + exp2(-self.amount))",
        "self.out = self.a * share + divide(1.0, self.sample_rate)",
    ],
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("native_code", [False, True])
def test_all_voices_at_once_are_sixteen_steps(
    name: str,
    native: Callable[..., Playable],
    interpreted: Callable[..., Playable],
    *,
    moving: bool,
    native_code: bool,
) -> None:
    load = native if native_code else interpreted
    text = module(*STEPS[name])
    chance = np.random.default_rng(5)
    given = {port: 5.0 * np.sin(chance.normal(size=(FRAMES, 16)) * 3.0) for port in ("a", "b")}
    given["amount"] = 2.0 + chance.normal(size=(FRAMES, 16)) * 0.5 if moving else np.full((FRAMES, 16), 1.5)
    for kind in range(3) if "switch" in name else [0]:
        together = load(text)
        assert together.module.lanes
        heard = together.render_voices(FRAMES, {**given, "kind": kind})
        for voice in range(16):
            one = {port: signal[:, voice] for port, signal in given.items()}
            alone = load(text).render(FRAMES, {**one, "kind": kind})
            for outlet, volts in alone.items():
                close = pytest.approx(volts, abs=1e-9, rel=4e-12)  # exp2() is right to 1e-12 in either form
                assert heard[outlet][:, voice] == close, (outlet, voice)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["k = 0", "while k < 3:", "    k += 1", "self.out = float(k)"], ": while"),
        (
            ["for k in range(self.count):", "    self.out = float(k)"],
            ": a loop whose number of turns is not written",
        ),
        (["for k in range(17):", "    self.out = float(k)"], ": a loop of 17 turns, where 16 may be"),
        (["self.on = self.hold = self.a > 0.0"], "`self.on = self.hold = self.a > 0.0`"),
        (["self.long[0] = self.a"], "`self.long`, a trace, or a buffer of more than 4096 samples"),
        (["for k in range(3):", "    if self.a > k:", "        break"], ": a loop that may be left early"),
        (["for x in self.line:", "    self.out = x"], ": a loop over `self.line`"),
        (
            ["self.out = MANY[int(self.a) % 3]"],
            "`MANY[int(self.a) % 3]`, of more than 16 numbers, one for each voice",
        ),
        (["table = VOLTS", "self.out = table[1]"], "`VOLTS` as a whole; take its numbers one by one"),
        (
            ["if self.a > 0.0:", "    y = 1.0", "if self.a > 0.0:", "    self.out = y"],
            "`y`, which not every way to here gives a value; give it one before the `if`",
        ),
        (
            ["self.count = int(self.a)", "self.count *= self.count", "self.out = self.a"],
            "a product of whole numbers",
        ),
        (["self.count = int(self.a)", "self.count = self.count << 3", "self.out = self.a"], "`self.count << 3`"),
        (["self.count = int(self.a)", "self.count &= 0xFFFFFFFF", "self.out = self.a"], "a mask of many bits"),
    ],
)
def test_what_cannot_be_written_so_says_where_and_plays_one_voice_after_the_other(
    lines: list[str], reason: str
) -> None:
    found = rewritten(*lines)
    assert not found.lanes
    assert reason in found.alone


def test_what_no_voice_changes_is_computed_once_and_what_knobs_change_when_they_move() -> None:
    text = rewritten(*STEPS["a knob's own work"]).text
    process = text[text.index("process_lanes") : text.index("def load_voice")]
    once, stretches = process.split("while begin__ < stop:")
    first, loop = stretches.split("for frame__ in range(begin__, until__):")
    assert "until__ = stop if self__still else begin__ + 1" in first
    assert first.count("lanes_exp2(") == 2
    assert "exp2" not in once + loop
    assert "divide(1.0, self__sample_rate)" in once
    assert "sample_rate" not in first + loop


def test_a_power_of_what_comes_in_is_computed_when_that_changes() -> None:
    text = rewritten(*STEPS["powers"]).text
    body = text[text.index("for frame__ in range(begin__", text.index("process_lanes")) :]
    body = body[: body.index("def load_voice")]
    assert body.count("lanes_exp2(") == 3
    asked = next(line for line in body.splitlines() if "lanes_any(" in line)
    inside = body.split(asked)[1].split("\n                lane__")[0]
    assert inside.count("lanes_exp2(") == 1
    assert "lanes_multiply(" in inside
    assert "lanes_add(" in inside
    assert "self__total" not in inside


@pytest.mark.parametrize("native_code", [False, True])
def test_a_power_follows_each_voice_from_block_to_block(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    playable = (native if native_code else interpreted)(module("self.out = 3.0 * exp2(self.a)"))
    volts = np.tile(np.arange(16.0) / 4.0, (FRAMES, 1))
    for turn in range(4):
        if turn == 2:
            volts[7:, 5] += 1.0
        heard = playable.render_voices(FRAMES, {"a": volts})["out"]
        assert heard == pytest.approx(3.0 * np.exp2(volts), rel=1e-8)


@pytest.mark.parametrize("native_code", [False, True])
def test_a_power_that_is_all_a_state_has_stays_in_it(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    playable = (native if native_code else interpreted)(module("self.out = self.last", "self.last = exp2(self.a)"))
    volts = np.tile(np.arange(16.0) / 4.0, (FRAMES, 1))
    playable.render_voices(FRAMES, {"a": volts})
    for _ in range(3):
        assert playable.render_voices(FRAMES, {"a": volts})["out"] == pytest.approx(np.exp2(volts), rel=1e-8)


def test_of_what_is_computed_ahead_only_what_is_costly_is_kept() -> None:
    text = rewritten(*STEPS["a cutoff and its feedback"]).text
    begun = text.index("begin__: i64 = start - 1")
    loop = text[text.index("for frame__ in range(begin__", begun) :]
    ahead, this = loop.split("if frame__ >= start:")
    assert ahead.count(" = lanes_subtract(") == 1  # octaves; `keep` is made of the gain where it is needed
    assert len(set(re.findall(r"now__\w+", this))) == 2


@pytest.mark.parametrize("native_code", [False, True])
def test_what_is_computed_ahead_is_the_same_in_one_block_and_frame_by_frame(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    load = native if native_code else interpreted
    text = module(*STEPS["a cutoff and its feedback"])
    assert "now__" in rewritten(*STEPS["a cutoff and its feedback"]).text
    chance = np.random.default_rng(7)
    given = {name: chance.normal(size=(FRAMES, 16)) for name in ("a", "b", "amount")}
    whole = load(text).render_voices(FRAMES, given)
    single = load(text)
    for frame in range(FRAMES):
        heard = single.render_voices(1, {name: volts[frame : frame + 1] for name, volts in given.items()})
        for outlet, volts in heard.items():
            assert (volts[0] == whole[outlet][frame]).all(), (outlet, frame)


@pytest.mark.parametrize("native_code", [False, True])
def test_no_bit_of_a_whole_number_is_lost_between_blocks(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    load = native if native_code else interpreted
    text = module(*STEPS["a whole number of many bits"])
    number, volts = 3, []
    for _ in range(3 * FRAMES):
        number = (number * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
        volts.append(((number >> 40) & 0xFFFF) * 0.0001)
    playable = load(text)
    assert playable.module.lanes
    silence = np.zeros((FRAMES, 16))
    heard = np.concatenate([playable.render_voices(FRAMES, {"a": silence})["out"] for _ in range(3)])
    assert heard == pytest.approx(np.repeat(np.array(volts)[:, None], 16, axis=1))


def test_a_step_without_feedback_computes_nothing_ahead() -> None:
    text = rewritten(*STEPS["a place between two sides"]).text
    assert "recall__0" in text
    assert "now__" not in text


def test_voices_that_would_play_something_else_are_played_in_turn(build: Callable[..., Path]) -> None:
    """Of a step whose voices differ by chance of the machine there is none, so what is compared is changed."""
    facts = read_build(build(module(*STEPS["state"])))
    assert facts.lanes
    assert "side by side" in facts.voices
    other = with_voices(facts, None)
    assert not other.lanes
    assert "one after the other" in other.voices


def test_a_rehearsal_hears_voices_that_play_something_else(interpreted: Callable[..., Playable]) -> None:
    text = module(*STEPS["arithmetic"])
    cls = type(interpreted(text).module)
    assert Rehearsal(cls, read_panel(text, "test.py")).play_lanes() is not None
    wrong = cls.process_lanes
    try:
        cls.process_lanes = lambda self, start, stop: (wrong(self, start, stop), self.out.__setitem__(16, 99.0))
        assert Rehearsal(cls, read_panel(text, "test.py")).play_lanes() is None
    finally:
        cls.process_lanes = wrong


@pytest.mark.parametrize("native_code", [False, True])
def test_a_light_of_two_colours_shows_the_voice_that_is_farthest_from_0(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    text = module("self.lamp = 0.1 * self.a", "self.out = self.a")
    two = text.replace("lamp = light()", 'lamp = light(colour="green", below="red")')
    volts = np.zeros((64, 16))
    volts[:, 2], volts[:, 3] = -8.0, 1.0
    for source, shown in ((text, 0.1), (two, -0.8)):
        playable = (native if native_code else interpreted)(source)
        playable.render_voices(64, {"a": volts})
        assert playable.module.lamp == pytest.approx(shown)
        assert getattr(playable.module, PEAK + "lamp") == pytest.approx(shown)


@pytest.mark.parametrize("native_code", [False, True])
def test_voices_that_do_not_sound_light_nothing(
    native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    text = module("self.lamp = 1.0 - 0.1 * self.a", "self.out = self.a")
    for source in (text, text.replace("lamp = light()", 'lamp = light(below="red")')):
        playable = (native if native_code else interpreted)(source)
        volts = np.zeros((64, 16))
        volts[:, :2] = 8.0, 9.0
        playable.module.voices_heard = 2
        playable.render_voices(64, {"a": volts})
        assert playable.module.lamp == pytest.approx(0.2)


def test_a_number_that_only_counts_is_the_same_for_all_voices() -> None:
    text = rewritten("self.count = (self.count + 1) & 7", "self.out = take_edge(self.line, self.count)").text
    assert "lanes_take_edge_at(" in text
    text = rewritten("self.count += int(self.a)", "self.out = take_edge(self.line, self.count)").text
    assert "lanes_take_edge_at(" not in text


def test_what_one_outlet_alone_needs_waits_behind_the_question_whether_it_is_heard() -> None:
    text = rewritten(
        "both = self.a * 2.0", "alone = sin1(self.b)", "self.out = both", "self.second = both + alone"
    ).text
    for method in ("process", "process_lanes"):
        body = text.split(f"def {method}(")[1].split("def ")[0]
        asked = body.split("if ")[-1]
        assert "sin1(" in asked, method
        assert "second" in asked, method
        assert body.count("sin1(") == 1, method


def test_what_remembers_is_computed_whether_it_is_heard_or_not() -> None:
    text = rewritten("self.total = self.total + sin1(self.a)", "self.out = self.total", "self.second = 1.0").text
    body = text.split("def process(")[1].split("def ")[0]
    assert body.index("sin1(") < body.index("if self__is__heard_out")
