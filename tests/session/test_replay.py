"""A replay of a real session whose sample rate changed: a file for each, and what the clock says is in them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from livepatch import locations
from livepatch.journal import performance
from livepatch.journal.performance import Performance
from livepatch.journal.records import EngineBegan, Performed, Stamp, Told
from livepatch.patch.edits import AddModule, Batch
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState, Notice
from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, until

pytestmark = pytest.mark.timeout(300)
BEFORE, AFTER = 48000, 44100
TONE_HZ = 440.0
FADE_FRAMES = 512
"""10 ms in whole quanta."""
FADE_SECONDS = 0.02
"""More than a cable's or the code's own fade, and the quantum that the output holds back."""
TONE = f'''"""Tone: {TONE_HZ:g} Hz, from the frame at which it began."""
from livepatch.dsp import frac, sin1
from livepatch.module import Module, outlet


class Tone(Module):
    """A sine."""

    out = outlet()
    phase = 0.0

    def step(self) -> None:
        """One sample."""
        self.out = 5.0 * sin1(self.phase)
        self.phase = frac(self.phase + {TONE_HZ} / self.sample_rate)
'''


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "cache").symlink_to(compiled_cache)
    folder = tmp_path / "ws"
    for name in ("modules", "patches"):
        (folder / name).mkdir(parents=True)
    (folder / "modules" / "tone.py").write_text(TONE)
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    yield folder
    client.stop(folder)


def newest(workspace: Path) -> Performance:
    return performance.read(performance.listing(locations.journals(workspace))[-1])


def replay(workspace: Path, output: Path) -> list[tuple[NDArray[np.float64], int]]:
    """The last performance again: each file's left side and sample rate."""
    command = [sys.executable, "-m", "livepatch", "replay", "last", "-o", str(output)]
    subprocess.run(command, check=True, cwd=workspace)
    files = [output, *sorted(output.parent.glob(f"{output.stem}-*.wav"))]
    sounds = [soundfile.read(file) for file in files]
    return [(sound[:, 0], rate) for sound, rate in sounds]


def played_for(here: Guest, seconds: float) -> None:
    """Wait until the engine that plays now has gone on for so long."""
    with guest(Path(here.welcome.workspace)) as another:
        state = another.welcome.engine
    with Meters(Path(state.meters)) as meters:
        goal = meters.read("frame") + seconds * state.sample_rate
        until(lambda: meters.read("frame") >= goal, "the engine plays on")


def retune(here: Guest) -> None:
    """Another sample rate, and a while of it."""
    here.play(f"sample_rate({AFTER})")
    here.wait_for(EngineState, lambda state: state.sample_rate == AFTER)
    played_for(here, 0.3)


def test_a_replay_says_of_whom_it_has_not_what_came_in(workspace: Path, tmp_path: Path) -> None:
    with guest(workspace) as here:
        here.play('mic = add("audio_in"); out = add("audio_out", "out"); more = add("audio_out8")')
        here.play("out.in_left >> out.left; more.main1 >> out.right")
        here.wait_for(EngineState, lambda state: len(state.meter_slots) == 3)
        played_for(here, 0.1)
    client.stop(workspace)
    command = [sys.executable, "-m", "livepatch", "replay", "last", "-o", str(tmp_path / "set.wav")]
    done = subprocess.run(command, check=True, cwd=workspace, capture_output=True, text=True)
    assert done.stderr == "audio_out heard what came in at the sound card, which no journal has\n"


def stamped(played: Performance, serial: int) -> int:
    """The frame at which something took effect."""
    return next(record.frame for record in played.records if isinstance(record, Stamp) and record.serial == serial)


def frame_of_tone(played: Performance) -> int:
    """Where the tone began."""
    return next(
        stamped(played, record.serial)
        for record in played.records
        if isinstance(record, Performed | Told) and record.serial and adds_tone(record)
    )


def adds_tone(told: Performed | Told) -> bool:
    edit = told.heard or told.edit if isinstance(told, Performed) else told.edit
    parts = edit.edits if isinstance(edit, Batch) else (edit,)
    return any(isinstance(part, AddModule) and part.module.type == "tone" and part.module.source for part in parts)


def frame_of(played: Performance, word: str) -> int:
    """Where the engine did something else that it was told."""
    told = (record for record in played.records if isinstance(record, Told) and record.word == word)
    return stamped(played, next(told).serial)


