"""Python in colour."""

from rich.style import Style

from livepatch.tui.python_text import coloured


def test_tokens_have_their_colours() -> None:
    bold, red = Style(bold=True), Style(color="red")
    text = coloured("for x in 'a':", (("keyword", bold), ("string", red)))
    spans = {(text.plain[span.start : span.end], span.style) for span in text.spans}
    assert ("for", bold) in spans
    assert ("'", red) in spans
    assert text.plain == "for x in 'a':"
