"""A plug-in's own bypass is in its states, and the module's is what counts."""

from pathlib import Path

import pytest

from livepatch.protocol.messages import Notice
from livepatch.protocol.meters import Meters
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import facts_of
from tests.plugins.vst3.synth_bundle import fault, vst3_bundle
from tests.session.guest import Guest, until
from tests.session.plugged import meters, processes, silent, sounding_again

pytestmark = pytest.mark.timeout(300)
LATER_FRAMES = 24000


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(vst3_bundle(folder), folder)


def test_what_was_kept_while_it_was_bypassed_does_not_silence_it_later(here: Guest, workspace: Path) -> None:
    here.play("bypass(synth)")
    silent(here)
    here.play('synth.gain = 0.5; save("bypassed")', "bypass(synth, False)")
    sounding_again(here)
    here.play('save("plays")')
    before = processes(workspace)
    here.play(f"synth.fault = {fault('Crash')}")
    here.wait_for(Notice, lambda notice: "starts again" in notice.text)
    here.play("synth.fault = 0.0")
    until(lambda: processes(workspace) not in ([], before), "its process is there again")
    sounding_again(here)
    here.play("clear()", 'load("plays")')
    sounding_again(here)
    here.play('load("bypassed")')
    silent(here)
    here.play("bypass(synth, False)")
    sounding_again(here)


def test_a_preset_and_its_undo_leave_a_module_bypassed_or_not(here: Guest, workspace: Path) -> None:
    playing, bypassed = (str(workspace / f"{name}.vstpreset") for name in ("playing", "bypassed"))
    here.play(f"save_preset(synth, {playing!r})", "bypass(synth)")
    silent(here)
    here.play(f"save_preset(synth, {bypassed!r})", f"preset(synth, {playing!r})")
    stays(here, heard=False)
    here.play("bypass(synth, False)")
    sounding_again(here)
    here.play(f"preset(synth, {bypassed!r})")
    stays(here, heard=True)
    here.play("undo()")
    stays(here, heard=True)


def stays(here: Guest, *, heard: bool) -> None:
    """A while later the plug-in is as it should be."""
    with Meters(meters(here)) as played:
        later = played.read("frame") + LATER_FRAMES
        until(lambda: played.read("frame") > later, "the engine plays on")
    (sounding_again if heard else silent)(here)
