"""What is rendered and replayed comes to an end, though a module hangs: real ones, in real processes."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livepatch import locations
from livepatch.command_parser import INTERRUPTED
from livepatch.journal import performance
from livepatch.journal.performance import Performance
from livepatch.journal.records import MAGIC, EngineBegan, Lasted, Performed, Record, Stamp, encode
from livepatch.journal.writer import FILE_NAME
from livepatch.patch.edits import SwapCode
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState, Notice
from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, until, workspace_in

pytestmark = pytest.mark.timeout(300)
RATE = 48000
BLOCK = 256
OUTPUT_FRAMES = 64
"""The output holds back a quantum."""
FULL, PLAYED = 1_000_000, 24_000
PATIENCE_SECONDS = 90.0
STUTTER = '''"""Stutter: a square that counts."""
from livepatch.module import Module, outlet


class Stutter(Module):
    """A square."""

    out = outlet()
    speakers = ("out",)
    count = 0
    place = 0

    def step(self) -> None:
        """One sample."""
        COUNTS
        self.place = (self.place + 1) % 96
        self.out = 3.0 if self.place < 48 else -3.0
'''
PLAYS = STUTTER.replace("COUNTS", f"self.count = min(self.count + 50, {FULL})")
HANGS = STUTTER.replace(
    "COUNTS", f"self.count += 1\n        while self.count > {FULL + PLAYED}:\n            self.place += 1"
)
"""Twenty seconds and a half are more than the compiler tries out."""
SECONDS_BEFORE = (FULL + PLAYED) / RATE
INTERRUPTS_ITSELF = """
import os, signal, sys
from livepatch import cli, offline

class Pulse(offline.Pulse):
    def __init__(self):
        super().__init__()
        self.looks, self.seen = 0, 0
        signal.signal(signal.SIGALRM, self.look)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)

    def look(self, *_):
        stands = self.running and self.frame and self.frame == self.seen
        self.looks, self.seen = (self.looks + 1 if stands else 0), self.frame
        if self.looks == 20:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            os.kill(os.getpid(), signal.SIGINT)

