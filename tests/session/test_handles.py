import math
import time

import pytest

from livepatch.panel import Light, Panel
from livepatch.patch.edits import Glide, SetGain, SetKnob
from livepatch.patch.patch import Route
from livepatch.session.commands import PRESS_SECONDS
from livepatch.session.sources import Code
from tests.jack_server import wait_until
from tests.session.table import VCO, Table


@pytest.fixture
def patched(table: Table) -> Table:
    table.type('vco = add("vco"); vcf = add("vcf"); out = add("out")')
    return table


def routes(table: Table) -> set[str]:
    return {f"{c.source}.{c.outlet}>{c.target}.{c.inlet}*{c.gain:g}" for c in table.rack.patch.cables.values()}


def test_a_cable_runs_from_an_outlet_to_an_inlet(patched: Table) -> None:
    assert patched.type("vco.saw >> vcf.audio") == "vco.saw >> vcf.audio"
    assert routes(patched) == {"1.saw>2.audio*1"}


def test_modules_are_chained_by_their_main_ports(patched: Table) -> None:
    patched.type("vco >> vcf >> out")
    assert routes(patched) == {"1.saw>2.audio*1", "2.low>3.left*1"}


def test_a_cable_with_a_gain_goes_onto_a_knob(patched: Table) -> None:
    patched.type("vco.sine * 0.3 >> vcf.cutoff")
    assert routes(patched) == {"1.sine>2.cutoff*0.3"}
    patched.type("2 * -vco.sine / 4 >> vcf.cutoff")
    assert routes(patched) == {"1.sine>2.cutoff*-0.5"}


def test_patching_twice_is_one_cable_and_one_step(patched: Table) -> None:
    patched.type("vco.saw >> vcf.audio", "vco.saw >> vcf.audio", "undo()")
    assert routes(patched) == set()


def test_several_ends_are_patched_at_once(patched: Table) -> None:
    patched.type("vco.saw >> [vcf, out.left, out.right]")
    assert routes(patched) == {"1.saw>2.audio*1", "1.saw>3.left*1", "1.saw>3.right*1"}


def test_two_slashes_pull_a_cable(patched: Table) -> None:
    patched.type("vco.saw >> vcf.audio", "vco.sine >> vcf.cutoff", "vco.saw // vcf", "vco.sine // vcf.cutoff")
    assert routes(patched) == set()
    assert patched.refused("vco.saw // vcf") == "there is no such cable: vco.saw >> vcf.audio"


def test_a_knob_is_turned_and_read_as_a_number(patched: Table) -> None:
    assert patched.type("vcf.cutoff = 2.0", "vcf.cutoff") == "2 (1046.5 Hz)"
    assert patched.type("vcf.cutoff += 1", "vcf.cutoff * 2") == "6.0"
    assert patched.type("del vcf.cutoff", "vcf.cutoff") == "1 (523.25 Hz)"
    assert patched.rack.patch.modules[2].knobs == {}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("vcf.cutoff = '440 Hz'", 0.75),
        ("vcf.cutoff = 'a4'", 0.75),
        ("vcf.cutoff = 'C4'", 0.0),
        ("vcf.cutoff = '1 kHz'", 1.9344),
        ("vcf.cutoff = '1/2 kHz'", 0.9344),
        ("add('vcf', cutoff='880 Hz'); vcf2.cutoff", 1.75),
    ],
)
def test_a_knob_is_set_to_what_it_shows(patched: Table, line: str, value: float) -> None:
    patched.type(line)
    knobs = list(patched.rack.patch.modules.values())[-1 if "add" in line else 1].knobs
    assert knobs["cutoff"] == pytest.approx(value, abs=1e-4)


