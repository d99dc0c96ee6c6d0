"""A plug-in goes wrong while a real JACK server listens: the rest of the rack does not lose a sample."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.protocol import client
from livepatch.protocol.messages import Notice
from livepatch.protocol.meters import Meters
from livepatch.protocol.plugin_facts import Facts
from tests.jack_server import JackServer, Recorder, jack_server, wait_until
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, install
from tests.session.guest import guest, until, workspace_in
from tests.session.plugged import HOLDS

__all__ = ["jack_server"]  # a fixture

pytestmark = [pytest.mark.xdist_group("jack"), pytest.mark.timeout(400)]
ATTEMPTS = 8
SECONDS = 60.0
FADE_FRAMES = 512
"""After that the cables have faded in."""
LONG_FRAMES = 48000
SLOW_HERTZ = 261.6256
FAULTS = {"crash": 1, "hang": 3, "nan": 6}


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache, holds=HOLDS) as folder:
        yield folder


def heard_at(fault: int, server: JackServer, workspace: Path, synth: Facts, folder: Path) -> NDArray[np.float32]:
    """A module at the left, and a plug-in that goes wrong at the right; nothing, if a cycle was missed."""
    with Recorder(server, "PortAudio", seconds=SECONDS, folder=folder) as recorder:
        with guest(workspace, "repl", driver="sounddevice") as here:
            with Meters(here.sound_card()) as meters:
                wait_until(lambda: meters.read("frame") > 9600, 60.0, "the recorder to be connected")
                here.play("safe(False)", 'vco = add("vco"); holds = add("holds"); out = add("audio_out")')
                here.play(f'synth = vst("{synth.name}", "synth", wave=1.0, level=0.5)')
                here.play("vco.sine >> out.left; synth.out >> out.right; holds.gate >> synth.gate")
                until(lambda: meters.read("right") > 0.3 and meters.read("left") > 0.3, "both are heard")
                here.play(f"midi(synth, 0xF0, 0x7D, {fault}, 0xF7)")
                here.wait_for(Notice, lambda notice: "synth is bypassed: its plug-in" in notice.text)
                after = (
                    meters.read("frame") + LONG_FRAMES
                )  # a meter falls slowly, and a process may be back before
                until(lambda: meters.read("frame") > after and meters.read("right") > 0.3, "it is back")
                recorder.stop()
            heard = recorder.frames()
        client.stop(workspace)
    return heard if recorder.late_cycles == 0 else heard[:0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_fade_at_the_plugin_and_nothing_at_all_elsewhere(
    jack_server: JackServer, workspace: Path, tmp_path: Path, fault: str
) -> None:
    synth = facts_of(build("vst2_synth.c", tmp_path), tmp_path)
    install(synth)
    for attempt in range(ATTEMPTS):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        heard = heard_at(FAULTS[fault], jack_server, workspace, synth, folder)
        if len(heard):
            break
    assert len(heard), f"this machine missed a cycle in each of {ATTEMPTS} performances"
    left, right = heard[:, 0].astype(np.float64), heard[:, 1].astype(np.float64)
    settled = int(max(np.flatnonzero(left)[0], np.flatnonzero(right > 0.3)[0])) + FADE_FRAMES
    curved = np.abs(np.diff(left[settled:], 2)).max()
    assert curved <= 1.05 * np.abs(left).max() * (2.0 * np.pi * SLOW_HERTZ / 48000.0) ** 2
    assert right[settled:].min() == 0.0
    assert np.abs(np.diff(right[settled:])).max() <= right.max() / 200.0
