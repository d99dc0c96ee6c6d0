"""What a module's draw() reads, what it may not, and that it stays out of the sound."""

import ast

import pytest

from livepatch.compiler.library import Library
from livepatch.compiler.rewrite import rewrite
from livepatch.declarations import read_panel
from livepatch.errors import ModuleError
from livepatch.panel import Picture, Text
from livepatch.plain_methods import reached

HEAD = '''
from livepatch.dsp import clamp, schmitt
from livepatch.module import Canvas, Module, buffer, inlet, knob, light, outlet, switch, trace

STEPS = 4

class Needle(Module):
    """A needle."""

    scale = knob(0.0, 1.0, 0.5, "Scale")
    shape = switch("thin", "thick", label="Shape")
    audio = inlet("Audio")
    out = outlet("Out")
    lamp = light("Lamp")
    curve = trace(8)
    tape = buffer(1.0)
    table = buffer(frames=16)
    edge = schmitt()
    level = 0.5
    count = 3
    picture = 6

    def step(self) -> None:
        self.out = clamp(self.audio, -1.0, 1.0)
        self.level = half(self.out)
'''
FUNCTIONS = """
def half(value: float) -> float:
    return 0.5 * value

def grid(canvas: Canvas) -> None:
    for step in range(STEPS):
        canvas.line(step / STEPS, 0.0, step / STEPS, half(1.0))
"""
DRAW = """
    def draw(self, canvas: Canvas) -> None:
        grid(canvas)
        canvas.curve([value * self.scale for value in self.curve])
        self.write(canvas)

    def write(self, canvas: Canvas) -> None:
        words = {"level": self.level, "lamp": self.lamp}
        canvas.text(0.0, 0.9, f"{words} {self.count}")
"""


def refusal(body: str) -> str:
    text = HEAD + "\n    def draw(self, canvas: Canvas) -> None:\n        " + body + FUNCTIONS
    with pytest.raises(ModuleError) as refused:
        rewrite(text, "needle.py", read_panel(text, "needle.py"), Library(frozenset()))
    return str(refused.value)


def test_everything_draw_reads_through_its_methods_too_is_known() -> None:
    panel = read_panel(HEAD + DRAW + FUNCTIONS, "needle.py")
    assert panel.picture is not None
    assert panel.picture.rows == 6
    assert set(panel.picture.reads) == {"scale", "curve", "level", "lamp", "count"}
    assert panel.metered() == ("out", "lamp", "level", "count")
    assert [state.name for state in panel.traced()] == ["curve"]


def test_a_module_that_draws_nothing_has_no_picture_and_one_that_does_four_lines() -> None:
    assert read_panel(HEAD.replace("    picture = 6\n", "") + FUNCTIONS, "needle.py").picture is None
    panel = read_panel(HEAD.replace("    picture = 6\n", "") + DRAW + FUNCTIONS, "needle.py")
    assert panel.picture is not None
    assert panel.picture.rows == 4


def test_a_table_that_draw_reads_is_shown_like_a_trace() -> None:
    text = HEAD + "\n    def draw(self, canvas: Canvas) -> None:\n        canvas.curve(self.table)\n" + FUNCTIONS
    panel = read_panel(text, "needle.py")
    assert panel.picture == Picture(rows=6, reads=("table",))
    assert [state.name for state in panel.traced()] == ["curve", "table"]


def test_what_only_draw_uses_is_not_compiled() -> None:
    text = HEAD + DRAW + FUNCTIONS
    generated = ast.parse(rewrite(text, "needle.py", read_panel(text, "needle.py"), Library(frozenset())).text)
    names = {node.name for node in ast.walk(generated) if isinstance(node, ast.FunctionDef)}
    assert "half" in names
    assert not names & {"draw", "write", "grid"}
    assert "canvas" not in ast.unparse(generated)


def test_what_a_method_comes_to_call_is_found_by_name_and_kind() -> None:
    tree = ast.parse(HEAD + DRAW + FUNCTIONS)
    assert set(reached(tree, ("draw",))) == {"self.draw", "self.write", "grid", "half"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("canvas.dot(self.audio, 0.0)", "draw() cannot read self.audio, which changes too fast to be seen"),
        ("canvas.curve(self.tape)", "draw() cannot read self.tape, which is too long"),
        ("self.level = 1.0", "draw() only looks; set self.level in step()"),
        ("canvas.dot(self.edge.held, 0.0)", "draw() cannot look into self.edge"),
        ("canvas.text(0.0, 0.0, repr(self))", "self is only used as self.name here"),
        ("open('/etc/passwd')", "open() cannot be used in draw(); remove it"),
        ("import os", "import at the top of the file"),
    ],
)
def test_draw_only_looks_at_what_it_is_shown(body: str, said: str) -> None:
    text = refusal(body + "\n")
    assert text.startswith("needle.py:28:")
    assert said in text


def test_a_picture_is_a_few_lines_high_and_draw_has_one_argument() -> None:
    for text, said in (
        (HEAD.replace("picture = 6", "picture = 99") + DRAW + FUNCTIONS, "a whole number of lines, 1 to 24"),
        (HEAD + FUNCTIONS, "write `def draw(self, canvas: Canvas) -> None:`"),
        (HEAD + DRAW.replace("draw(self, canvas: Canvas)", "draw(self)") + FUNCTIONS, "write `def draw(self, ca"),
    ):
        with pytest.raises(ModuleError) as refused:
            read_panel(text, "needle.py")
        assert said in str(refused.value)


def test_a_text_is_for_draw_alone_and_keeps_itself() -> None:
    head = HEAD.replace("switch, trace", "switch, text, trace").replace("count = 3", 'name = text("A")')
    draw = DRAW.replace("self.count", "self.name") + FUNCTIONS
    panel = read_panel(head + draw, "needle.py")
    assert panel.text("name") == Text(name="name", default="A")
    assert panel.picture is not None
    assert "name" in panel.picture.reads
    sounding = head.replace("half(self.out)", "half(self.name)") + draw
    with pytest.raises(ModuleError, match=r"self.name is text, which draw\(\) can read and step\(\) cannot"):
        rewrite(sounding, "needle.py", panel, Library(frozenset()))
    with pytest.raises(ModuleError, match=r"write either text\(\) or to_json\(\)"):
        read_panel(head + "\n    def to_json(self) -> dict[str, Any]:\n        return {}\n" + draw, "needle.py")


@pytest.mark.parametrize("of", ["self.count", "self.audio", "self.tape", "3.0", "self.scale"])
def test_each_takes_numbers_and_short_buffers_of_the_state(of: str) -> None:
    assert "each() takes a number or a buffer of up to 512 frames" in refusal(f"canvas.curve(each({of}))") or (
        "draw() cannot read" in refusal(f"canvas.curve(each({of}))")
    )


def test_what_is_read_of_each_voice_has_its_places_in_the_meters() -> None:
    text = (
        HEAD
        + "\n    def draw(self, canvas: Canvas) -> None:\n        canvas.curve(each(self.level))\n"
        + FUNCTIONS
    )
    panel = read_panel(text, "needle.py")
    assert panel.picture == Picture(rows=6, reads=("level",), each=("level",))
    assert panel.metered() == ("out", "lamp", "level", *(f"level#{voice}" for voice in range(1, 16)), "#voices")
