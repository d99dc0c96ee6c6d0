"""Long lines are broken between words, and nothing is lost."""

import pytest

from livepatch.repl.wrapping import wrapped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short\n", "short\n"),
        ("one two three four", "one two\nthree four"),
        ("# one two three four", "# one two\n# three four"),
        ("add()  one two three", "add()  one two\n       three"),
        ("  in one two three", "  in one two\n  three"),
        ("unbreakable_and_long_word", "unbreakable_and_long_word"),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_a_line_is_broken_between_words(text: str, shown: str) -> None:
    assert wrapped(text, 14 if "add" in text else 12) == shown
