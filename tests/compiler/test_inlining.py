"""Blocks and helpers written into the code that calls them: the samples stay those of plain Python."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.compiler import interpreted
from livepatch.compiler.library import Library
from livepatch.compiler.rewrite import Rewritten, rewrite
from livepatch.declarations import read_panel
from livepatch.errors import ModuleError
from tests.conftest import Playable

LIBRARY = Library(frozenset({"exp2", "frac", "sin1"}))
HEAD = """\
from livepatch.module import Module, buffer, inlet, knob, outlet
from livepatch.dsp import crossfade, schmitt

class Test(Module):
    gain = knob(0.0, 2.0, 1.0)
    audio = inlet()
    other = inlet()
    out = outlet()
    line = buffer(frames=8)
    edge = schmitt()
    wide = schmitt(-2.0, 2.0)
    level = 0.0
    count = 0
"""
HELPERS = """
    def next(self) -> int:
        self.count = (self.count + 1) % 8
        return self.count

    def grown(self, by: float, least: float = 0.5) -> float:
        if by < least:
            return 0
        self.level = 0.5 * self.level + by
        return self.level
"""
_CHANCE = random.Random(3)
AUDIO = [_CHANCE.uniform(-3.0, 3.0) for _ in range(200)]
OTHER = [_CHANCE.uniform(-1.0, 3.0) for _ in range(200)]


def rewritten(body: str, head: str = HEAD) -> Rewritten:
    text = head + body
    return rewrite(text, "test.py", read_panel(text, "test.py"), LIBRARY)


def generated(text: str) -> list[float]:
    module = interpreted.load(text, "generated", "Test")()
    module.still = False
    module.audio, module.other = vec[float](AUDIO), vec[float](OTHER)
    module.gain = vec[float]([0.5] * len(AUDIO))
    module.out = vec[float]([0.0] * len(AUDIO))
    module.prepare()
    module.process(0, 77)
    for frame in range(77, len(AUDIO)):
        module.process(frame, frame + 1)
    return list(module.out)


def plain(text: str) -> list[float]:
    names: dict[str, Any] = {"__name__": "plain"}
    exec(text, names)
    module = names["Test"]()
    out = []
    for audio, other in zip(AUDIO, OTHER, strict=True):
        module.audio, module.other, module.gain = audio, other, 0.5
        module.step()
        out.append(float(module.out))
    return out


BODIES = {
    "a call by itself": "self.edge.process(self.audio)\nself.out = 1.0 if self.edge.on else 0.0",
    "a test": "if self.edge.rises(self.audio):\n    self.count += 1\nself.out = float(self.count)",
    "else if": """
if self.edge.rises(self.audio):
    self.level = 1.0
elif self.wide.rises(self.other):
    self.level = 2.0
elif self.edge.falls(self.audio) and not self.wide.on:
    self.level = 3.0
self.out = self.level""",
    "and": "self.out = 1.0 if self.audio > 0.0 and self.edge.rises(self.other) else 0.0",
    "or": "self.out = 1.0 if self.audio > 1.0 or self.edge.rises(self.other) or self.wide.on else 0.0",
    "and in or": """
on = self.edge.rises(self.audio) or self.audio < 1.0 and self.wide.rises(self.other) and not self.edge.on
self.out = 1.0 if on else 0.0""",
    "a choice": "self.out = self.grown(self.other) if self.edge.on else 0\nself.edge.process(self.audio)",
    "a choice in a choice": """
self.out = (1.0 if self.wide.rises(self.other) else 2.0) if self.edge.rises(self.audio) else self.grown(1.0)""",
    "a comparison": "self.out = 1.0 if self.edge.process(self.audio) == self.wide.process(self.other) else 0.0",
    "the order of a sum": "self.out = self.level + self.grown(self.audio) * self.level - self.grown(1)",
    "the order of arguments": "self.out = crossfade(self.level, self.grown(self.audio), self.grown(0.7))",
    "a call as an argument": """
