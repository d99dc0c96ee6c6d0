"""What undo() and redo() do to the rack: every edit of every kind, and what counts as one step."""

from contextlib import suppress
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.files import encode
from livepatch.patch.patch import Patch, PlacedModule, Route
from livepatch.session.sources import Code
from tests.session.table import VCO, Table

LINES = [
    'add("vco")', 'add("vcf", cutoff=2)', "vco.saw >> vcf.audio", "vco * 0.5 >> vcf", "vco.saw // vcf.audio",
    "(vco.sine >> vcf.audio).colour = 'red'", "vcf.cutoff = 1.5", "del vcf.cutoff", "vco.tune = -1",
    "vco.shape = 'saw'", "bypass(vcf)", "rename(vco, 'bass')", "remove(vcf)", "duplicate(vco)", "beside(vco, vcf)",
    "randomize(vco)", "reset(vco)", "tempo(90)", "unpatch(vcf)", "clear()", "undo()", "redo()",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=25))
@settings(max_examples=60)
def test_whatever_is_typed_is_undone_to_the_first_byte_and_redone_to_the_last(
    tmp_path_factory: pytest.TempPathFactory, typed: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        table = Table(tmp_path_factory.mktemp("table"), patched)
        start = encode(table.rack.patch)
        for line in ('add("vco")', 'add("vcf")', *typed):
            table.console.evaluate(line)
        end = encode(table.rack.patch)
        undone = 0
        with suppress(PatchError):
            while True:
                table.rack.undo()
                undone += 1
        assert encode(table.rack.patch) == start
        for _ in range(undone):
            table.rack.redo()
        assert encode(table.rack.patch) == end


def test_knobs_turned_together_are_a_step_each_and_a_later_turn_is_another(table: Table) -> None:
    seconds = 0.0
    table.rack.clock = lambda: seconds
    table.type('vco = add("vco"); vcf = add("vcf")')
    for hand in range(20):
        seconds += 0.1
        table.type(f"vco.tune = {hand / 10}; vcf.cutoff = {hand / 10}")
    seconds += 2.0
    table.type("vco.tune = 3")
    knobs = [{**table.rack.patch.modules[1].knobs, **table.rack.patch.modules[2].knobs}]
    for _ in range(3):
        table.type("undo()")
        knobs.append({**table.rack.patch.modules[1].knobs, **table.rack.patch.modules[2].knobs})
    assert knobs == [{"tune": 3.0, "cutoff": 1.9}, {"tune": 1.9, "cutoff": 1.9}, {"tune": 1.9}, {}]


def test_an_undone_save_plays_the_former_code_until_the_file_is_saved_again(table: Table) -> None:
    file = table.workspace / "modules" / "vco.py"
    file.write_text("# the second\n")
    table.sources.scan()
    table.type('add("vco")')
    table.sources.built(Code("vco", "vco-2", "", VCO, str(file), "# the second\n"))
    table.rack.perform(edits.SwapCode("vco", "vco-2"))
    assert table.sources.scan() == []
    table.type("undo()")
    playing = table.sources.playing("vco")
    assert playing is not None
    assert playing.source == table.rack.patch.modules[1].source == "vco-1"
    assert table.sources.scan() == []
    assert file.read_text() == "# the second\n"
    file.write_text("# the second\n\n")
    file.write_text("# the second\n")
    assert [found.type for found in table.sources.scan()] == ["vco"]


def test_a_pressed_button_leaves_the_patch_as_it_was(table: Table) -> None:
    table.type('vco = add("vco")')
    before = encode(table.rack.patch)
    table.type("vco.restart = True", "vco.restart = False")
    assert encode(table.rack.patch) == before


def test_a_cable_has_a_colour_that_can_be_taken_back(table: Table) -> None:
    table.type('vco = add("vco"); vcf = add("vcf")', '(vco >> vcf).colour = "red"')
    assert [cable.colour for cable in table.rack.patch.cables.values()] == ["#ff5c57"]
    assert "there is no colour 'mud'" in table.refused('(vco >> vcf).colour = "mud"')
    table.type("undo()")
    assert [cable.colour for cable in table.rack.patch.cables.values()] == [""]


def test_notes_of_what_plays_already_are_no_steps(table: Table) -> None:
    table.type('vco = add("vco")')
    table.rack.note(edits.SetData(1, {"wave": 3}))
    table.type("undo()")
    assert encode(table.rack.patch) == encode(Patch())
    table.type("redo()")
    assert table.rack.patch.modules[1].data == {"wave": 3}


class Unread(dict[int, PlacedModule]):
    """The modules of a rack, which nobody may go through one by one."""

    def __iter__(self) -> NoReturn:
        raise AssertionError

    keys = values = items = __iter__


def test_a_turn_in_a_large_rack_looks_at_no_other_module(table: Table) -> None:
    table.type('vco = add("vco"); vcf = add("vcf"); vco >> vcf')
    table.rack.patch.modules = Unread(table.rack.patch.modules)

    table.rack.perform(edits.SetKnob(1, "tune", 1.0))
    table.rack.perform(edits.SetGain(Route(1, "saw", 2, "audio"), 0.5))
    table.rack.undo()

    assert table.rack.patch.modules[1].knobs == {"tune": 1.0}
