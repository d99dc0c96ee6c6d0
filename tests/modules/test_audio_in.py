"""What comes in at the sound card: nothing yet."""

from tests.rendering import Render, panel_of_type


def test_it_is_silent_and_says_so(render: Render) -> None:
    assert not any(block.any() for block in render("audio_in", 100, {}).values())
    assert "Nothing is captured yet" in panel_of_type("audio_in").summary