def tone(cycles: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * np.sin(2.0 * np.pi * cycles)


def test_where_the_sample_rate_changes_a_replay_goes_on_in_a_second_file_with_the_phase_it_had(
    workspace: Path, tmp_path: Path
) -> None:
    with guest(workspace) as here:
        here.wait_for(EngineState, lambda state: state.sample_rate == BEFORE)
        here.play("safe(False)", 'tone = add("tone"); out = add("audio_out"); tone >> out')
        here.wait_for(EngineState, lambda state: len(state.meter_slots) == 2)
        played_for(here, 0.3)
        retune(here)
    client.stop(workspace)
    played = newest(workspace)
    (first, first_rate), (second, second_rate) = replay(workspace, tmp_path / "set.wav")
    assert (first_rate, second_rate) == (BEFORE, AFTER)
    began, changed = frame_of_tone(played), frame_of(played, "sample_rate")
    assert len(first) == changed
    assert len(second) > 0.3 * AFTER
    stamps = [record for record in played.records if isinstance(record, Stamp) and record.serial]
    patched = max(stamp.frame for stamp in stamps if stamp.frame < changed)
    assert patched < changed - 0.1 * BEFORE
    before = np.arange(changed) - began - 64
    steady = slice(patched + round(FADE_SECONDS * BEFORE), None)
    assert_allclose(first[steady], tone(before * TONE_HZ / BEFORE)[steady], atol=1e-6)
    after = (changed - began) / BEFORE + (np.arange(len(second)) - 64) / AFTER
    steady = slice(round(FADE_SECONDS * AFTER), frame_of(played, "fade_out") - changed)
    assert_allclose(second[steady], tone(after * TONE_HZ)[steady], atol=1e-6)


def test_the_fade_at_the_end_of_a_session_is_in_its_replay(workspace: Path, tmp_path: Path) -> None:
    with guest(workspace) as here:
        here.play("safe(False)", 'tone = add("tone"); out = add("audio_out"); tone >> out')
        here.wait_for(EngineState, lambda state: len(state.meter_slots) == 2)
        played_for(here, 0.3)
    client.stop(workspace)
    played = newest(workspace)
    assert played.ended
    ((sound, rate),) = replay(workspace, tmp_path / "set.wav")
    began, faded = frame_of_tone(played), frame_of(played, "fade_out")
    steady = tone((np.arange(len(sound)) - began - 64) * TONE_HZ / rate)
    ramp = np.clip(1.0 - (np.arange(len(sound)) - faded - 64 + 1) / FADE_FRAMES, 0.0, 1.0)
    last = slice(faded - round(0.1 * rate), None)
    assert_allclose(sound[last], (ramp * steady)[last], atol=1e-6)
    assert len(sound) > faded + 64 + FADE_FRAMES


def test_an_engine_that_dies_after_the_sample_rate_changed_is_followed_at_its_time(
    workspace: Path, tmp_path: Path
) -> None:
    with guest(workspace) as here:
        state = here.wait_for(EngineState, lambda state: state.sample_rate == BEFORE)
        here.play('tone = add("tone"); out = add("audio_out"); tone >> out')
        here.wait_for(EngineState, lambda state: len(state.meter_slots) == 2)
        played_for(here, 0.5)
        retune(here)
        with Meters(Path(state.meters)) as meters:
            os.kill(int(meters.read("pid")), signal.SIGKILL)
        here.wait_for(Notice, lambda notice: "SIGKILL" in notice.text)
        here.wait_for(EngineState, lambda another: another.meters not in {"", state.meters})
        played_for(here, 0.3)
    client.stop(workspace)
    played = newest(workspace)
    begun = [record for record in played.records if isinstance(record, EngineBegan)]
    assert [record.sample_rate for record in begun] == [BEFORE, AFTER]
    (first, first_rate), (second, second_rate) = replay(workspace, tmp_path / "set.wav")
    assert (first_rate, second_rate) == (BEFORE, AFTER)
    assert len(first) == frame_of(played, "sample_rate")
    until_death = begun[1].at - begun[0].at
    silent = round((until_death - len(first) / BEFORE) * AFTER)
    assert np.abs(second[silent - round(0.1 * AFTER) : silent - 1]).max() > 0.4
    assert not second[silent : silent + 64].any()
    assert np.abs(second[silent:]).max() > 0.4
