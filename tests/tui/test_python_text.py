"""Python while it is typed."""

import pytest
from rich.style import Style

from livepatch.tui.python_text import coloured, indent_after, whole


@pytest.mark.parametrize(
    "code", ["x = 1", "f(1,\n  2)", "for i in x:\n    f(i)\n", "x = = 1", "'\\x'", "if x: y", ""]
)
def test_whole_or_hopeless_code_runs(code: str) -> None:
    assert whole(code)


@pytest.mark.parametrize("code", ["f(1,", "for i in x:", "for i in x:\n    f(i)", "'''a", "@d", "x = \\"])
def test_unfinished_code_goes_on(code: str) -> None:
    assert not whole(code)


def test_a_line_after_a_colon_is_indented() -> None:
    assert [indent_after(line) for line in ("if x:", "    for y in x:", "    y", "y")] == [
        "    ",
        "        ",
        "    ",
        "",
    ]


def test_tokens_have_their_colours() -> None:
    bold, red = Style(bold=True), Style(color="red")
    text = coloured("for x in 'a':", (("keyword", bold), ("string", red)))
    spans = {(text.plain[span.start : span.end], span.style) for span in text.spans}
    assert ("for", bold) in spans
    assert ("'", red) in spans
    assert text.plain == "for x in 'a':"
