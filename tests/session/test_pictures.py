"""Modules' own pictures: drawn from what plays, when it changes, and left out when they go wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livepatch.canvas import Line, Text
from livepatch.declarations import read_panel
from livepatch.patch.edits import AddModule, RemoveModule, SetKnob
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Drawn, EngineState, Message, Notice
from livepatch.protocol.meters import Meters
from livepatch.session.painter import Painter
from livepatch.session.pictures import MOST_FAILURES, MOST_WAITING, Pictures
from livepatch.session.sources import Code
from tests.session.table import Table

NEEDLE = """
from livepatch.module import Canvas, Module, button, inlet, knob, light, outlet, switch, trace
from livepatch.dsp import clamp

class Needle(Module):
    scale = knob(0.0, 2.0, 1.0)
    unit = switch("V", "dB")
    hold = button()
    out = outlet()
    lamp = light()
    curve = trace(3)
    level = 0.25
    count = 7
    on = True

    def step(self) -> None:
        self.out = 0.0

    def draw(self, canvas: Canvas) -> None:
        canvas.curve(self.curve)
        canvas.text(0.0, 1.0, self.words())

    def words(self) -> str:
        held = clamp(self.level, 0.0, 1.0)
        return f"{self.scale} {self.unit} {self.hold} {held} {self.count} {self.on} {self.lamp}"