offline.Pulse = Pulse
sys.exit(cli.run(sys.argv[1:]))
"""
"""The command line, to which Ctrl-C comes as soon as no more is rendered for a while."""


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache, stutter=HANGS) as folder:
        entry = {"id": 1, "name": "hh", "type": "stutter"}
        (folder / "patches" / "stuck").mkdir()
        (folder / "patches" / "stuck" / "patch.json").write_text(json.dumps({"format": 1, "modules": [entry]}))
        yield folder


def livepatch(
    workspace: Path, *words: str, start: tuple[str, ...] = ("-P", "-m", "livepatch")
) -> tuple[int, list[str]]:
    """Run a command; its exit code, and what it says on stderr."""
    command = [sys.executable, *start, *words]
    done = subprocess.run(
        command, cwd=workspace, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert not done.stdout
    return done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("building")]


def test_a_render_of_what_hangs_is_one_line_and_what_was_before_it(workspace: Path) -> None:
    code, lines = livepatch(workspace, "render", "stuck", "-o", "x.wav", "--seconds", "60", "--block", "65536")
    said = f"hh: stutter hung at {SECONDS_BEFORE:.1f} s; x.wav has what was before it; mend modules/stutter.py"
    assert (code, lines) == (1, [said])
    code, lines = livepatch(workspace, "render", "stuck", "-o", "y.wav", "--seconds", "20")
    assert (code, lines) == (0, [])
    sound, rate = soundfile.read(workspace / "x.wav")
    whole, _ = soundfile.read(workspace / "y.wav")
    assert rate == RATE
    assert FULL + PLAYED - 1024 <= len(sound) <= FULL + PLAYED
    np.testing.assert_array_equal(sound[: len(whole)], whole)
    assert np.abs(sound[-BLOCK:]).max() > 0.2


def test_ctrl_c_ends_a_render_that_hangs_and_leaves_what_was_before(workspace: Path) -> None:
    code, lines = livepatch(
        workspace, "render", "stuck", "-o", "x.wav", "--seconds", "60", start=("-c", INTERRUPTS_ITSELF)
    )
    assert (code, lines) == (INTERRUPTED, [])
    assert soundfile.info(workspace / "x.wav").frames == (FULL + PLAYED) // BLOCK * BLOCK


def played_for(here: Guest, seconds: float) -> None:
    """Wait until the engine that plays now has gone on for so long."""
    with guest(Path(here.welcome.workspace)) as another:
        state = another.welcome.engine
    with Meters(Path(state.meters)) as meters:
        goal = meters.read("frame") + seconds * state.sample_rate
        until(lambda: meters.read("frame") >= goal, "the engine plays on")


def hang_while_playing(workspace: Path) -> Performance:
    """Play, save what hangs half a second later, and go on with what played before."""
    file = workspace / "modules" / "stutter.py"
    file.write_text(PLAYS)
    with guest(workspace) as here:
        here.play("safe(False)", 'hat = add("stutter")', 'rename(hat, "hh")')
        state = here.wait_for(EngineState, lambda state: len(state.meter_slots) == 1)
        played_for(here, FULL / 50 / RATE + 0.2)
        fresh = file.with_suffix(".new")
        fresh.write_text(HANGS)
        fresh.replace(file)
        here.wait_for(Notice, lambda notice: "plays its last good code again" in notice.text)
        here.wait_for(EngineState, lambda another: another.meters not in {"", state.meters})
        played_for(here, 0.3)
    client.stop(workspace)
    return newest(workspace)


def newest(workspace: Path) -> Performance:
    return performance.read(performance.listing(locations.journals(workspace))[-1])


def frame_of_hang(played: Performance) -> int:
    """The new code took effect, and so much later it hung."""
    serial = next(
        record.serial
        for record in played.records
        if isinstance(record, Performed) and isinstance(record.edit, SwapCode) and record.serial
    )
    stamps = (record for record in played.records if isinstance(record, Stamp))
    return PLAYED + next(stamp.frame for stamp in stamps if stamp.serial == serial)


def cut(workspace: Path, played: Performance) -> None:
    """Have the performance end while its first engine plays on, long after it hung."""
    records: list[Record] = []
    for record in played.records:
        if isinstance(record, EngineBegan) and any(isinstance(before, EngineBegan) for before in records):
            break
        records.append(record)
    records.append(Lasted(60 * RATE))
    (played.folder / FILE_NAME).write_bytes(MAGIC + b"".join(map(encode, (played.began, *records))))
    assert len(newest(workspace).records) == len(records)


def test_a_replay_goes_on_after_a_hang_as_the_performance_did(workspace: Path) -> None:
    played = hang_while_playing(workspace)
    code, lines = livepatch(workspace, "replay", "last", "-o", "r.wav")
    sound, _ = soundfile.read(workspace / "r.wav")
    hung = frame_of_hang(played)
    began, again = (record.at for record in played.records if isinstance(record, EngineBegan))
    follows = round((again - began) * RATE)
    assert code == 0, lines
    assert lines[:-1] == []
    said = re.fullmatch(
        r"hh: stutter hung at ([\d.]+) s; the next engine plays on from ([\d.]+) s, as it did then", lines[-1]
    )
    assert said is not None, lines
    assert abs(float(said[1]) - hung / RATE) < 0.1
    assert abs(float(said[2]) - follows / RATE) < 0.1
    assert np.abs(sound[hung - 2 * BLOCK : hung - BLOCK]).max() > 0.2
    assert not sound[hung + OUTPUT_FRAMES : follows].any()
    assert np.abs(sound[follows:]).max() > 0.2
    cut(workspace, played)
    code, lines = livepatch(workspace, "replay", "last", "-o", "s.wav")
    assert code == 1
    assert lines[-1].startswith("hh: stutter hung at ")
    assert lines[-1].endswith(" s, and no engine played after it; s.wav has what was before it")
    before, _ = soundfile.read(workspace / "s.wav")
    assert hung - 2 * BLOCK < len(before) <= hung
    np.testing.assert_array_equal(before, sound[: len(before)])
    started = time.monotonic()
    code, _ = livepatch(workspace, "replay", "last", "-o", "t.wav", start=("-c", INTERRUPTS_ITSELF))
    assert code == INTERRUPTED
    short, _ = soundfile.read(workspace / "t.wav")
    assert hung - RATE - 2 * BLOCK < len(short) <= hung
    np.testing.assert_array_equal(short, sound[: len(short)])
    assert time.monotonic() - started < PATIENCE_SECONDS
