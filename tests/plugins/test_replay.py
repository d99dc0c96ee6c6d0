"""A performance with a plug-in, in a real session, is rendered again from its journal."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from livepatch import locations
from livepatch.journal import performance
from livepatch.journal.performance import PLUGINS
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState
from livepatch.protocol.meters import Meters
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, install
from tests.session.guest import Guest, guest, until, workspace_in

pytestmark = pytest.mark.timeout(300)
STEADY = '''"""Steady."""

from livepatch.module import Module, outlet


class Steady(Module):
    """4 V, which is 0.4 of full scale."""

    out = outlet()

    def step(self) -> None:
        """One sample."""
        self.out = 4.0
'''
WHOLE, HALF, QUIET = 0.4, 0.2, 0.1
KILL = "the engine is killed"
LISTEN_SECONDS = 0.15
LONG_FRAMES = 2400
"""A level that lasts so long is one that was listened to."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("replayed")
    return facts_of(build("vst2_synth.c", folder), folder)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, facts: Facts) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache, steady=STEADY) as folder:
        install(facts)
        yield folder


def listen(here: Guest, level: float) -> None:
    """Play until this is at the sound card, and a while longer."""
    states = [message for message in here.waiting if isinstance(message, EngineState)]
    with Meters(Path(states[-1].meters)) as meters:
        until(lambda: abs(meters.read("left") - level) < 1e-3, f"{level} is heard")
        goal = meters.read("frame") + LISTEN_SECONDS * 48000.0
        until(lambda: meters.read("frame") >= goal, "the engine plays on")


def perform(workspace: Path, facts: Facts, steps: tuple[tuple[str, float], ...]) -> None:
    """A whole session: the plug-in between the tone and the sound card, then each line, and what is heard then."""
    with guest(workspace, "repl") as here:
        here.play("safe(False)", f'synth = vst("{facts.name}", "synth")')
        here.play(
            'steady = add("steady"); out = add("audio_out"); steady.out >> synth.audio; synth.out >> out.left'
        )
        here.waiting.append(here.wait_for(EngineState, lambda state: len(state.meter_slots) == 3))
        listen(here, WHOLE)
        for line, level in steps:
            if line == KILL:
                kill_engine(here)
            else:
                here.play(line)
            listen(here, level)
    client.stop(workspace)


def kill_engine(here: Guest) -> None:
    """Another engine plays on, with the same process of the plug-in."""
    states = [message for message in here.waiting if isinstance(message, EngineState)]
    former = states[-1].meters
    with Meters(Path(former)) as meters:
        os.kill(int(meters.read("pid")), signal.SIGKILL)
    there = here.wait_for(EngineState, lambda state: len(state.meter_slots) == 3 and state.meters != former)
    here.waiting.append(there)


def replay(workspace: Path) -> tuple[NDArray[np.float64], list[str]]:
    """The left side of the last performance again, and what was told of it."""
    output = workspace / "set.wav"
    command = [sys.executable, "-m", "livepatch", "replay", "last", "-o", str(output)]
    done = subprocess.run(command, check=False, cwd=workspace, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    sound, _ = soundfile.read(output)
    return sound[:, 0], done.stderr.splitlines()


def levels(sound: NDArray[np.float64]) -> list[float]:
    """The levels that lasted, one after the other, without those of 0."""
    edges = np.flatnonzero(np.abs(np.diff(sound)) > 1e-5)
    bounds = [0, *(int(edge) + 1 for edge in edges), len(sound)]
    lasting = [
        float(sound[(start + stop) // 2])
        for start, stop in itertools.pairwise(bounds)
        if stop - start >= LONG_FRAMES
    ]
    return [level for level in lasting if abs(level) > 1e-6]


def test_what_a_plugin_played_is_rendered_again(workspace: Path, facts: Facts) -> None:
    steps = (
        ("synth.gain = 0.25", QUIET),
        ("program(synth, 2)", WHOLE),
        ("undo()", QUIET),
        ("synth.gain = 0.5", HALF),
        ("remove(synth)", 0.0),
        ("undo()", HALF),
    )
    perform(workspace, facts, steps)
    sound, lines = replay(workspace)
    expected = [WHOLE, QUIET, WHOLE, QUIET, HALF, HALF]
    assert levels(sound) == pytest.approx(expected, abs=1e-6)
    assert len(lines) == 1
    assert "no journal has" in lines[0]
    again, _ = replay(workspace)
    assert np.array_equal(sound, again)
    journal = performance.listing(locations.journals(workspace))[-1]
    assert [path.suffix for path in (journal / PLUGINS).iterdir()].count(".fxb") >= 2


def test_its_own_bypass_and_the_hard_one_are_played_again(workspace: Path, facts: Facts) -> None:
    steps = (
        ("synth.gain = 0.25", QUIET),
        ("bypass(synth)", WHOLE),
        ("bypass(synth, False)", QUIET),
        ("bypass(synth, hard=True)", WHOLE),
        ("undo()", QUIET),
    )
    perform(workspace, facts, steps)
    sound, _ = replay(workspace)
    assert levels(sound) == pytest.approx([WHOLE, QUIET, WHOLE, QUIET, WHOLE, QUIET], abs=1e-6)


def test_the_next_engine_goes_on_with_what_the_plugin_was(workspace: Path, facts: Facts) -> None:
    steps = (("program(synth, 3)", WHOLE), ("synth.gain = 0.25", QUIET), (KILL, QUIET), ("synth.gain = 0.5", HALF))
    perform(workspace, facts, steps)
    sound, lines = replay(workspace)
    found = levels(sound)
    assert found[-2:] == pytest.approx([QUIET, HALF], abs=1e-6)
    assert set(np.round(found, 6)) == {WHOLE, QUIET, HALF}
    assert len(lines) == 1


def test_a_plugin_that_is_gone_by_now_is_told_in_one_line(workspace: Path, facts: Facts) -> None:
    perform(workspace, facts, ())
    PluginIndex([]).write()
    sound, lines = replay(workspace)
    assert not levels(sound)
    assert len(lines) == 1
    assert "is not installed any more" in lines[0]
