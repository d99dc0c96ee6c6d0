"""Drawing for modules: their classes are run once, and mistakes in them are told."""

from pathlib import Path
from typing import Any

import pytest

from livepatch.canvas import Text
from livepatch.painter.easel import Easel
from livepatch.protocol.twin_messages import Draw

TEXT = """
from livepatch.module import Canvas, Module, knob

class Words(Module):
    scale = knob(0.0, 2.0, 1.0)
    times = 0

    def step(self) -> None:
        pass

    def draw(self, canvas: Canvas) -> None:
        canvas.text(0.0, 1.0, f"{self.scale} {self.sample_rate} {id(type(self))}")
"""


@pytest.fixture
def easel(tmp_path: Path) -> Easel:
    return Easel(tmp_path / "trace")


def asked(text: str = TEXT, source: str = "1", **changes: Any) -> Draw:
    given = {"scale": 1.5}
    return Draw(
        serial=1,
        type="words",
        class_name="Words",
        path="/set/words.py",
        text=text,
        source=source,
        sample_rate=44100.0,
        values=given,
        **changes,
    )


def words(easel: Easel, request: Draw) -> str:
    painted = easel.draw(request)
    assert not painted.problem
    (shape,) = painted.shapes
    assert isinstance(shape, Text)
    return shape.text


def test_a_file_is_run_once_for_all_modules_of_its_type_and_forgotten_when_it_plays_no_more(easel: Easel) -> None:
    first = words(easel, asked())
    assert first.startswith("1.5 44100.0 ")
    assert words(easel, asked("")) == first
    assert easel.draw(asked("", forget=("1",))).problem.startswith("KeyError")


def test_a_file_that_cannot_be_run_as_plain_python_says_so_at_its_line(easel: Easel) -> None:
    painted = easel.draw(asked("x = 1\nnowhere"))
    assert (painted.problem, painted.line) == ("NameError: name 'nowhere' is not defined", 2)
    assert words(easel, asked())


def test_a_name_that_is_not_there_is_told_with_what_to_write(easel: Easel) -> None:
    shown = "id(type(self))"
    for number, (wrong, said) in enumerate(
        {
            "self.tims": "there is no self.tims; did you mean 'times'?",
            "self.wxyz": "there is no self.wxyz; declare it in the class, as in wxyz = 0.0",
            "canvas.circle": "canvas has no circle(); it has line, path, curve, dot, dots, box, text",
            "canvas.txet()": "canvas has no txet(); did you mean 'text'?",
            "canvas.dot(0)": "TypeError: Canvas.dot() missing 1 required positional argument: 'y'; "
            "it takes (x: float, y: float, colour: str = '')",
            "None.real": "AttributeError: 'NoneType' object has no attribute 'real'",
            "exit()": "SystemExit: None",
        }.items()
    ):
        painted = easel.draw(asked(TEXT.replace(shown, wrong), f"wrong {number}"))
        assert (painted.problem, painted.line) == (said, 12)
