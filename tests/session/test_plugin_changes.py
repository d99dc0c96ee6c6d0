"""Plug-ins that turn out to be others than they were: their names, and what goes in and out of them."""

from pathlib import Path

import pytest

from livepatch.protocol.messages import Notice, PluginState
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, install
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import Guest, until
from tests.session.plugged import LINES, processes, silent, sounding_again

pytestmark = pytest.mark.timeout(300)
IN_VAIN = "synth: its plug-in asks again and again to be started again; it plays on as it is"
AGAIN = "synth: its plug-in starts again, "
OUTLETS = "[name for name in dir(synth) if 'out' in name]"


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(build("vst2_synth.c", folder, "-DOUTLETS_BY_WAVE=1"), folder)


def notices(here: Guest, start: str) -> list[str]:
    """The lines so far that begin so."""
    here.evaluate("1")
    return [told.text for told in here.waiting if isinstance(told, Notice) and told.text.startswith(start)]


def test_a_knob_that_changes_what_goes_in_and_out_brings_its_outlets(here: Guest, workspace: Path) -> None:
    before = here.play(OUTLETS)
    here.play("synth.gain = 0.25", "synth.wave = 1.0")
    told = here.wait_for(Notice, lambda notice: notice.text.startswith("synth has "))
    new = told.text.removeprefix("synth has ").removesuffix(" now").split(", ")
    assert len(new) == 2
    assert here.play(OUTLETS) == str(sorted([*eval(before), *new]))
    assert notices(here, AGAIN) == [f"{AGAIN}with other inlets and outlets"]
    here.play("synth.out // out.left", f"synth.{new[0]} >> out.left")
    sounding_again(here)
    assert here.play("float(synth.gain), float(synth.wave)") == "(0.25, 1.0)"
    process = processes(workspace)
    here.play('save("wide")', "clear()", 'load("wide")')
    until(lambda: processes(workspace) not in ([], process), "it has another process")
    sounding_again(here)
    assert not notices(here, "synth is bypassed")
    states = [state for state in here.waiting if isinstance(state, PluginState)]
    assert states[-1].restarts == 0


def test_one_that_asks_to_be_reloaded_at_each_start_plays_on_as_it_is(
    here: Guest, workspace: Path, tmp_path: Path
) -> None:
    here.play("clear()")
    reloads = facts_of(vst3_bundle(tmp_path), tmp_path)
    install(reloads)
    here.play(*(line.format(name=reloads.name) for line in LINES), "synth.gain = 0.375", "synth.restart = 1 / 255")
    here.wait_for(Notice, lambda notice: notice.text == IN_VAIN)
    process = processes(workspace)
    assert len(process) == 1
    sounding_again(here)
    assert processes(workspace) == process
    assert set(notices(here, AGAIN)) == {f"{AGAIN}as it asked for"}
    assert not notices(here, "synth is bypassed")
    assert here.play("float(synth.gain)") == "0.375"


def test_two_of_a_kind_have_the_outlets_of_the_one_with_more(here: Guest, synth: Facts) -> None:
    here.play(f'twin = vst("{synth.name}", "twin")', "holds.gate >> twin.gate")
    here.play("twin.level = 0.25", "synth.wave = 1.0")
    here.wait_for(Notice, lambda notice: notice.text.startswith("twin: its plug-in starts again"))
    for outlet in ("twin.out", "synth.out", "twin.right_out"):
        here.play("unpatch(out)")
        silent(here)
        here.play(f"{outlet} >> out.left")
        sounding_again(here)
    assert here.play("float(twin.level)") == "0.25"


def test_a_program_that_is_renamed_is_listed_and_chosen_by_its_new_name(here: Guest, workspace: Path) -> None:
    here.play("synth.act = 0.4")
    until(lambda: "Soft" in here.play("str(program(synth))"), "its new name is listed")
    assert "Soft()" in here.play("synth.menu")
    here.play('program(synth, "Soft")')
    assert here.play("float(synth.level)") == "0.125"
    before = processes(workspace)
    here.play('save("soft")', "clear()", 'load("soft")')
    until(lambda: processes(workspace) not in ([], before), "it has another process")
    until(lambda: here.play("program(synth)[2][1]") == "'Soft'", "it has its new name again")