self.out = self.grown(0.2 * self.grown(self.audio) + self.other, least=self.grown(0.6) - self.level)""",
    "a sum of its own": "self.level -= self.grown(self.audio)\nself.out = self.level",
    "an element": "self.line[self.count] = self.grown(self.audio)\nself.next()\nself.out = self.line[self.next()]",
    "an element's sum": """
self.line[3] += self.grown(self.audio + self.line[3])
self.line[3] *= 0.2
self.out = self.line[3]""",
    "a loop": "self.out = 0.0\nfor i in range(self.next()):\n    self.out += self.grown(float(i))",
    "a loop with a test": """
turns = 0
while self.next() < 5 and turns < 9:
    turns += 1
    if self.edge.rises(self.audio):
        continue
    if turns > 3:
        break
self.out = float(turns)""",
    "an early return": """
if self.edge.rises(self.audio):
    self.out = 5.0
    return
if self.wide.process(self.other):
    self.out = self.grown(1.0)
    if self.audio > 2.0:
        return
    self.out += 1.0
self.out -= self.grown(0.2)""",
    "locals with names of its own": """
was_on = 2.0
max = self.edge.rises(self.audio)
self.out = was_on if max else 0.0""",
    "a block in a local's place": """
edge = self.edge.on
self.edge.process(self.audio)
self.out = 1.0 if edge else 0.0""",
    "what is in a block": "self.edge.on = not self.edge.on\nself.out = float(self.edge.on)",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_inlined_gives_the_samples_of_plain_python(body: str) -> None:
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    text = f"{HEAD}\n    def step(self) -> None:\n{lines}{HELPERS}"
    result = rewritten(text.removeprefix(HEAD))
    assert result.form == "step"
    assert "self.edge." not in result.text
    assert generated(result.text) == plain(text)
    assert len(set(plain(text))) > 1


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_inlined_compiles(native: Callable[..., Playable], body: str) -> None:
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    text = f'"""Test."""\n{HEAD}\n    def step(self) -> None:\n{lines}{HELPERS}'
    given = {"audio": np.array(AUDIO), "other": np.array(OTHER), "gain": 0.5}
    assert native(text).render(len(AUDIO), given)["out"] == pytest.approx(plain(text), abs=1e-9)


def test_a_block_is_state_of_the_module_that_a_swap_carries_over() -> None:
    panel = read_panel(HEAD + "\n    def step(self) -> None:\n        pass\n", "test.py")
    states = {state.name: (state.kind, state.default) for state in panel.states}
    assert states["edge__on"] == ("bool", 0.0)
    assert states["wide__on"] == ("bool", 0.0)


def test_blocks_work_in_process() -> None:
    body = """
    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        out = signal(self.out)
        for i in range(start, stop):
            out[i] = 1.0 if self.edge.rises(audio[i]) else self.half(audio[i])

    def half(self, x: float) -> float:
        return 0.5 if self.wide.process(x) else 0.0
"""
    head = HEAD.replace("outlet\n", "outlet, signal\n")
    assert generated(rewritten(body, head).text) == generated(
        rewritten("""
    def step(self) -> None:
        x = self.edge.rises(self.audio)
        if not x:
            self.wide.process(self.audio)
        self.out = 1.0 if x else (0.5 if self.wide.on else 0.0)
""").text
    )


def test_what_is_inlined_stands_at_the_line_that_calls_it() -> None:
    result = rewritten(
        "\n    def step(self) -> None:\n        self.out = 0.0\n        if self.edge.rises(self.audio):\n"
        "            self.out = 1.0\n"
    )
    lines = result.text.splitlines()
    inside = next(number for number, line in enumerate(lines, 1) if "self__edge__on = " in line and ">=" in line)
    called = (HEAD + "\n    def step(self) -> None:\n        self.out = 0.0\n").count("\n") + 1
    assert result.positions.lines[inside] == called


def test_a_helper_that_calls_itself_stays_a_method() -> None:
    body = """
    def step(self) -> None:
        self.out = self.halved(self.audio)

    def halved(self, x: float) -> float:
        return self.halved(0.5 * x) if x > 1.0 else x
