"""Panels in columns, and the way through them."""

import itertools
from pathlib import Path

import pytest

from livepatch.panel import Panel, Switch
from livepatch.patch.edits import AddModule
from livepatch.patch.patch import Cable, PlacedModule
from livepatch.protocol.messages import Edited, Replaced
from livepatch.tui.columns import Columns, column_places
from livepatch.tui.look import CABLES, LIVEPATCH, Look
from livepatch.tui.model import Rack
from livepatch.tui.panel_rows import CableRow, RemarkRow, panel_rows
from livepatch.tui.selection import Selection
from tests.tui.fake_session import FakeSession

LOOK = Look.of(LIVEPATCH.to_color_system().generate(), dark=True)


@pytest.fixture
def rack(tmp_path: Path) -> Rack:
    rack = Rack()
    rack.take(FakeSession(tmp_path).welcome())
    return rack


@pytest.mark.parametrize(("width", "count"), [(10, 1), (25, 1), (50, 1), (51, 2), (79, 3), (119, 4), (200, 7)])
def test_columns_share_the_width_with_a_gap_between(width: int, count: int) -> None:
    places = column_places(width)
    assert len(places) == count
    assert places[-1][0] + places[-1][1] == width
    assert all(right[0] == left[0] + left[1] + 1 for left, right in itertools.pairwise(places))


def test_panels_are_dealt_out_from_left_to_right(rack: Rack) -> None:
    columns = Columns.deal(rack, LOOK, 79)
    assert [[panel.module.name for panel in column] for column in columns.panels] == [
        ["vco", "scope"],
        ["vcf", "out"],
        ["lfo"],
    ]


def test_every_line_of_every_panel_is_exactly_as_wide_as_its_column(rack: Rack) -> None:
    for width in (20, 25, 51, 79, 119, 200):
        for panel in Columns.deal(rack, LOOK, width).all():
            assert {panel.strip(line).cell_length for line in range(panel.height)} == {panel.width}


def test_a_point_finds_its_panel_and_the_gap_none(rack: Rack) -> None:
    columns = Columns.deal(rack, LOOK, 79)
    vcf = columns.panel_of(2)
    assert vcf is not None
    assert columns.at(1, vcf.height - 1) is vcf
    assert columns.at(2, 99) is None
    assert columns.column_at(columns.places[1][0]) == 1
    assert columns.column_at(columns.places[1][0] - 1) is None


def test_the_selection_walks_down_a_column_and_across(rack: Rack) -> None:
    columns = Columns.deal(rack, LOOK, 79)
    selection = Selection()
    selection.settle(columns)
    assert (selection.id, selection.control) == (1, "freq")
    selection.across(columns, 1)
    assert (selection.id, selection.control) == (2, "cutoff")
    for _ in range(3):
        selection.step(columns, 1)
    assert (selection.id, selection.control) == (5, "level")
    selection.step(columns, 1)
    assert selection.id == 5
    selection.step(columns, -1)
    assert (selection.id, selection.control) == (2, "mode")
    selection.end(columns, -1)
    assert selection.id == 5


def test_numbered_on_off_switches_stand_side_by_side(rack: Rack) -> None:
    gates = tuple(Switch(name=f"gate{step}", choices=("off", "on"), default=step % 2) for step in range(1, 9))
    rack.panels["lfo"] = Panel(
        type="lfo", class_name="Lfo", switches=(Switch(name="wave", choices=("a", "b")), *gates)
    )
    columns = Columns.deal(rack, LOOK, 79)
    lfo = columns.panel_of(3)
    assert lfo is not None
    assert lfo.strip(2).text.rstrip() == "▌gate  ■ · ■ · ■ · ■ ·"
    selection = Selection()
    selection.take(lfo, 2, 1 + 6 + 4)
    assert selection.control == "gate3"
    selection.step(columns, -1)
    selection.step(columns, -1)
    selection.step(columns, -1)
    assert selection.control == "wave"


def test_a_removed_module_gives_the_selection_to_another(rack: Rack) -> None:
    selection = Selection()
    selection.id, selection.control = 77, "gone"
    selection.settle(Columns.deal(rack, LOOK, 79))
    assert (selection.id, selection.control) == (1, "freq")


def test_a_cable_whose_port_is_gone_hangs_in_sight(rack: Rack) -> None:
    cable = Cable(source=1, outlet="ring", target=2, inlet="drive")
    rack.patch.cables[cable.route] = cable
    assert CableRow("drive", cable, dangling=True) in panel_rows(rack, rack.patch.modules[2], 25)
    assert RemarkRow("ring is gone, its cable hangs", "warning") in panel_rows(rack, rack.patch.modules[1], 25)


def test_a_placeholder_shows_what_is_known_of_it(rack: Rack) -> None:
    module = PlacedModule(id=8, name="odd", type="odd", knobs={"param0": 0.25, "param1": -3.0})
    rack.take(Edited(AddModule(module), ""))
    into = Cable(source=1, outlet="ring", target=8, inlet="in2")
    out = Cable(source=8, outlet="out0", target=2, inlet="drive")
    rack.patch.cables |= {into.route: into, out.route: out}
    rows = panel_rows(rack, module, 25)
    assert rows[1] == RemarkRow("no odd: w begins one", "warning")
    assert rows[2] == RemarkRow("param0\N{NO-BREAK SPACE}0.25  param1\N{NO-BREAK SPACE}-3", "dim")
    assert CableRow("in2", into) in rows
    assert RemarkRow("○out0", "dim") in rows
    view = Columns.deal(rack, LOOK, 25).panel_of(8)
    assert view is not None
    assert view.strip(0).text.split() == ["▌odd", "placeholder"]


def test_a_placeholder_whose_code_came_with_the_patch_says_that_it_waits_for_trust(rack: Rack) -> None:
    module = PlacedModule(id=8, name="odd", type="odd")
    rack.take(Replaced("set", (module,), (), {}, ("odd",), ("odd",)))
    rows = panel_rows(rack, module, 25)
    assert rows[1:] == [RemarkRow("not trusted:", "warning"), RemarkRow('trust("odd") plays it', "warning")]
    rack.take(Replaced("set", (module,), (), {}, ("odd",)))
    assert panel_rows(rack, module, 25)[1:] == [RemarkRow("no odd: w begins one", "warning")]


def test_a_cable_has_its_own_colour_or_its_source_s() -> None:
    assert LOOK.cable(1, "#ff0000").color != LOOK.module(1).color
    assert LOOK.cable(1, "") == LOOK.module(1) == LOOK.cable(1, "no colour")
    assert LOOK.module(1) == LOOK.module(1 + len(CABLES))