def test_what_is_typed_beyond_the_range_is_clamped_and_said(
    patched: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    patched.type("vcf.cutoff = '100 kHz'")
    assert patched.rack.patch.modules[2].knobs == {"cutoff": 5.0}
    assert capsys.readouterr().out == "cutoff goes from -5 to 5: set to 5, not 8.57828\n"


def test_a_button_is_pressed_for_a_moment_or_held(patched: Table) -> None:
    patched.type("vco.restart()")
    assert patched.type("vco.restart") == "on"
    wait_until(lambda: patched.type("vco.restart") == "off", 60.0, "the button to be let go")
    assert patched.type("vco.restart = 'on'", "vco.restart") == "on"
    assert patched.type("vco.restart = False", "vco.restart") == "off"


def test_pressing_is_nothing_to_undo_and_a_removed_module_lets_go(patched: Table) -> None:
    patched.type("vco.tune = 1", "vco.restart()", "undo()")
    assert patched.type("vco.tune") == "0 (0.00 oct)"
    patched.type("vco.restart()", "remove(vco)")
    time.sleep(2 * PRESS_SECONDS)
    assert "vco" not in {module.name for module in patched.rack.patch.modules.values()}


def test_a_knob_out_of_range_is_clamped_and_said(patched: Table, capsys: pytest.CaptureFixture[str]) -> None:
    patched.type("vco.tune = 99")
    assert patched.rack.patch.modules[1].knobs == {"tune": 4.0}
    assert capsys.readouterr().out == "tune goes from -4 to 4: set to 4, not 99\n"
    assert "cannot be nan" in patched.refused("vco.tune = float('nan')")


def test_a_switch_takes_and_equals_the_name_of_a_choice(patched: Table) -> None:
    assert patched.type("vco.shape = 'saw'", "vco.shape") == "'saw' (1 of sine, saw, square)"
    assert patched.type("vco.shape == 'saw' and vco.shape == 1 and vco.shape != 'sine'") == "True"
    assert patched.type("vco.shape = 2", "str(vco.shape == 'square')") == "'True'"
    assert "it has sine, saw, square" in patched.refused("vco.shape = 'triangle'")
    assert patched.type("vco.restart = True", "vco.restart") == "on"
    assert patched.type("str(vco.shape), {0: 'a', 2: 'b'}[int(vco.shape)]") == "('square', 'b')"
    assert "use int(shape) or str(shape)" in patched.refused("{vco.shape: 'b'}")


def test_a_port_can_be_copied(patched: Table) -> None:
    patched.type("import copy")
    assert patched.type("copy.copy(vco.saw) >> vcf.cutoff") == "vco.saw >> vcf.cutoff"
    assert patched.type("copy.copy(vcf.audio).name") == "'audio'"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vco.nose", "vco has no nose; it has tune, shape, restart, voct, saw, sine"),
        ("vco.nose = 3", "vco has no nose"),
        ("vcf.audio = vco.saw", "audio is an inlet: patch a cable into it, as in lfo.sine >> vcf.audio"),
        ("vco.saw = 3", "saw is an outlet: patch a cable out of it, as in vco.saw >> out.left"),
        ("vcf.audio >> vco.saw", "audio is an inlet: cables go into it, not out of it"),
        ("'vco.saw' >> vcf.audio", "a cable comes out of a module or an outlet, not out of 'vco.saw'"),
        ("3 >> vcf.cutoff", "a cable comes out of a module or an outlet, not out of 3"),
        ("vco.saw * vcf >> vcf.cutoff", "an outlet is multiplied by a number, its gain, not by vcf"),
        ("vco.saw / 0 >> vcf.cutoff", "saw / 0 is no gain"),
        ("vcf.audio.level", "vcf.audio is an inlet, which has no level"),
        ("vco.saw.to(3)", "vco.saw is an outlet, which has no to"),
        ("add(vco)", 'add() takes a name in quotes: add("vco")'),
        ("vcf.cutoff = vco.saw", "to patch a cable onto cutoff"),
        ("vco.saw >> vco.shape", "shape takes no cable"),
        ("vco.saw >> vco.sine", "sine is an outlet"),
        ("vco.saw >> 3", "a cable cannot go into 3"),
        ("out >> vcf", "out has no outlet"),
        ("vcf.cutoff >> out", "cables go into it"),
        ("vco.tune = 'loud'", "tune takes a number, not 'loud'; for example 0.00 oct"),
        ("vco.tune = '3 dB'", "tune is in oct, not dB"),
        ("vco.restart = 'maybe'", "restart is a button: it is on or off"),
        ("vco.shape()", "shape is a switch: set it, as in shape = 'square'"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_changes_nothing(patched: Table, line: str, said: str) -> None:
    before = (dict(patched.rack.patch.modules), dict(patched.rack.patch.cables))
    error = patched.refused(line)
    assert said in error
    assert "\n" not in error
    assert (patched.rack.patch.modules, patched.rack.patch.cables) == before


def test_a_handle_of_another_patch_means_the_module_of_its_name(table: Table) -> None:
    table.type('osc = add("vco"); add("vcf"); save("one")')
    table.type('clear(); filter = add("vcf"); add("vco"); save("two")')
    table.type('load("one")', "osc.tune = 2", "filter.cutoff = 3")
    assert {module.name: module.knobs for module in table.rack.patch.modules.values()} == {
        "vco": {"tune": 2.0},
        "vcf": {"cutoff": 3.0},
    }


def test_a_handle_finds_nobody_else_in_another_patch_and_lives_again_after_undo(table: Table) -> None:
    table.type('add("vco", name="other"); save("one"); clear()')
    table.type('keep = add("vco", name="lead"); keep.tune = 1', 'save("two"); load("two")', "keep.tune = 2")
    table.type('load("one")')
    assert "lead is no longer in the rack" in table.refused("keep.tune = 3")
    assert table.type("undo()", "keep.tune") == "2 (2.00 oct)"
    table.type("redo()")
    assert "lead is no longer in the rack" in table.refused("keep.tune")
    assert table.type("undo()", "undo()", "undo()", 'rename(keep, "bass")', "keep.tune") == "1 (1.00 oct)"


def test_a_handle_of_a_removed_module_says_so_and_lives_again_after_undo(patched: Table) -> None:
    patched.type("keep = vcf", "vcf.cutoff = 3", "remove(vcf)")
    assert "vcf is no longer in the rack" in patched.refused("keep.cutoff")
    assert "no longer in the rack" in patched.type("keep")
    assert patched.type("undo()", "keep.cutoff") == "3 (2093.0 Hz)"


def test_a_variable_of_a_removed_module_gives_way_to_the_new_one_of_that_name(patched: Table) -> None:
    patched.type("remove(vcf)", 'add("vcf"); 0')
    assert patched.type("vcf.cutoff = 4", "vcf.cutoff") == "4 (4186.0 Hz)"


def test_a_chain_shows_each_cable(patched: Table) -> None:
    assert patched.type("vco >> vcf >> out") == "vco.saw >> vcf.audio; vcf.low >> out.left"


def test_a_module_shows_its_knobs_and_cables(patched: Table) -> None:
    patched.type("vco.sine * 0.5 >> vcf.cutoff", "vcf >> out")
    shown = patched.type("vcf")
    assert shown.splitlines()[0] == "vcf: Filter."
    assert "cutoff       1 (523.25 Hz)  << vco.sine * 0.5" in shown
    assert "low          outlet  >> out.left" in shown
    assert patched.type("vco.sine") == "vco.sine >> vcf.cutoff"
    assert patched.type("out.left") == "vcf.low >> out.left"
    assert patched.type("vcf.audio") == "vcf.audio, an inlet, not patched"


def test_looking_for_python_protocols_finds_nothing(patched: Table) -> None:
    assert patched.type("import copy", "hasattr(vco, '__len__'), hasattr(vco, 'nose')") == "(False, False)"
    assert Route(1, "saw", 2, "audio") not in patched.rack.patch.cables


def test_a_knob_can_take_its_time(table: Table) -> None:
    table.type('vcf = add("vcf")', "vcf.cutoff.to(3, beats=4)")
    edit, about = table.heard[-1]
    assert edit == SetKnob(1, "cutoff", 3.0, Glide(beats=4.0))
    assert about == "vcf.cutoff = 3 in 4 beats"
    assert table.type("float(vcf.cutoff)") == "3.0"
    table.type("undo()")
    assert table.rack.patch.modules[1].knobs == {}
    table.type('vcf.cutoff.to("c7", seconds=2, curve="shown")')
    glide = table.heard[-1][0].glide
    assert (glide.seconds, glide.shown) == (2.0, True)
    assert glide.bend == pytest.approx(2.0 * math.log(2.0))
    for line in ("vcf.cutoff.to(3)", "vcf.cutoff.to(3, beats=1, seconds=1)", "vcf.cutoff.to(3, beats=-1)"):
        assert "beats" in table.refused(line)
    assert "curve" in table.refused('vcf.cutoff.to(3, beats=1, curve="fast")')


def test_the_gain_of_a_cable_can_take_its_time(table: Table) -> None:
    table.type('vco = add("vco"); vcf = add("vcf"); vco >> vcf', "fade(vco, vcf, 0.5, beats=8)")
    assert table.heard[-1] == (
        SetGain(Route(1, "saw", 2, "audio"), 0.5, Glide(beats=8.0)),
        "vco.saw >> vcf.audio at 0.5 in 8 beats",
    )


def test_a_menu_of_thousands_shows_its_parts_to_be_looked_into(table: Table) -> None:
    from livepatch.panel import MenuItem
    from livepatch.session.handles import MenuHandle, ModuleHandle

    programs = tuple(
        MenuItem(kind="action", label=f"Pad {number}", name=f"program:{number}") for number in range(99)
    )
    menu = (MenuItem(kind="submenu", label="Programs", items=programs), MenuItem(kind="action", label="Restart"))
    table.type('add("vco")')
    handle = MenuHandle(ModuleHandle(table.commands, 1, "vco"), menu)
    assert repr(handle) == "Programs: 99 more\nRestart()"
    assert repr(handle["Programs"]).count("\n") == 98


def test_a_light_is_read_and_explained(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    lit = Panel(type="lit", class_name="Lit", outlets=VCO.outlets, lights=(Light(name="glow", label="Glow"),))
    table.sources.panels["lit"] = lit
    table.sources.built(Code("lit", "lit-1", "", lit))
    table.sources.play("lit", "lit-1")
    table.type('lit = add("lit")')
    assert table.type("lit.glow") == "lit.glow, a light: 1.2"
    assert table.type("float(lit.glow)") == "1.2"
    table.type("help(lit.glow)")
    assert capsys.readouterr().out == "glow: a light. Glow: red\n"
    assert "glow is a light" in table.refused("lit.glow = 1")
    assert "glow" in table.type("dir(lit)")
