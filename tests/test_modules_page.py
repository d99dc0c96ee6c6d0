"""The modules on the page about writing modules compile and play."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "modules.md").read_text()
MODULES = [
    text for text in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "(Module)" in text
]


def name_of(text: str) -> str:
    """The file that a module would be in."""
    found = re.search(r"^class (\w+)\(Module\)", text, re.MULTILINE)
    assert found
    return found[1].lower()


@pytest.mark.parametrize("text", MODULES, ids=name_of)
def test_every_module_of_the_page_compiles_and_plays(text: str, build: Callable[..., Path]) -> None:
    assert (build(text, name_of(text)) / "build.json").exists()
