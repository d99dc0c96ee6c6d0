"""A plug-in that rests, in a real session: what the performer sees of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.journal import performance
from livepatch.locations import journals
from livepatch.protocol import client
from livepatch.protocol.messages import PluginState
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import facts_of
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import guest, until
from tests.session.plugged import processes, workspace_with

RESTLESS = "plugins_rest = false\n"
pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="module")
def effect(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("effect")
    return facts_of(vst3_bundle(folder, "Effect", "EFFECT", "TAIL=0"), folder)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, effect: Facts) -> Iterator[Path]:
    with workspace_with(effect, tmp_path, compiled_cache) as folder:
        yield folder


def test_help_and_the_panel_say_that_it_rests_until_a_knob_is_turned(workspace: Path, effect: Facts) -> None:
    with guest(workspace, "repl") as here:
        here.play(f'effect = vst("{effect.name}", "effect")')
        assert not any(line.startswith("load") for line in here.evaluate("help(effect)")[2].splitlines())
        state = here.wait_for(PluginState, lambda state: state.rests)
        assert (state.state, state.load) == ("playing", 0.0)
        assert "load      none: it rests" in here.evaluate("help(effect)")[2].splitlines()
        here.play("effect.gain = 0.5")
        here.wait_for(PluginState, lambda state: not state.rests)
        until(lambda: "it rests" not in here.evaluate("help(effect)")[2], "help says so too")


def test_with_the_setting_off_none_rests_and_the_journal_knows(workspace: Path, effect: Facts) -> None:
    settings = workspace.parent / "config" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(RESTLESS)
    with guest(workspace, "repl") as here:
        here.play(f'effect = vst("{effect.name}", "effect")')
        until(lambda: bool(processes(workspace)), "its process is there")
        (process,) = processes(workspace)
        assert b"--restless" in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    client.stop(workspace)
    assert performance.read(performance.listing(journals(workspace))[-1]).began.settings["plugins_rest"] == 0.0