"""
    assert rewritten(body).form == "plain"


@pytest.mark.parametrize(
    ("line", "where", "why"),
    [
        ("self.out = self.edge", "16:20", "a schmitt is no value; call one of its methods"),
        ("self.edge = self.wide", "16:9", "edge is a schmitt for good"),
        ("self.edge.low = 1.0", "16:9", "low of a schmitt is not state"),
        ("self.edge.rise(self.audio)", "16:9", "schmitt has no rise; it has process(), rises(), falls(), on"),
        ("self.out = self.edge.volts", "16:20", "schmitt has no volts"),
        ("if self.edge.rises: pass", "16:12", "rises is a method: self.edge.rises(...)"),
        ("x = schmitt(0.1, 1.0)", "16:13", "a schmitt is declared in the class body: name = schmitt()"),
        ("self.edge.rises()", "16:9", "it is called so: self.edge.rises(volts)"),
        ("self.edge.rises(1.0, 2.0)", "16:9", "it is called so: self.edge.rises(volts)"),
        ("self.edge.rises(level=1.0)", "16:9", "it is called so: self.edge.rises(volts)"),
        ("x = 0 < self.count < self.edge.rises(1.0)", "16:30", "put this call on a line of its own"),
        ("self.line[int(self.edge.rises(1.0))] = 0.0", "16:23", "put this call on a line of its own"),
    ],
)
def test_what_a_block_cannot_do_is_refused_at_its_line(line: str, where: str, why: str) -> None:
    with pytest.raises(ModuleError) as refused:
        rewritten(f"\n    def step(self) -> None:\n        {line}\n")
    assert str(refused.value).startswith(f"test.py:{where}: ")
    assert why in str(refused.value)


def test_what_may_be_left_out_of_a_call_is_shown_with_its_value() -> None:
    head = HEAD.replace("edge = schmitt()", "edge = state_variable()").replace(
        ", schmitt", ", schmitt, state_variable"
    )
    with pytest.raises(ModuleError, match=r"called so: self.edge.process\(volts, cutoff_hz, q=0.707106"):
        rewritten("\n    def step(self) -> None:\n        self.edge.process(1.0)\n", head)


@pytest.mark.parametrize(
    ("declaration", "why"),
    [
        ("gate = schmitt(1.0, 0.1)", "gate: a gate goes off at a lower voltage than it goes on"),
        ("gate = schmitt(1.0, 2.0, 3.0)", "too many positional arguments; it takes (low: float = 0.1"),
        ("gate = schmitt(low=level)", "level is not a constant"),
        ("edge__on = False", "edge__on is declared twice"),
    ],
)
def test_a_wrong_declaration_is_refused(declaration: str, why: str) -> None:
    with pytest.raises(ModuleError, match=r"test.py:14") as refused:
        rewritten(f"    {declaration}\n    def step(self) -> None:\n        pass\n")
    assert why in str(refused.value)


@pytest.mark.parametrize("name", ["heard", "held"])
def test_a_block_may_be_called_as_what_the_compiler_asks_about_ports(
    native: Callable[..., Playable], name: str
) -> None:
    """So may numbers: what they are has nothing to do with whether an outlet is heard or connected."""
    text = f'''"""Test."""
from livepatch.dsp import schmitt
from livepatch.module import Module, connected, inlet, outlet


class Test(Module):
    """Counts the rises that it has seen before."""

    audio = inlet()
    out = outlet()
    {name} = schmitt()
    heard_audio = 0.0
    heard_on = False

    def step(self) -> None:
        if self.heard_on and self.{name}.on:
            self.heard_audio += 1.0
        self.heard_on = self.{name}.process(self.audio)
        self.out = self.heard_audio if connected(self.audio) else -1.0
'''
    given = 5.0 * (np.arange(40) % 8 >= 4)
    counts = np.cumsum([0.0, *(before >= 1.0 for before in given[:-1])])
    playable = native(text)
    playable.module.listening = True
    assert playable.render(40, {"audio": given}, block=7)["out"] == pytest.approx(counts)
    assert playable.module.lanes
