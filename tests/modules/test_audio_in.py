"""What comes in at the sound card: which outlets hold it. tests/engine/test_capture_jack.py hears it."""

import pytest

from tests.rendering import Render, panel_of_type


@pytest.mark.parametrize(
    ("type", "first", "count"),
    [
        ("audio_in", "left", 2),
        ("audio_out", "in_left", 2),
        ("audio_out8", "from1", 8),
        ("audio_out16", "from1", 16),
    ],
)
def test_its_inputs_are_the_channels_of_the_sound_card(type: str, first: str, count: int) -> None:
    captures = panel_of_type(type).captures
    assert (captures[0], len(captures)) == (first, count)


def test_nothing_comes_in_offline(render: Render) -> None:
    assert not any(block.any() for block in render("audio_in", 100, {}).values())
