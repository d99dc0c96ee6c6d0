"""A performance is rendered again from its journal, bit for bit as a real JACK server heard it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from livepatch import locations
from livepatch.journal import performance
from livepatch.journal.records import Stamp
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState, Message, ModuleFault, PanelChanged
from livepatch.protocol.meters import Meters
from tests.jack_server import JackServer, Recorder, jack_server, wait_until
from tests.session.guest import Guest, guest, until, workspace_in

__all__ = ["jack_server"]  # a fixture

pytestmark = [pytest.mark.xdist_group("jack"), pytest.mark.timeout(400)]

ATTEMPTS = 8
SECONDS = 60.0
CHOIR = '''"""Choir: an echo for every voice, computed one after the other."""
from livepatch.module import Module, action, buffer, inlet, knob, outlet


class Choir(Module):
    """Remembers its pitch, and what it heard."""

    share = knob(0.0, 1.0, 0.5)
    audio = inlet()
    out = outlet()
    line = buffer(frames=4800)
    place = 0
    level = 1.0
    menu = (action("louder", "Louder"),)

    def on_randomize(self) -> None:
        """Another level."""
        self.level = 0.25 + (self.seed % 7) / 10.0

    def step(self) -> None:
        """One sample."""
        echo = self.line[self.place]
        self.out = self.level * (self.audio + self.share * echo)
        self.line[self.place] = self.audio
        self.place = (self.place + 1) % 4800

    def louder(self) -> None:
        """In the menu."""
        self.level = self.level + 0.125

    def to_json(self) -> dict[str, object]:
        """The level."""
        return {"level": self.level}

    def from_json(self, data: dict[str, object]) -> None:
        """The level again."""
        self.level = float(str(data.get("level", 1.0)))
'''
LINES = (
    'at("beat", lambda: setattr(vco, "tune", 0.25))',
    "tempo(131)",
    "vco.tune = -1",
    "mix.level1 = 0.5",
    "lfo.sine * 0.2 >> vco.tune",
    "choir.share = 0.9; choir.share = 0.1",
    "randomize(choir)",
    "bypass(choir)",
    "bypass(choir, False)",
    'choir.menu["Louder"]()',
    "undo()",
    "reset(choir)",
    "noise.white * 0.1 >> mix.in2",
    "duplicate(choir)",
    "remove(choir2)",
    "undo()",
    "panic()",
    "safe(False)",
    "tempo(133)",
    "merge.voices = 2",
    "merge.voices = 5",
    "unpatch(choir)",
    "undo()",
    "remove(noise)",
)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache) as folder:
        yield folder


def perform(here: Guest, workspace: Path) -> None:
    """A performance of everything that can be done."""
    here.play('vco = add("vco"); lfo = add("lfo"); noise = add("noise"); merge = add("merge")')
    here.play('choir = add("choir"); mix = add("mixer"); out = add("audio_out")')
    here.play("vco.saw >> merge.in1; vco.triangle >> merge.in2; lfo.sine >> merge.in3")
    here.play("merge >> choir; choir >> mix.in1; mix >> out")
    here.wait_for(EngineState, lambda state: len(state.meter_slots) == 7)
    for line in LINES:
        _, error, _ = here.evaluate(line)
        assert not error, (line, error)
        time.sleep(0.05)
    fresh = workspace / "modules" / "choir.new"
    fresh.write_text(CHOIR.replace("4800", "3000"))
    fresh.replace(workspace / "modules" / "choir.py")
    told = here.wait_for(Message, lambda found: isinstance(found, ModuleFault) or of_choir(found))
    assert isinstance(told, PanelChanged), told
    here.play("undo()", "redo()")
    here.play("clear()", 'load("hello")')
    until(lambda: here.play("pending()") == "none yet", "all beats came")
    time.sleep(0.5)


def of_choir(message: Message) -> bool:
    """Whether the new code of choir sounds."""
    return isinstance(message, PanelChanged) and message.panel.type == "choir"


def played(server: JackServer, workspace: Path, folder: Path) -> NDArray[np.float32]:
    """What JACK heard of the performance, in a session that ends."""
    (workspace / "modules" / "choir.py").write_text(CHOIR)
    with Recorder(server, "PortAudio", seconds=SECONDS, folder=folder) as recorder:
        with guest(workspace, driver="sounddevice") as here:
            with Meters(here.sound_card()) as meters:
                wait_until(lambda: meters.read("frame") > 9600, 60.0, "the recorder to be connected")
            perform(here, workspace)
            recorder.stop()
            heard = recorder.frames()
            if recorder.late_cycles:
                return heard[:0]
        client.stop(workspace)
    return heard


def test_a_replay_is_what_was_heard_bit_for_bit_at_any_block_size(
    jack_server: JackServer, workspace: Path, tmp_path: Path
) -> None:
    for attempt in range(ATTEMPTS):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        heard = played(jack_server, workspace, folder)
        if len(heard):
            break
        client.stop(workspace)
    assert len(heard), f"this machine missed a cycle in each of {ATTEMPTS} performances"
    first_heard = int(np.flatnonzero(heard[:, 0])[0])
    journal = performance.listing(locations.journals(workspace))[-1]
    for block in (256, 1000):
        output = tmp_path / f"{block}.wav"
        command = [
            sys.executable,
            "-m",
            "livepatch",
            "replay",
            str(journal),
            "-o",
            str(output),
            "--block",
            str(block),
        ]
        subprocess.run(command, check=True)
        rendered, rate = soundfile.read(output, dtype="float32")
        first = int(np.flatnonzero(rendered[:, 0])[0])
        length = min(len(heard) - first_heard, len(rendered) - first)
        stamps = [record.frame for record in performance.read(journal).records if isinstance(record, Stamp)]
        assert rate == 48000
        assert length > 2 * 48000
        assert sum(frame < first + length for frame in stamps) > 30
        assert_array_equal(heard[first_heard : first_heard + length], rendered[first : first + length])
