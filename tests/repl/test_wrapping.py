"""Long lines are broken between words, and nothing is lost."""

import pytest

from livepatch.repl.wrapping import wrapped


@pytest.mark.parametrize(
    ("columns", "text", "shown"),
    [
        (12, "short\n", "short\n"),
        (12, "one two three four", "one two\nthree four"),
        (12, "# one two three four", "# one two\n# three four"),
        (14, "add()  one two three", "add()  one two\n       three"),
        (12, "  in one two three", "  in one two\n  three"),
        (12, "unbreakable_and_long_word", "unbreakable_and_long_word"),
        (12, "a\n\nb", "a\n\nb"),
    ],
)
def test_a_line_is_broken_between_words(columns: int, text: str, shown: str) -> None:
    assert wrapped(text, columns) == shown
