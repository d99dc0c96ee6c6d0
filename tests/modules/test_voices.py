"""Whose voices count: as in Rack, where a module stands for one of its modules."""

import pytest

from tests.rendering import panel_of_type

COUNTING = {
    "adsr": "gate",
    "compare": "a b",
    "crossfade": "a b",
    "delay": "audio",
    "gates": "gate",
    "lfo": "voct fm",
    "logic": "a b",
    "midside": "left right mid side",
    "octave": "voct",
    "pluck": "trigger voct audio",
    "quantizer": "voct",
    "ring": "audio carrier",
    "sample_hold": "audio trigger",
    "track_hold": "audio",
    "vca": "audio cv",
    "vca2": "in1 in2",
    "vcf": "audio",
    "vco": "voct fm",
}


@pytest.mark.parametrize("type", COUNTING)
def test_a_module_plays_as_many_voices_as_come_into_these_inlets(type: str) -> None:
    assert [inlet.name for inlet in panel_of_type(type).counting()] == COUNTING[type].split()
