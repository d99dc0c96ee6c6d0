"""Real builds: what sounds, what is wrong and on which line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.errors import ModuleError, Problem
from livepatch.module import Port
from livepatch.protocol.builds import read_build
from tests.conftest import Playable

HEAD = """\
import math

from livepatch.dsp import clamp, exp2, frac
from livepatch.module import Module, buffer, button, connected, inlet, knob, light, outlet, signal, switch

TABLE = (1.0, 2.0, 4.0)
COUNTS = (1, 2, 3)


def scaled(x: float, times: int) -> float:
    return x * times


class Test(Module):
    gain = knob(0.0, 2.0, 1.0)
    depth = knob(0.0, 1.0, 0.0)
    mode = switch("a", "b", "c")
    hold = button()
    audio = inlet()
    out = outlet()
    second = outlet()
    lamp = light()
    line = buffer(frames=8)
    phase = 0.0
    count = 0
    risen = False
"""
FIRST = len(HEAD.splitlines()) + 1
"""The line after HEAD, where a test's own text begins."""
Compile = Callable[..., Path]


def problem(build: Compile, body: str, head: str = HEAD) -> Problem:
    with pytest.raises(ModuleError) as refused:
        build(head + body)
    return refused.value.problems[0]


BODIES = {
    "state": """
    def step(self) -> None:
        self.phase = frac(self.phase + 0.01 * exp2(self.gain))
        self.count += 1
        self.out = self.phase * 2 - 1 + self.count
        self.second = self.audio * self.gain
        self.lamp = self.phase
""",
    "branches": """
    def step(self) -> None:
        if self.audio > 1.0:
            self.out = 1.0
            return
        self.risen = self.audio < -1.0 or self.hold
        if self.risen:
            self.count = self.count + 1 if self.count < 100 else 0
        elif connected(self.audio):
            self.second = -1.0
        self.out = self.count / 2 + (1 if self.risen else 0)
""",
    "mixtures": """
    def step(self) -> None:
        whole = int(self.audio) + COUNTS[self.mode]
        start = math.floor(self.audio) - 3
        y = scaled(self.audio, whole) + self.audio * start + abs(start)
        y += whole
        y **= 2
        self.count = round(y) % 7
        low, high = min(self.count, 3), max(self.gain, 1, self.count)
        for index in range(len(self.line)):
            self.line[index] = self.line[index] * 0.5 + index * TABLE[self.mode]
        self.out = y + low / high + self.line[self.count] + (1 << 40) + self.risen
        self.second = 3 // 2 + whole // 2 + self.audio ** 2 + 2 ** self.gain + (self.audio > 0)
""",
    "conversions": """
    def step(self) -> None:
        whole = -7
        part = 0.5
        flag = self.audio > 0
        half = whole / 2 + (whole // 2) + whole % 3 + float(whole) + float(flag)
        picked = part if flag else 1
        self.count += 2 if flag else 1
        self.count = -self.count if self.count > 50 else self.count
        pair = (self.count, picked)
        number, amount = pair[0], pair[1]
        total = 0.0
        for index, value in enumerate(TABLE):
            total += value * index
        for step in range(4, 0, -1):
            total -= step
            if total < -3:
                break
            if step == 2:
                continue
        n = 0
        while n < 3 and total < 100:
            n += 1
            total += n
        self.phase = max(-1, min(1, self.phase + 0.1 * self.audio))
        y = 2 * part if flag and number else int(self.audio * 3) >> 1
        self.out = half + picked + number * amount + total + n + y + round(self.audio) + (number & 3)
        self.second = self.phase + (number ** 2) / 3 + math.fmod(self.audio, 2) + math.sqrt(n) + abs(-n) + math.tau
""",
    "plain": """
    def wrap(self, x: float) -> float:
        while x >= 1.0:
            x -= 1.0
            if x < 0.5:
                return x
        return x

    def step(self) -> None:
        for index in range(3):
            if self.audio > index:
                self.out = self.wrap(self.audio)
                return
        self.second = self.out + self.count
        self.count += 1
        self.out = 0.0
""",
    "process": """
    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        out = signal(self.out)
        second = signal(self.second)
        for i in range(start, stop):
            self.count = (self.count + 1) % 8
            self.line[self.count] = audio[i] * self.gain
            out[i] = self.line[(self.count + 3) % 8]
            out[i] += self.count
            second[i] = self.mode * 2
""",
}
FORMS = {"plain": "plain", "process": "process"}


