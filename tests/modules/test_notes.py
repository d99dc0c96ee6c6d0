"""Notes: what is written is what is drawn."""

from livepatch.canvas import Canvas, Text
from tests.rendering import PlainModule, panel_of_type


def drawn(text: str) -> Text:
    notes = PlainModule("notes")
    notes.module.text = text  # type: ignore[attr-defined]
    canvas = Canvas()
    notes.module.draw(canvas)
    (shape,) = canvas.shapes
    assert isinstance(shape, Text)
    return shape


def test_the_words_are_drawn_from_the_top_left_as_they_are() -> None:
    assert drawn("verse\n  open the filter") == Text(0.0, 1.0, "verse\n  open the filter", wrapped=True)


def test_an_empty_page_says_how_to_write_on_it() -> None:
    assert drawn("").text == 'notes.text = "…" writes here'
    assert drawn("").colour == "dim"


def test_they_stand_for_racks_notes_and_blank_which_have_no_ports() -> None:
    for type, model in (("notes", "Core/Notes"), ("blank", "Core/Blank")):
        panel = panel_of_type(type)
        assert next(iter(panel.rack)) == model
        assert not panel.inlets
        assert not panel.outlets
        assert not panel.controls()
