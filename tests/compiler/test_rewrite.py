"""The rewriting of a module file: what it means stays, what it may not do is refused."""

import pytest

from livepatch.compiler import interpreted
from livepatch.compiler.library import Library
from livepatch.compiler.positions import Positions
from livepatch.compiler.rewrite import Rewritten, rewrite
from livepatch.declarations import read_panel
from livepatch.errors import ModuleError

LIBRARY = Library(frozenset({"exp2", "frac", "sin1"}))
HEAD = """\
from livepatch.module import Module, buffer, connected, inlet, knob, outlet, signal, switch
from livepatch.dsp import crossfade, frac

class Test(Module):
    gain = knob(0.0, 2.0, 1.0)
    mode = switch("a", "b")
    audio = inlet()
    out = outlet()
    line = buffer(frames=8)
    phase = 0.0
    count = 0
"""


def rewritten(body: str, head: str = HEAD) -> Rewritten:
    text = head + body
    return rewrite(text, "test.py", read_panel(text, "test.py"), LIBRARY)


def refusal(body: str, head: str = HEAD) -> str:
    with pytest.raises(ModuleError) as refused:
        rewritten(body, head)
    return str(refused.value)


def play(body: str, audio: list[float], *, gain: float = 1.0, still: bool = True) -> list[float]:
    """The generated text, run as plain Python, over one block."""
    from librt.vecs import vec

    module = interpreted.load(rewritten(body).text, "generated", "Test")()
    module.still = still
    module.audio = vec[float](audio)
    module.gain = vec[float]([gain] * len(audio))
    module.out = vec[float]([0.0] * len(audio))
    module.prepare()
    module.process(0, 3)
    for frame in range(3, len(audio)):
        module.process(frame, frame + 1)
    return list(module.out)


@pytest.mark.parametrize("still", [True, False])
def test_a_step_becomes_a_block_whose_state_goes_on(*, still: bool) -> None:
    body = """
    def step(self) -> None:
        self.phase += self.audio
        self.out = self.gain * self.phase
"""
    assert rewritten(body).form == "step"
    assert play(body, [1.0, 2.0, 3.0, 4.0, 5.0], gain=0.5, still=still) == [0.5, 1.5, 3.0, 5.0, 7.5]


def test_an_early_return_skips_the_rest() -> None:
    body = """
    def step(self) -> None:
        if self.audio < 0.0:
            self.out = -1.0
            return
        if self.audio > 2.0:
            if self.audio > 3.0:
                return
            self.out = 9.0
        self.count += 1
        self.out = self.out + float(self.count)
"""
    assert rewritten(body).form == "step"
    assert play(body, [-5.0, 1.0, 3.0, 4.0, 1.0]) == [-1.0, 0.0, 11.0, 11.0, 14.0]


def test_a_return_inside_a_loop_takes_the_plain_form() -> None:
    body = """
    def step(self) -> None:
        for i in range(4):
            if float(i) > self.audio:
                self.out = float(i)
                return
        self.out = 100.0
"""
    assert rewritten(body).form == "plain"
    assert play(body, [0.0, 1.5, 2.0, 7.0, 0.5]) == [1.0, 2.0, 3.0, 100.0, 1.0]


def test_a_method_of_its_own_is_inlined_and_sees_the_same_state() -> None:
    body = """
    def step(self) -> None:
        self.phase = self.audio
        self.twice()

    def twice(self) -> None:
        self.phase += self.audio
        self.out = self.phase * self.gain
"""
    assert rewritten(body).form == "step"
    assert play(body, [1.0, 2.0, 3.0, 4.0], gain=0.5) == [1.0, 2.0, 3.0, 4.0]


def test_an_outlet_that_is_not_set_holds_its_voltage() -> None:
    body = """
    def step(self) -> None:
        if self.audio > 0.0:
            self.out = self.audio
"""
    assert play(body, [1.0, -1.0, 2.0, -1.0, -1.0]) == [1.0, 1.0, 2.0, 2.0, 2.0]