def stepped(text: str, signals: dict[str, NDArray[np.float64]], mode: int) -> dict[str, NDArray[np.float64]]:
    """The outlets of the author's own text, stepped as plain Python."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "test.py", "exec"), namespace)
    module = namespace["Test"]()
    module.mode = mode
    frames = len(signals["audio"])
    rendered = {name: np.empty(frames) for name in ("out", "second")}
    for frame in range(frames):
        for name, signal in signals.items():
            port = Port(float(signal[frame]))
            port.connected = name == "audio"
            setattr(module, name, port)
        module.step()
        for name, block in rendered.items():
            block[frame] = getattr(module, name)
    return rendered


@pytest.mark.parametrize("name", BODIES)
def test_native_and_interpreted_and_plain_give_the_same_samples(
    name: str, build: Compile, native: Callable[..., object], interpreted: Callable[..., object]
) -> None:
    text = HEAD + BODIES[name]
    noise = np.random.default_rng(1).uniform(-5.0, 5.0, 150)
    knob = np.linspace(0.0, 2.0, 150)
    rendered = []
    for load in (native, interpreted):
        playable = load(text)
        given = {"audio": noise, "gain": 0.5, "mode": 2}
        first = playable.render(150, given, block=37)  # type: ignore[attr-defined]
        second = playable.render(150, given | {"gain": knob})  # type: ignore[attr-defined]
        rendered.append(np.concatenate([first["out"], first["second"], second["out"], second["second"]]))

    if name != "process":
        whole = stepped(text, {"audio": np.tile(noise, 2), "gain": np.concatenate([np.full(150, 0.5), knob])}, 2)
        rendered.append(
            np.concatenate([whole["out"][:150], whole["second"][:150], whole["out"][150:], whole["second"][150:]])
        )
    assert read_build(build(text)).form == FORMS.get(name, "step")
    assert np.ptp(rendered[0]) > 0.0
    for other in rendered[1:]:
        np.testing.assert_allclose(rendered[0], other, rtol=1e-12, atol=1e-12)


WRONG = [
    ("self.out = (self.audio", 1, None, "was never closed"),
    ("self.out = self.audio + None", 1, None, 'Unsupported operand types for + ("float" and "None")'),
    ('self.out = self.audio + "x"', 1, '"x"', "text cannot be used in the sound"),
    ("self.out = frak(self.audio)", 1, "frak", 'Name "frak" is not defined'),
    ("self.out = self.audoi", 1, "self.audoi", 'has no attribute "audoi"'),
    ("self.count = None", 1, "None", 'expression has type "None", variable has type "int"'),
    (
        "self.out = 1.0 / self.depth",
        1,
        "self",
        "when tried as it starts; divide(a, b) of livepatch.dsp gives 0 instead",
    ),
    (
        "self.out = self.line[9]",
        1,
        "self",
        "IndexError: that is beyond the end of a buffer, when tried as it starts",
    ),
    ("while self.depth < 5.0:\n            self.count += 1", 1, "while", "does not come to an end"),
    (
        "x = 1.0\n        while x > 0.0:\n            for i in range(3):\n                x += i\n",
        2,
        "while",
        "end",
    ),
    ("self.phase = self.phase * 2.0 + 1.0\n        self.out = self.phase * 1e300", 2, "self.out", "infinite"),
    ("y = math.exp(800.0)\n        self.out = self.audio\n        self.out = y - y", 3, "self", "not a number"),
    ("for i in range(3000):\n            self.out = math.sin(self.out + i)", 0, "def", "too slow"),
    ("self.gain = 1.0", 1, "self.gain", "cannot be set here"),
    ("self.count = 0.5 * self.audio", 1, "0.5", "self.count begins as a whole number (line 25: `count = 0`)"),
    ("self.count += self.audio", 1, "self.audio", "begin it as one: `count = 0.0`"),
    ("n = 1\n        n = self.audio", 2, "self.audio", "n begins as a whole number (line 29: `n = 1`)"),
    ("self.out = self.out[0]", 1, "self.out[0]", "this is one number, not a block"),
    ("self.line[self.phase] = 1.0", 1, "self.phase", "a place in a buffer is a whole number: `int(x)`"),
    ("self.out = self.line[self.phase]", 1, "self.line", "a place in a buffer is a whole number: `int(x)`"),
    ("print(self.audio)", 1, "print", "print() cannot be used"),
    ("f = lambda x: x", 1, "lambda", "a lambda is slow here"),
]


@pytest.mark.parametrize(("body", "offset", "token", "words"), WRONG, ids=[words[:24] for *_, words in WRONG])
def test_what_is_wrong_is_told_at_its_own_line(
    build: Compile, body: str, offset: int, token: str | None, words: str
) -> None:
    text = f"\n    def step(self) -> None:\n        {body}\n"
    found = problem(build, text)
    lines = (HEAD + text).splitlines()

    assert words in found.message
    assert found.line == FIRST + 1 + offset
    assert "Traceback" not in found.message
    if token is not None:
        assert lines[found.line - 1][found.column - 1 :].startswith(token)


def test_a_function_that_gives_nothing_is_told_to_say_so(build: Compile) -> None:
    head = HEAD.replace("class Test", "def nothing():\n    pass\n\n\nclass Test")
    found = problem(build, "\n    def step(self) -> None:\n        nothing()\n", head)

    assert found.line == head.splitlines().index("def nothing():") + 1
    assert found.message == "say that it gives nothing: `def nothing() -> None:`"


def test_a_crash_is_survived_and_told(build: Compile) -> None:
    found = problem(
        build,
        """
    def deeper(self, x: float) -> float:
        return self.deeper(x + 1.0) + 1.0

    def step(self) -> None:
        self.out = self.deeper(1.0)
