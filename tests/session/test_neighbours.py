"""What a module file uses of its neighbours is looked for in the files of those."""

from pathlib import Path

import pytest

from livepatch.declarations import read_panel
from livepatch.protocol.messages import Notice, PanelChanged
from livepatch.session.neighbours import Findings, findings
from livepatch.session.sources import Sources
from tests.rendering import MODULES
from tests.session.guest import guest, workspace_in

MORE = """
from livepatch.module import Module, button, inlet, knob, neighbour, outlet, switch

class DuoMore(Module):
    level = knob(0.0, 1.0, 0.5)
    mode = switch("soft", "hard")
    freeze = button()
    back = inlet()
    wet = outlet()
    left = outlet()
    speakers = ("left",)
    mother = neighbour("left", "duo")
    volume = mother.knob("volume")

    def step(self) -> None:
        self.left = self.volume
"""
DUO = """
from livepatch.module import Module, knob, neighbour, outlet

class Duo(Module):
    volume = knob(0.0, 1.0, 0.5)
    out = outlet()
    more = neighbour("right", "duo_more")
    level = more.knob("level")
    mode = more.switch("mode")
    held = more.button("freeze")
    back = more.inlet("back")
    wet = more.outlet("wet")

    def step(self) -> None:
        self.out = self.level
        self.wet = self.back
"""
THERE = 'neighbour("right", "duo_more")'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "duo_more.py").write_text(MORE)
    (tmp_path / "duo.py").write_text(DUO)
    return tmp_path


def found(folder: Path, type: str = "duo") -> Findings:
    """What is found of a file in these folders."""
    sources = Sources([folder, MODULES])
    sources.scan()
    file = sources.files[type]
    return findings(file, read_panel(file.text, str(file.path)), sources)


def said(folder: Path, old: str, new: str) -> tuple[list[str], list[str]]:
    """The problems and notes of the mother, with this change to it."""
    assert old in DUO
    (folder / "duo.py").write_text(DUO.replace(old, new))
    problems, notes = found(folder)
    return [each.place("duo.py") + ": " + each.message for each in problems], [note.message for note in notes]


def test_nothing_is_wrong_with_what_is_there(folder: Path) -> None:
    for type in ("duo", "duo_more", "stereo_mixer", "more_channels", "vco"):
        assert found(folder, type) == Findings(), type


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('knob("level")', 'knob("levle")', "8:13: duo_more has no knob levle; did you mean 'level'?"),
        ('outlet("wet")', 'outlet("dry")', "12:11: duo_more has no outlet dry; it has wet"),
        ('knob("level")', 'knob("mode")', '8:13: mode of duo_more is a switch; write more.switch("mode")'),
        ('outlet("wet")', 'outlet("back")', '12:11: back of duo_more is an inlet; write more.inlet("back")'),
        (
            'outlet("wet")',
            'outlet("left")',
            "12:11: left of duo_more is an outlet of the sound card's, which no neighbour writes",
        ),
        (THERE, 'neighbour("right", "unity")', "8:13: unity has no knob level; it has none"),
    ],
)
def test_what_a_neighbour_has_not_is_told_with_what_it_has(folder: Path, old: str, new: str, problem: str) -> None:
    problems, notes = said(folder, old, new)
    assert problems[0] == f"duo.py:{problem}"
    assert not notes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('inlet("back")', 'inlet("wet")'),
        ('inlet("back")', 'inlet("left")'),
        ('inlet("back")', 'inlet("level")'),
        ('switch("mode")', 'switch("freeze")'),
        (THERE, 'neighbour("right", "unity", "duo_more")'),
    ],
)
def test_what_plays_all_the_same_is_no_mistake(folder: Path, old: str, new: str) -> None:
    assert said(folder, old, new) == ([], [])


def test_none_of_several_neighbours_has_it(folder: Path) -> None:
    several = DUO.replace(THERE, 'neighbour("right", "unity", "duo_more")')
    (folder / "duo.py").write_text(several.replace('outlet("wet")', 'outlet("wte")'))
    (problem,) = found(folder).problems
    assert problem.message == "unity or duo_more has no outlet wte; did you mean 'wet'?"


def test_a_type_that_is_not_there_may_come_later(folder: Path) -> None:
    missing = "there is no module {} in the module folders"
    hinted = missing.format("duomore") + "; did you mean 'duo_more'?"
    assert said(folder, THERE, 'neighbour("right", "duomore")') == ([], [hinted])
    assert said(folder, THERE, 'neighbour("right", "zzzz", "unity")') == ([], [missing.format("zzzz")])


def test_a_file_that_is_wrong_is_not_looked_at(folder: Path) -> None:
    (folder / "duo_more.py").write_text(MORE.replace("inlet()", "inlet("))
    _, notes = found(folder)
    assert notes[0].message.startswith("what is used of duo_more is not looked at, as its file is wrong: ")


def test_a_module_beside_another_of_its_own_type(folder: Path) -> None:
    own = DUO.replace("duo_more", "duo").replace('knob("level")', 'knob("volume")')
    (folder / "duo.py").write_text(own)
    first = found(folder).problems[0]
    assert (first.line, first.message) == (9, "duo has no switch mode; it has none")


@pytest.mark.timeout(300)
def test_the_session_tells_when_the_file_is_saved(tmp_path: Path, compiled_cache: Path) -> None:
    wrong = DUO.replace('"level"', '"levle"')
    with workspace_in(tmp_path, compiled_cache, duo=wrong, duo_more=MORE) as folder, guest(folder) as here:
        here.play('add("duo")')
        (folder / "modules" / "duo.py").write_text(wrong + "\n")
        warning = here.wait_for(Notice, lambda notice: "levle" in notice.text)
        assert warning == Notice("warning", "duo.py:8:13: duo_more has no knob levle; did you mean 'level'?")
        (folder / "modules" / "duo.py").write_text(DUO.replace("duo_more", "duomore"))
        note = here.wait_for(Notice, lambda notice: "duomore" in notice.text)
        assert (note.level, note.text.partition(": ")[0]) == ("note", "duo.py:7:12")
        (folder / "modules" / "duo.py").write_text(DUO)
        here.wait_for(PanelChanged, lambda changed: "duo_more" in changed.panel.neighbours[0].types)
        assert not [told for told in here.waiting if isinstance(told, Notice) and "duo.py" in told.text]