def test_an_outlet_can_be_read_back_before_it_is_set() -> None:
    body = """
    def step(self) -> None:
        if self.out > 2.0:
            self.out = 0.0
        else:
            self.out = self.out + self.audio
"""
    assert play(body, [1.0, 1.0, 1.0, 1.0, 1.0]) == [1.0, 2.0, 3.0, 0.0, 1.0]


def test_the_process_form_works_on_whole_blocks() -> None:
    body = """
    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        out = signal(self.out)
        gain = self.gain
        for i in range(start, stop):
            out[i] = crossfade(audio[i], 0.0, 0.5) * gain
"""
    result = rewritten(body)

    assert result.form == "process"
    assert "peek(audio, i)" in result.text
    assert play(body, [1.0, 2.0, 3.0, 4.0], gain=2.0) == [1.0, 2.0, 3.0, 4.0]


def test_an_index_that_may_leave_the_block_stays_checked() -> None:
    body = """
    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        out = signal(self.out)
        for i in range(start, stop):
            out[i] = audio[i + 1]
        for i in range(start, stop):
            i = i + 100
            out[0] = audio[i]
"""
    text = rewritten(body).text

    assert "spans__(audio, 1 * i64(start) + 1, 1 * (i64(stop) - 1) + 1 + 1)" in text
    assert "look__(audio, i + 1)" in text
    assert "audio[i]" in text


def test_library_functions_are_copied_and_native_ones_imported() -> None:
    text = rewritten(
        "    def step(self) -> None:\n        self.out = frac(crossfade(0.0, 1.0, self.audio))\n"
    ).text

    assert "def crossfade(" in text
    assert "from livepatch.dsp.functions import frac" in text
    assert "def frac(" not in text


def test_every_generated_place_is_known_in_the_authors_file() -> None:
    body = """
    def step(self) -> None:
        if self.audio > 1.0:
            return
        self.out = self.audio * self.gain + frac(self.gain)
"""
    result = rewritten(body)
    author = (HEAD + body).splitlines()
    places = [
        (number, line.index("self__audio * self__gain"))
        for number, line in enumerate(result.text.splitlines(), 1)
        if "self__audio * self__gain" in line
    ]

    assert len(places) == 2
    for line, column in places:
        author_line, author_column = result.positions.author(line, column + 1)
        assert author[author_line - 1][author_column - 1 :].startswith("self.audio * self.gain")


def test_a_message_is_put_in_the_authors_names() -> None:
    assert Positions.wording('Name "self__gain" is "i64"') == 'Name "self.gain" is "int"'