"""


@dataclass
class Front:
    """A front end that keeps what it is told."""

    number: int
    front: str = "tui"
    told: list[Message] = field(default_factory=list)

    @property
    def outbox(self) -> "Front":
        return self

    def post(self, *messages: Message) -> None:
        self.told.extend(messages)

    def __len__(self) -> int:
        return len(self.told)

    def words(self) -> list[str]:
        """The texts of the pictures told, which are then forgotten."""
        told, self.told = self.told, []
        return [shape.text for drawn in told for shape in getattr(drawn, "shapes", ()) if isinstance(shape, Text)]


class Studio:
    """Pictures over a rack without processes; `meters` are as the engine would write them."""

    def __init__(self, table: Table, folder: Path) -> None:
        self.table = table
        self.meters = Meters(folder / "meters", create=True)
        self.told: list[Message] = []
        self.engine = EngineState("null", "", 48000.0, 64, False, "meters", {1: 10, 2: 10}, {"1.curve": (5, 3)})
        server: Any = None
        self.pictures = Pictures(folder, table.rack, table.sources, server, lambda: self.engine, self.told.append)
        self.front = Front(1)

    def play(self, text: str, source: str = "needle-1") -> None:
        """From now on this text plays."""
        panel = read_panel(text, "/set/needle.py")
        self.table.sources.built(Code("needle", source, "", panel, "/set/needle.py", text))
        self.table.sources.play("needle", source)

    def add(self, id: int = 1) -> None:
        self.table.rack.perform(
            AddModule(PlacedModule(id=id, name=f"needle{id}", type="needle", source="needle-1"))
        )

    def look(self, *fronts: Front) -> None:
        """One look, for these front ends or the one that is always there."""
        everyone: Any = list(fronts) or [self.front]
        self.pictures.look(everyone)


@pytest.fixture
def studio(table: Table, tmp_path: Path) -> Iterator[Studio]:
    made = Studio(table, tmp_path)
    made.play(NEEDLE)
    made.add()
    yield made
    made.pictures._painter.end()
    made.meters.close()


def test_a_picture_is_drawn_from_knobs_lights_traces_and_state_of_their_own_kinds(studio: Studio) -> None:
    names = ["out", "lamp", "level", "count", "on"]
    for name, value in zip(names, (9.0, 0.5, 0.75, 3.0, 0.0), strict=True):
        studio.meters.levels[10 + names.index(name)] = value
    for index, value in enumerate((-1.0, 0.0, 1.0)):
        studio.meters.traces[5 + index] = value
    studio.look()
    (drawn,) = studio.front.told
    assert drawn == Drawn(
        1, (Line((0.0, 0.0, 0.5, 0.5, 1.0, 1.0)), Text(0.0, 1.0, "1.0 0 False 0.75 3 False 0.5"))
    )


def test_before_the_module_plays_its_state_is_at_its_first_values(studio: Studio) -> None:
    studio.engine = EngineState("none", "", 0.0, 0, False, "", {}, {})
    studio.look()
    assert studio.front.words() == ["1.0 0 False 0.25 7 True 0.0"]


def test_it_is_drawn_again_only_when_what_it_reads_has_changed(studio: Studio) -> None:
    studio.look()
    studio.front.told.clear()
    studio.meters.levels[10] = 5.0  # an outlet, which it does not read
    studio.look()
    assert not studio.front.told
    studio.table.rack.perform(SetKnob(1, "scale", 2.0))
    studio.look()
    assert len(studio.front.words()) == 1
    studio.meters.traces[6] = 0.5
    studio.look()
    assert len(studio.front.words()) == 1


def test_a_front_end_that_comes_later_gets_every_picture_once(studio: Studio) -> None:
    studio.add(2)
    studio.look()
    late = Front(2)
    studio.look(studio.front, late)
    assert len(late.words()) == 2
    studio.look(studio.front, late)
    assert not late.told
    assert len(studio.front.words()) == 2


def test_a_screen_that_does_not_read_is_shown_nothing_until_it_does(studio: Studio) -> None:
    studio.look()
    studio.front.told *= MOST_WAITING + 1
    for _ in range(3):
        studio.table.rack.perform(SetKnob(1, "scale", 2.0))
        studio.look()
    assert len(studio.front.told) == MOST_WAITING + 1
    studio.front.told.clear()
    studio.look()
    assert studio.front.words() == ["2.0 0 False 0.0 0 False 0.0"]


def test_new_code_draws_at_once(studio: Studio) -> None:
    studio.look()
    studio.front.told.clear()
    studio.play(NEEDLE.replace('f"{self.scale}', 'f"new {self.scale}'), "needle-2")
    studio.look()
    assert studio.front.words() == ["new 1.0 0 False 0.0 0 False 0.0"]


def test_a_module_that_was_taken_out_and_came_back_is_drawn_anew(studio: Studio) -> None:
    studio.look()
    studio.table.rack.perform(RemoveModule(1))
    studio.look()
    studio.table.rack.undo()
    studio.front.told.clear()
    studio.look()
    assert len(studio.front.words()) == 1


def test_a_draw_that_raises_is_told_once_with_its_line_and_left_out(studio: Studio) -> None:
    text = NEEDLE.replace("canvas.curve(self.curve)", "canvas.curve([1.0 / self.scale])")
    studio.play(text, "needle-2")
    studio.add(2)
    studio.table.rack.perform(SetKnob(1, "scale", 0.0))
    studio.table.rack.perform(SetKnob(2, "scale", 0.0))
    for _ in range(MOST_FAILURES + 3):
        studio.look()
    line = text[: text.index("1.0 / self.scale")].count("\n") + 1
    (notice,) = studio.told
    assert notice == Notice(
        "error",
        f"needle.py:{line}: draw(): ZeroDivisionError: float division by zero; "
        "divide(a, b) of livepatch.dsp gives 0 instead; the picture is left out until the file is saved",
    )
    assert studio.front.told == [Drawn(1, (), failed=True), Drawn(2, (), failed=True)]
    studio.play(NEEDLE, "needle-3")
    studio.front.told.clear()
    studio.look()
    assert len(studio.front.words()) == 2


def test_one_failure_in_the_middle_of_a_change_is_not_told(studio: Studio) -> None:
    studio.play(NEEDLE.replace("canvas.curve(self.curve)", "canvas.curve([1.0 / self.scale])"), "needle-2")
    studio.table.rack.perform(SetKnob(1, "scale", 0.0))
    studio.look()
    studio.table.rack.perform(SetKnob(1, "scale", 1.0))
    for _ in range(MOST_FAILURES):
        studio.look()
    assert not studio.told
    assert len(studio.front.words()) == 1


CAUGHT = """while True:
            try: canvas.dot(0, 0)
            except Exception: pass"""
ALL_CAUGHT = CAUGHT.replace("except Exception", "except")
IN_C = "sum(range(10 ** 15))"


@pytest.mark.parametrize("body", ["while True: pass", CAUGHT, ALL_CAUGHT, "for _ in iter(int, 1): pass", IN_C])
def test_a_draw_that_does_not_end_is_ended_and_the_others_go_on(studio: Studio, tmp_path: Path, body: str) -> None:
    studio.pictures._painter = Painter(tmp_path, ("--seconds", "0.5"))
    text = NEEDLE.replace("canvas.curve(self.curve)", f"self.curve\n        {body}")
    wrong = Code("other", "other-1", "", read_panel(text, "/set/other.py"), "/set/other.py", text)
    studio.table.sources.built(wrong)
    studio.table.sources.play("other", "other-1")
    studio.table.rack.perform(AddModule(PlacedModule(id=7, name="other", type="other", source="other-1")))
    studio.look()
    (notice,) = studio.told
    assert isinstance(notice, Notice)
    first = text[: text.index(body)].count("\n") + 1
    named = int(notice.text.removeprefix("other.py:").partition(":")[0])
    assert first <= named <= first + body.count("\n")
    assert "draw(): it does not end; the picture is left out until the file is saved" in notice.text
    assert Drawn(7, (), failed=True) in studio.front.told
    assert len(studio.front.words()) == 1
    studio.table.rack.perform(SetKnob(1, "scale", 0.5))
    studio.look()
    (words,) = studio.front.words()
    assert words.startswith("0.5 ")
    studio.pictures._painter.end()


def test_a_picture_that_takes_all_memory_is_left_out(studio: Studio) -> None:
    studio.play(NEEDLE.replace("canvas.curve(self.curve)", "self.curve * 10 ** 10"), "needle-2")
    for _ in range(MOST_FAILURES):
        studio.look()
    (notice,) = studio.told
    assert isinstance(notice, Notice)
    assert "draw(): MemoryError" in notice.text


def test_a_colour_that_is_none_is_told_like_any_mistake(studio: Studio) -> None:
    studio.play(NEEDLE.replace("(self.curve)", '(self.curve, "grene")'), "needle-2")
    for _ in range(MOST_FAILURES):
        studio.look()
    (notice,) = studio.told
    assert isinstance(notice, Notice)
    assert "ValueError: there is no colour 'grene'" in notice.text


def test_what_the_performer_writes_is_kept_undone_and_drawn(studio: Studio) -> None:
    text = NEEDLE.replace("    level = 0.25", '    title = text("untitled")\n    level = 0.25')
    studio.play(text.replace("trace\n", "text, trace\n", 1).replace("self.words())", "self.title)"), "needle-2")
    studio.look()
    assert studio.front.words() == ["untitled"]
    assert studio.table.type("needle1.title") == "'untitled'"
    studio.table.type('needle1.title = "verse"')
    studio.look()
    assert studio.front.words() == ["verse"]
    assert studio.table.rack.patch.modules[1].data == {"title": "verse"}
    assert "title        'verse'" in studio.table.type("needle1")
    studio.table.rack.undo()
    studio.look()
    assert studio.front.words() == ["untitled"]
    studio.table.type("needle1.title = 12", "del needle1.title")
    assert studio.table.rack.patch.modules[1].data == {}


VOICED = """
from livepatch.module import Canvas, Module, each, outlet, trace

