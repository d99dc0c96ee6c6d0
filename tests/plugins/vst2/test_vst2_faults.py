"""What goes wrong in a VST2 plug-in, in a process of its own; and two threads at once in one that is well."""

import math
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from livepatch.plugins.vst2.loading import load
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin
from tests.plugins.playing import Playing, note, turn
from tests.plugins.vst2.synth import FAULT, FAULTS, GAIN, LEVEL

CODE = """
import sys
from pathlib import Path
from livepatch.plugins.vst2.loading import load
from tests.plugins.playing import Playing, note, turn
plugin = load(Path(sys.argv[1]))
playing = Playing(plugin)
if sys.argv[3:]:
    plugin.sysex(bytes([0xF0, 0x7D, int(sys.argv[2]), 0xF7]))
else:
    playing.render(64, [turn(5, int(sys.argv[2]) / 15)])
print("blocks", flush=True)
playing.render(64 * 100)
if sys.platform == "linux":
    print(int(Path("/proc/self/statm").read_text().split()[1]) * 4, flush=True)
"""


def started(path: Path, fault: str, *sysex: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(path), str(FAULTS.index(fault)), *sysex],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("fault", "code"), [("crash", -signal.SIGSEGV), ("abort", -signal.SIGABRT), ("exit", 3), ("none", 0)]
)
def test_a_fault_ends_its_own_process(vst2_synth: Path, fault: str, code: int) -> None:
    for way in ((), ("sysex",)):
        child = started(vst2_synth, fault, *way)
        child.communicate(timeout=60)
        assert child.returncode == code


def test_a_plug_in_that_hangs_does_so_until_it_is_killed(vst2_synth: Path) -> None:
    child = started(vst2_synth, "hang", "sysex")
    assert child.stdout is not None
    assert child.stdout.readline() == "blocks\n"
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.5)
    child.kill()
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL


def test_a_plug_in_that_prints_does_so_in_each_block(vst2_synth: Path) -> None:
    out, err = started(vst2_synth, "print").communicate(timeout=60)
    assert out.count("the plug-in prints") == 101
    assert err.count("the plug-in complains") == 101


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process has is looked up in /proc")
def test_a_plug_in_that_leaks_takes_a_megabyte_a_block(vst2_synth: Path) -> None:
    children = [started(vst2_synth, fault) for fault in ("leak", "none")]
    lost, kept = (int(child.communicate(timeout=60)[0].split()[-1]) for child in children)
    assert lost - kept > 90 * 1024


@pytest.mark.parametrize(("fault", "is_so"), [("nan", math.isnan), ("inf", math.isinf)])
def test_what_is_no_number_comes_out_as_it_is(vst2_synth: Path, fault: str, is_so: object) -> None:
    plugin = load(vst2_synth)
    out = Playing(plugin).render(64, [turn(FAULT, FAULTS.index(fault) / 15)])
    assert callable(is_so)
    assert all(is_so(sample) for sample in out.ravel())
    plugin.close()


def test_the_main_thread_may_ask_and_turn_while_the_audio_thread_plays(vst2_synth: Path) -> None:
    plugin = load(vst2_synth)
    assert isinstance(plugin, Vst2Plugin)
    playing = Playing(plugin)
    done = threading.Event()
    heard: list[bool] = []

    def play() -> None:
        while not done.is_set():
            heard.append(bool(np.isfinite(playing.render(64, [note(), turn(GAIN, 0.5, 20)])).all()))

    audio = threading.Thread(target=play)
    audio.start()
    for asked in range(300):
        plugin.turn(LEVEL, asked % 100 / 100)
        plugin.midi(bytes([0xB0, 7, asked % 128]))
        plugin.sysex(b"\xf0\x7d\x00\xf7")
        assert plugin.text(LEVEL).endswith("%")
        plugin.restore(plugin.state())
        plugin.choose(asked % 4)
        plugin.idle()
    done.set()
    audio.join()
    assert all(heard)
    plugin.close()