@pytest.mark.parametrize(
    ("line", "where", "why"),
    [
        ("self.gain = 1.0", "test.py:14:9", "a knob is the performer's"),
        ("self.otu = 1.0", "test.py:14:9", "self.otu is not declared; did you mean 'out'?"),
        ("self.xyz += 1.0", "test.py:14:9", "self.xyz is not declared; declare it as state: `xyz = 0.0`"),
        ("self.xyz: float = 1.0", "test.py:14:9", "self.xyz is not declared"),
        ("x, self.xyz = 1.0, 2.0", "test.py:14:12", "self.xyz is not declared"),
        ("self.mode = 1", "test.py:14:9", "a switch is the performer's"),
        ("self.audio = 1.0", "test.py:14:9", "an inlet is written by its cables"),
        ("print(self.audio)", "test.py:14:9", "print() cannot be used in the sound"),
        ("open('x')", "test.py:14:9", "open() cannot be used in the sound"),
        ("f = lambda x: x", "test.py:14:13", "a lambda is slow"),
        ("import os", "test.py:14:9", "import at the top"),
        ("frac(self)", "test.py:14:14", "self is only used as self.name"),
        ("x = [i for i in range(3)]", "test.py:14:13", "allocates memory"),
        ("yield 1", "test.py:14:9", "remove yield"),
        ("x = [1.0, 2.0]", "test.py:14:13", "keep what changes in a buffer()"),
        ("x = [0.0] * 4", "test.py:14:13", "a list allocates memory"),
        ("x: list[float] = []", "test.py:14:26", "a list allocates memory"),
        ("d = {1: 2.0}", "test.py:14:13", "a dict allocates memory"),
        ("x = 3 in {1, 2}", "test.py:14:18", "`in (1, 2)`"),
        ("x, *rest = 1.0, 2.0", "test.py:14:12", "* makes a list"),
        ("x = TABLE[0:2]", "test.py:14:19", "a slice is a copy"),
        ("TABLE.append(1.0)", "test.py:14:9", "a constant stays as it is written"),
        ("x = sum(TABLE)", "test.py:14:13", "sum() allocates memory in the sound; use a loop"),
        ("x = max(TABLE)", "test.py:14:13", "use a loop"),
        ("x = sorted(TABLE)", "test.py:14:13", "sorted() allocates memory"),
        ("x = round(self.audio, 2)", "test.py:14:13", "write nearest(self.audio * 100) / 100"),
        ("x = 2j * self.audio", "test.py:14:13", "its real and its imaginary part, a float each"),
        ("for x in (1.0, self.phase): pass", "test.py:14:18", "a loop over numbers in brackets allocates memory"),
        ("for i, x in enumerate((1.0, 2.0)): pass", "test.py:14:31", "write the lines out for each of them"),
        ("for x, y in zip(TABLE, (1.0, 2.0)): pass", "test.py:14:32", "a tuple at the top of the file"),
        ("x = (1.0, self.phase)[self.count]", "test.py:14:13", "picking one of numbers in brackets allocates"),
        ("x = (1.0, self.phase) + (2.0,)", "test.py:14:13", "computing with numbers in brackets allocates"),
        ("x = (1.0, self.phase) < (2.0, 0.0)", "test.py:14:13", "putting in order numbers in brackets allocates"),
        ("s = 'text'", "test.py:14:13", "the sound is made of numbers"),
        ("s = str(self.audio)", "test.py:14:13", "str() allocates memory"),
        ("s = f'{self.audio}'", "test.py:14:13", "text allocates memory"),
    ],
)
def test_what_does_not_belong_in_the_sound_is_refused_at_its_line(line: str, where: str, why: str) -> None:
    message = refusal(f"\n    def step(self) -> None:\n        {line}\n")

    assert message.startswith(where + ":")
    assert why in message


def test_numbers_in_brackets_are_refused_by_whatever_name_they_go() -> None:
    body = """
    def ends(self, x: float) -> tuple[float, float]:
        return x, self.gain

    def step(self) -> None:
        first, second = self.ends(self.audio)
        pair = (first, second)
        if pair == (1.0, 2.0) or self.count in (1, 2):
            self.out = pair[0] + pair[-1]
"""
    assert "pair[-1]" in rewritten(body).text
    for line in ("for x in pair: pass", "y = pair[self.count]", "for x in self.ends(1.0): pass"):
        message = refusal(f"{body}        {line}\n")
        assert message.startswith("test.py:21:")
        assert "numbers in brackets allocates memory" in message


@pytest.mark.parametrize(
    ("body", "where", "instead"),
    [
        (
            "def fold(self, x, times: int = 2) -> float:\n        return x * times",
            "test.py:13:5: say what x is, float, int or bool",
            "`def fold(self, x: float, times: int=2) -> float:`",
        ),
        (
            "def fold(self, x: float):\n        return 2.0 * x",
            "test.py:13:5: say what it gives, float, int or bool",
            "`def fold(self, x: float) -> float:`",
        ),
    ],
)
def test_a_function_says_what_it_takes_and_gives(body: str, where: str, instead: str) -> None:
    message = refusal(f"\n    {body}\n\n    def step(self) -> None:\n        self.out = self.fold(self.audio)\n")

    assert message.startswith(where)
    assert instead in message


def test_a_function_that_only_the_control_side_used_is_no_part_of_the_sound_without_it() -> None:
    head = f"def rounded(volts: float) -> float:\n    return round(volts, 3)\n\n\n{HEAD}"
    used = "\n    def step(self) -> None:\n        self.out = rounded(self.audio)\n"
    assert "round() to places" in refusal(used, head)

    assert "rounded" not in rewritten(used.replace("rounded(self.audio)", "self.audio"), head).text


def test_a_name_of_the_compilers_own_is_no_method() -> None:
    message = refusal(
        "\n    def refresh(self) -> None:\n        pass\n\n    def step(self) -> None:\n        pass\n"
    )

    assert message.startswith("test.py:13:5: refresh() is a name livepatch uses itself")