class Needle(Module):
    out = outlet()
    curve = trace(2)
    level = 0.25

    def step(self) -> None:
        self.out = 0.0

    def draw(self, canvas: Canvas) -> None:
        canvas.text(0.0, 1.0, f"{self.level} {each(self.level)} {list(self.curve)} {each(self.curve)}")
"""


def test_a_picture_shows_what_each_voice_has(studio: Studio) -> None:
    studio.play(VOICED, "needle-2")
    studio.engine = msgspec.structs.replace(studio.engine, traces={"1.curve": (8, 32)})
    panel = read_panel(VOICED, "needle.py")
    slots = {name: 10 + index for index, name in enumerate(panel.metered())}
    studio.meters.levels[slots["level"]], studio.meters.levels[slots["level#1"]] = 0.5, 0.75
    studio.meters.levels[slots["#voices"]] = 2.0
    for index, sample in enumerate((1.0, 2.0, 3.0, 4.0)):
        studio.meters.traces[8 + index] = sample
    studio.look()
    assert studio.front.words() == ["0.5 [0.5, 0.75] [1.0, 2.0] [[1.0, 2.0], [3.0, 4.0]]"]
    studio.meters.levels[slots["#voices"]] = 1.0
    studio.look()
    assert studio.front.words() == ["0.5 [0.5] [1.0, 2.0] [[1.0, 2.0]]"]
