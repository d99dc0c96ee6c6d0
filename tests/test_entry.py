"""Enter runs what is whole and goes on with what is not."""

import pytest

from livepatch.entry import indent_after, whole


@pytest.mark.parametrize(
    "code",
    [
        "vco = add('vco')",
        "for i in range(3):\n    add('vco')\n",
        "def f():\n    return 1\n\nf()",
        "a = 1\nb = 2",
        "x = (1,\n2)",
        "f(1,\n  2)",
        "if x: pass",
        "'\\d'",
        "1 +* 2",
        "x = = 1",
        "'never closed",
        "",
    ],
)
def test_what_is_whole_or_wrong_runs(code: str) -> None:
    assert whole(code)


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(3):",
        "for i in range(3):\n    add('vco')",
        "x = (1,",
        "'''text",
        "def f():",
        "@d",
        "a = 1 + \\",
    ],
)
def test_what_is_begun_goes_on(code: str) -> None:
    assert not whole(code)


def test_a_line_after_a_colon_is_indented() -> None:
    assert indent_after("for i in range(3):") == "    "
    assert indent_after("    if x:  ") == "        "
    assert indent_after("    x = 1") == "    "
    assert indent_after("x = 1") == ""
