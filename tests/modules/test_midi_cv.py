"""A keyboard in volts: nothing yet."""

from tests.rendering import Render, panel_of_type


def test_it_has_the_ports_of_racks_is_silent_and_says_so(render: Render) -> None:
    panel = panel_of_type("midi_cv")
    assert list(panel.rack["Core/MIDIToCVInterface"].outputs) == list(range(12))
    assert not any(block.any() for block in render("midi_cv", 100, {}).values())
    assert "does not hear MIDI yet" in panel.summary