""",
    )

    assert "SIGSEGV" in found.message or "RecursionError" in found.message
    assert found.line == FIRST + 2


def test_a_file_that_ends_the_process_is_refused_before_it_runs(build: Compile) -> None:
    body = "\n    def step(self) -> None:\n        os._exit(1)\n"
    found = problem(build, body, head="import os\n" + HEAD)

    assert (found.line, found.column) == (1, 1)
    assert "a module cannot import os" in found.message


def test_an_endless_loop_in_a_process_form_is_named(build: Compile) -> None:
    found = problem(
        build,
        """
    def process(self, start: int, stop: int) -> None:
        out = signal(self.out)
        i = start
        while i < stop:
            out[i] = 1.0
""",
    )

    assert found.line == FIRST + 4
    assert "does not come to an end" in found.message


def test_an_outlet_of_a_process_form_that_is_no_number_is_named(build: Compile) -> None:
    found = problem(
        build,
        """
    def process(self, start: int, stop: int) -> None:
        out = signal(self.out)
        for i in range(start, stop):
            out[i] = math.inf
""",
    )

    assert found.line == FIRST + 4
    assert "out becomes infinite" in found.message


def test_several_mistakes_are_told_in_order_each_once(build: Compile) -> None:
    body = """
    def step(self) -> None:
        self.out = frak(exp2(self.gain))
        self.second = self.nope
"""
    with pytest.raises(ModuleError) as refused:
        build(HEAD + body)

    lines = [found.line for found in refused.value.problems]
    assert lines == [FIRST + 2, FIRST + 3]


VOICES_HEAD = """\
from livepatch.dsp import VOICES
from livepatch.module import Module, buffer, channels, inlet, outlet, poly, set_channels


class Test(Module):
    audio = inlet()
    out = outlet()
    line = buffer(frames=16)

    def process(self, start: int, stop: int) -> None:
        audio = poly(self.audio)
        out = poly(self.out)
        set_channels(self.out, channels(self.audio))
        for i in range(start, stop):
            for voice in range(channels(self.audio)):
                out[i * VOICES + voice] = self.line[voice] + audio[i * VOICES + voice]
"""


def test_a_process_form_is_tried_with_every_number_of_voices(
    build: Compile, native: Callable[..., Playable]
) -> None:
    volts = np.arange(640.0).reshape(64, 10)
    assert native(VOICES_HEAD).render(64, {"audio": volts})["out"] == pytest.approx(volts)
    found = problem(build, "", VOICES_HEAD.replace("frames=16", "frames=15"))
    assert found.line == 16
    assert "sixteen voices" in found.message
