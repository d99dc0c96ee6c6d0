"""Modules are translated one after the other as each is alone, whatever came before."""

from pathlib import Path

import pytest

from livepatch.compiler.attempt import Attempts
from livepatch.compiler.parts import Parts, runtime_group
from livepatch.compiler.rewrite import rewrite
from livepatch.compiler.translation import Group, TranslationError, translate
from livepatch.compiler.translator import Translator
from livepatch.protocol.builds import module_name
from tests.rendering import MODULES, panel_of_type

TYPES = ("vco", "delay", "adsr", "vco")
TEXT = """\
from mypy_extensions import i64
from livepatch.runtime import Module


class Count(Module):
    def __init__(self) -> None:
        self.count: i64 = 1

    def more(self) -> None:
        self.count = self.count + 2
"""


def group(folder: Path, type: str, text: str) -> Group:
    """A group of one module of generated text, in a folder of its own."""
    folder.mkdir()
    path = folder / f"{type}.py"
    path.write_text(text, "utf-8")
    return Group(module_name(type), {module_name(type): path})


@pytest.fixture
def parts(attempts: Attempts) -> Parts:
    return attempts.builder.parts


def test_each_module_gives_the_c_that_it_gives_alone(attempts: Attempts, parts: Parts, tmp_path: Path) -> None:
    translator = Translator(runtime_group(), parts.work)
    groups = []
    for number, type in enumerate(TYPES):
        text = (MODULES / f"{type}.py").read_text("utf-8")
        text = rewrite(text, f"{type}.py", panel_of_type(type), attempts.builder.library).text
        groups.append(group(tmp_path / str(number), type, text))
    together = [translator.translate(each, tmp_path / str(number)) for number, each in enumerate(groups)]
    for number, each in enumerate(groups[:-1]):
        headers = {path.name: path.read_text() for path in (tmp_path / str(number)).glob("*.h")}
        assert len(headers) == 2
        assert translate([runtime_group(), each], parts.work, tmp_path / str(number)) == together[number]
        assert headers == {path.name: path.read_text() for path in (tmp_path / str(number)).glob("*.h")}
    assert together[0].replace(str(tmp_path / "0"), "") == together[-1].replace(str(tmp_path / "3"), "")


def test_another_text_of_the_same_module_is_translated_anew(parts: Parts, tmp_path: Path) -> None:
    translator = Translator(runtime_group(), parts.work)
    translator.translate(group(tmp_path / "1", "count", TEXT), tmp_path)
    other = translator.translate(group(tmp_path / "2", "count", TEXT.replace("= 1", "= 4711")), tmp_path)
    assert "4711" in other


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (TEXT.replace("+ 2", "+ 'two'"), "Unsupported operand types"),
        (TEXT.replace("+ 2", "+"), "Expected an expression"),
        (TEXT.replace("count + 2", "counter"), "has no attribute"),
    ],
)
def test_what_is_wrong_is_told_at_its_line_and_the_next_module_is_not_held_to_it(
    parts: Parts, tmp_path: Path, wrong: str, words: str
) -> None:
    translator = Translator(runtime_group(), parts.work)
    right = group(tmp_path / "right", "count", TEXT)
    before = translator.translate(right, tmp_path)
    for turn in range(2):
        with pytest.raises(TranslationError, match=words) as caught:
            translator.translate(group(tmp_path / f"wrong{turn}", "count", wrong), tmp_path)
        assert [complaint.line for complaint in caught.value.complaints] == [10]
        assert translator.translate(right, tmp_path) == before


def test_mypy_may_be_used_for_something_else_meanwhile(parts: Parts, tmp_path: Path) -> None:
    translator = Translator(runtime_group(), parts.work)
    count = group(tmp_path / "1", "count", TEXT)
    before = translator.translate(count, tmp_path)
    translate([runtime_group(), group(tmp_path / "2", "other", TEXT)], parts.work, tmp_path)
    assert translator.translate(count, tmp_path) == before


def test_a_text_that_imports_what_no_module_may_is_translated_all_the_same(parts: Parts, tmp_path: Path) -> None:
    translator = Translator(runtime_group(), parts.work)
    count = group(tmp_path / "1", "count", TEXT)
    before = translator.translate(count, tmp_path)
    unusual = TEXT.replace("from mypy", "from fractions import Fraction\nfrom mypy")
    assert "Fraction" in translator.translate(group(tmp_path / "2", "unusual", unusual), tmp_path)
    assert translator.translate(count, tmp_path) == before