def test_words_that_cost_nothing_belong_in_the_sound_too() -> None:
    head = f"def sum(one: float, other: float) -> float:\n    return one + other\n\n\n{HEAD}"
    body = '''
    def step(self) -> None:
        """One sample."""
        x: "float" = sum(self.audio, max(self.gain, 0.0))
        assert x < 1e9, f"{x} is too loud"
        if self.mode in (3, 4):
            raise ValueError("no such mode")
        self.out = x
'''
    assert "raise ValueError" in rewritten(body, head).text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import os", "a module cannot import os"),
        ("from subprocess import run", "a module cannot import subprocess"),
        ("while True: pass", "a module file only declares"),
        ("x = frac(1.0)", "a call here would run"),
        ("from livepatch.dsp import reverb_of_dreams", "livepatch.dsp has no reverb_of_dreams"),
    ],
)
def test_what_would_run_before_the_sound_is_refused(line: str, why: str) -> None:
    message = refusal("\n    def step(self) -> None:\n        self.out = 0.0\n", f"{line}\n{HEAD}")

    assert message.startswith("test.py:1:")
    assert why in message


def test_process_is_told_how_to_write_a_block() -> None:
    message = refusal("\n    def process(self, start: int, stop: int) -> None:\n        self.out = 1.0\n")

    assert message.startswith("test.py:14:9:")
    assert "signal(self.out)" in message


def test_a_wrong_signature_is_shown_right() -> None:
    assert "def step(self) -> None:" in refusal(
        "\n    def step(self, dt: float) -> None:\n        self.out = dt\n"
    )


def test_an_event_writes_no_outlet_and_has_no_block() -> None:
    step = "\n    def step(self) -> None:\n        self.out = self.phase\n"
    writes = step + "\n    def on_reset(self) -> None:\n        self.out = 0.0\n"
    assert "test.py:17:9: on_reset() cannot write self.out" in refusal(writes)
    blocks = step + "\n    def on_add(self) -> None:\n        gain = signal(self.gain)\n"
    assert "read a knob or inlet plainly" in refusal(blocks)


def test_what_livepatch_calls_has_one_signature_and_is_called_by_nobody_else() -> None:
    step = "\n    def step(self) -> None:\n        self.out = self.phase\n"
    assert "write `def on_reset(self) -> None:`" in refusal(
        step + "\n    def on_reset(self, hard: bool) -> None: pass\n"
    )
    called = """
    def on_reset(self) -> None:
        self.phase = 0.0

    def step(self) -> None:
        self.on_reset()
"""
    assert "on_reset() is called by livepatch" in refusal(called)
    assert "process_bypass(self, start: int, stop: int)" in refusal(
        step + "\n    def process_bypass(self) -> None: pass\n"
    )


def test_an_event_reads_knobs_as_they_stand_and_uses_methods_of_its_own() -> None:
    body = """
    def step(self) -> None:
        self.out = self.phase

    def set_to(self, volts: float, times: int) -> None:
        self.phase = volts * times

    def on_add(self) -> None:
        self.set_to(self.gain, 3)
"""
    made = rewritten(body)
    assert made.form == "step"
    module = interpreted.load(made.text, "generated", "Test")()
    from librt.vecs import vec

    module.gain = vec[float]([1.5] * 4)
    module.prepare()
    module.on_add()
    assert module.phase == 4.5


NEIGHBOUR = """
from livepatch.module import Module, neighbour, outlet


class Desk(Module):
    out = outlet()
    more = neighbour("right", "annex")

    def step(self) -> None:
        self.out = 1.0 if self.more.there else 0.0
"""


@pytest.mark.parametrize("instead", ["self.more", "self.more.level", "self.more.knob('level') > 0.0"])
def test_a_neighbour_is_only_asked_whether_it_is_there(instead: str) -> None:
    text = NEIGHBOUR.replace("self.more.there", instead)
    with pytest.raises(ModuleError) as error:
        rewrite(text, "desk.py", read_panel(text, "desk.py"), LIBRARY)
    assert str(error.value).startswith("desk.py:10:27: more is a neighbour; ask self.more.there, and declare")
