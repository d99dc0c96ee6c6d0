"""Names in draw() that are not there are found without drawing, in branches that are seldom taken too."""

import ast

import pytest

from livepatch.picture_mistakes import unknown_names

TEXT = """
from livepatch.module import Canvas, Module, knob, text

class Gauge(Module):
    title = text("untitled")
    scale = knob(0.0, 2.0, 1.0)
    level: float = 0.0

    def step(self) -> None:
        self.level = self.scale

    def draw(self, canvas: Canvas) -> None:
        canvas.text(0.0, 1.0, self.title)
        if self.level > 9.0:
            self.warn(canvas)

    def warn(self, canvas: Canvas) -> None:
        canvas.dots([(0.5, self.level / self.sample_rate)])
        warning(canvas, self.shown())

    def shown(self) -> str:
        return f"{self.scale} {self.seed}"

def warning(canvas: Canvas, words: str) -> None:
    canvas.text(0.0, 0.5, words.upper())
"""


def found(old: str = "", new: str = "") -> list[str]:
    return [str(problem) for problem in unknown_names(ast.parse(TEXT.replace(old, new)), "gauge.py")]


def test_what_is_there_is_no_mistake() -> None:
    assert not found()
    assert not found("self.level > 9.0", "len(canvas.shapes) > 9")
    assert not found("self.level = self.scale", "self.levle = self.scale")  # the compiler tells of that


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("self.title)", "self.titel)", "13:31: draw(): there is no self.titel; did you mean 'title'?"),
        (
            "self.title)",
            "self.wxy)",
            "13:31: draw(): there is no self.wxy; declare it in the class, as in wxy = 0.0",
        ),
        ("{self.scale}", "{self.scal}", "22:19: draw(): there is no self.scal; did you mean 'scale'?"),
        ("canvas.dots", "canvas.dotts", "18:9: draw(): canvas has no dotts(); did you mean 'dots'?"),
        (
            "canvas.text(0.0, 0.5",
            "canvas.circle(0.0, 0.5",
            "25:5: draw(): canvas has no circle(); it has line, path, curve, dot, dots, box, text",
        ),
        (
            "self.title)",
            "self.settings)",
            "13:31: draw(): it does not see self.settings; keep what it shows of that in state, as in shown = 0.0",
        ),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_to_write(old: str, new: str, problem: str) -> None:
    assert found(old, new) == [f"gauge.py:{problem}"]


def test_mistakes_are_told_in_the_order_of_the_file() -> None:
    assert [line.partition(": ")[0] for line in found("canvas.", "canvas.my_")] == [
        f"gauge.py:{place}" for place in ("13:9", "18:9", "25:5")
    ]
