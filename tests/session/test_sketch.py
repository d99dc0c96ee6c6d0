"""A module's picture is tried before anybody sees it: its mistakes are found wherever its knobs stand."""

from pathlib import Path

import pytest

from livepatch.declarations import read_panel
from livepatch.session.sketch import problems_of
from livepatch.session.sources import Code
from tests.rendering import MODULES

TEXT = """
from livepatch.module import Canvas, Module, button, knob, light, switch, text, trace

class Gauge(Module):
    low = knob(0.0, 2.0, 1.0)
    shape = switch("bar", "dot", "curve")
    hold = button()
    lamp = light()
    title = text("untitled")
    curve = trace(4)
    count = 3

    def step(self) -> None:
        pass

    def draw(self, canvas: Canvas) -> None:
        canvas.curve(self.curve)
        canvas.text(0.0, 1.0, f"{self.title.upper()} {self.lamp}")
        canvas.text(0.0, 1.0, ("bar", "dot", "curve")[self.shape] * self.count, "green" if self.hold else "red")
        canvas.dot(self.low, 0.5)
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))


def problems(text: str, path: str = "/set/gauge.py") -> list[str]:
    return [str(each) for each in problems_of(Code("gauge", "source", "", read_panel(text, path), path, text))]


def changed(old: str, new: str) -> list[str]:
    assert old in TEXT
    return problems(TEXT.replace(old, new))


def test_a_picture_without_mistakes_has_no_problems() -> None:
    assert not problems(TEXT)


def test_a_module_without_a_picture_is_not_drawn() -> None:
    assert not problems(TEXT[: TEXT.index("    def draw")])


@pytest.mark.parametrize(
    "path", [path for path in MODULES.glob("*.py") if "def draw" in path.read_text()], ids=str
)
def test_every_picture_that_comes_with_livepatch_is_drawn(path: Path) -> None:
    assert not problems(path.read_text(), str(path))


def test_a_colour_that_is_none_is_told_at_its_line() -> None:
    (problem,) = changed("self.curve)", 'self.curve, "mauve")')
    assert problem.startswith("/set/gauge.py:17: draw(): ValueError: there is no colour 'mauve'; there are red, ")


def test_what_fails_at_an_end_of_the_knobs_says_at_which() -> None:
    (problem,) = changed("self.low,", "1.0 / self.low,")
    assert problem.startswith("/set/gauge.py:20: draw(), with every knob at its lowest: ZeroDivisionError: ")
    assert problem.endswith("; divide(a, b) of livepatch.dsp gives 0 instead")
    (problem,) = changed('("bar", "dot", "curve")[', '("bar", "dot")[')
    assert problem.startswith("/set/gauge.py:19: draw(), with every knob at its highest: IndexError: ")
    (problem,) = changed('"green" if self.hold', '"grene" if self.hold')
    assert problem.startswith("/set/gauge.py:19: draw(), with every knob at its highest: ValueError: ")


def test_a_name_that_is_not_there_is_told_where_it_is_never_drawn() -> None:
    assert changed("canvas.dot(self.low", "if self.low > 3.0: canvas.circle(self.low") == [
        "/set/gauge.py:20:28: draw(): canvas has no circle(); it has line, path, curve, dot, dots, box, text"
    ]


def test_a_picture_that_does_not_end_is_ended() -> None:
    assert changed("canvas.dot(self.low, 0.5)", "while True: pass") == [
        "/set/gauge.py:20: draw(): it does not end"
    ]
