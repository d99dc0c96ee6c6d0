import pytest

from livepatch.likeness import alike, hint

NAMES = ("filter_cutoff", "filter_resonance", "amp_attack", "Dragonfly Hall Reverb", "DXish")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("filter_cutof", "filter_cutoff"),
        ("FILTER_CUTOFF", "filter_cutoff"),
        ("resonance", "filter_resonance"),
        ("dragonfly hal", "Dragonfly Hall Reverb"),
        ("hall", "Dragonfly Hall Reverb"),
        ("dxsh", "DXish"),
        ("er_", ""),
        ("a", ""),
        ("", ""),
        ("potato", ""),
    ],
)
def test_the_name_is_found_that_was_meant(word: str, name: str) -> None:
    assert alike(word, NAMES) == name


def test_a_hint_names_it_or_says_what_to_do_otherwise() -> None:
    assert hint("dxsh", NAMES, "program() lists them") == "; did you mean 'DXish'?"
    assert hint("potato", NAMES, "program() lists them") == "; program() lists them"
    assert not hint("potato", NAMES)
