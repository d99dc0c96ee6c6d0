"""Pitches moved by whole octaves."""

import pytest

from tests.rendering import Render


@pytest.mark.parametrize(
    ("octave", "cv", "moved"), [(0.0, 0.0, 0.0), (2.0, 0.0, 2.0), (-1.4, 0.0, -1.0), (1.0, 1.6, 3.0)]
)
def test_only_whole_octaves_are_added(render: Render, octave: float, cv: float, moved: float) -> None:
    out = render("octave", 4, {"voct": 0.583, "octave": octave, "cv": cv})["out"]
    assert out[-1] == pytest.approx(0.583 + moved, abs=1e-12)
