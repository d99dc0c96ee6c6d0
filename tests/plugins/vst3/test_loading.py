"""VST3 plug-ins that cannot be used, and those that misbehave."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.vst3.rig import in_child
from tests.plugins.vst3.synth_bundle import FAULT, fault, vst3_bundle

REFUSED = """
said = []
for uid in sys.argv[2:] or [""]:
    for use in (lambda: load(Path(sys.argv[1]), uid), lambda: describe(Path(sys.argv[1]))):
        try:
            use()
            said.append("")
        except PluginError as error:
            said.append(str(error))
answer(said=said)
"""


@pytest.mark.parametrize(
    ("macro", "reason"),
    [
        (5, "does not start: its ModuleEntry answers no"),
        (6, "has no plug-in for audio"),
        (7, "Test Synth does not start: it makes no component"),
        (8, "does not start: its GetPluginFactory returns nothing"),
        (9, "answers nonsense: it says that it has -1 classes"),
        (10, "Test Synth answers nonsense: it says that it has -5 buses"),
        (11, "Test Synth answers nonsense: it says that it has 1000000 parameters"),
        (12, "Test Synth answers nonsense about its bus 0: -7 channels"),
        (14, "is no VST3 plug-in: it exports no GetPluginFactory"),
        (15, "is no VST3 plug-in: it exports no ModuleEntry"),
        (16, "Test Synth does not start: its component refuses to be initialized"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, macro: int, reason: str) -> None:
    said = in_child(REFUSED, vst3_bundle(tmp_path, "Bad", f"AT_LOAD={macro}"))
    for line in said["said"]:
        assert line.endswith(reason)
        assert "\n" not in line


def test_what_is_no_plug_in_is_refused_in_one_line(synth: Path, tmp_path: Path) -> None:
    missing, empty, text = tmp_path / "Missing.vst3", tmp_path / "Empty.vst3", tmp_path / "Text.vst3"
    empty.mkdir()
    library = next((synth / "Contents").glob("*/*.so"))
    other = text / library.relative_to(synth).with_name("Text.so")
    other.parent.mkdir(parents=True)
    other.write_text("no library")
    foreign = tmp_path / "Foreign.vst3"
    (foreign / "Contents" / "vax-linux").mkdir(parents=True)
    (foreign / "Contents" / "vax-linux" / "Foreign.so").write_bytes(b"")
    assert in_child(REFUSED, foreign)["said"][0].startswith(f"{foreign} is for vax-linux, not for ")
    assert in_child(REFUSED, missing)["said"] == [f"there is no plug-in at {missing}"] * 2
    assert "it has no library in a folder of Contents" in in_child(REFUSED, empty)["said"][0]
    (line, _) = in_child(REFUSED, text)["said"]
    assert line.startswith(f"{other} cannot be loaded: ")
    assert "\n" not in line


def test_a_class_id_chooses_the_plug_in_of_a_bundle(synth: Path) -> None:
    said = in_child(REFUSED, synth, "4c697665706174636820546573742031", "00" * 16)["said"]
    assert not said[0]
    assert said[2] == f"{synth} has no plug-in {'00' * 16}; it has 4C697665706174636820546573742031"


def test_texts_without_an_end_are_cut_and_do_not_reach_the_terminal(tmp_path: Path) -> None:
    said = in_child(
        "facts = load(Path(sys.argv[1])).facts\n"
        "answer(name=facts.name, bus=facts.inputs[0].name, knob=facts.parameters[0].name)",
        vst3_bundle(tmp_path, "Endless", "AT_LOAD=13"),
    )
    assert said["name"] == "n" * 64
    assert said["bus"] == "x" * 128
    assert "\x1b" not in said["knob"]
    assert len(said["knob"]) <= 128


@pytest.mark.parametrize(("macro", "ends"), [(1, -signal.SIGSEGV), (2, -signal.SIGABRT), (17, 3)])
def test_what_crashes_when_it_is_loaded_ends_its_own_process(tmp_path: Path, macro: int, ends: int) -> None:
    bundle = vst3_bundle(tmp_path, "Crash", f"AT_LOAD={macro}")
    code = (
        f"from pathlib import Path\nfrom livepatch.plugins.vst3.loading import load\nload(Path({str(bundle)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, timeout=60)
    assert done.returncode == ends


@pytest.mark.parametrize(("name", "ends"), [("Crash", -signal.SIGSEGV), ("Abort", -signal.SIGABRT), ("Exit", 3)])
def test_the_plug_in_of_the_tests_misbehaves_as_it_is_told(synth: Path, name: str, ends: int) -> None:
    code = (
        "import sys\nfrom tests.plugins.vst3.rig import *\nfrom livepatch.plugins.plugin import *\n"
        "rig = Rig(sys.argv[1])\nrig.play(64, [Event(PARAMETER, 0, 0, int(sys.argv[2]), float(sys.argv[3]))])"
    )
    command = [sys.executable, "-c", code, str(synth), str(FAULT), str(fault(name))]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60, cwd=Path(__file__).parents[3])
    assert done.returncode == ends


def test_the_plug_in_of_the_tests_plays_no_numbers_prints_and_is_slow_when_told(synth: Path) -> None:
    said = in_child(
        """
import time
rig = Rig(sys.argv[1])
bad = rig.play(64, [Event(PARAMETER, 0, 0, 7, float(sys.argv[2]))])
rig.play(64, [Event(PARAMETER, 0, 0, 7, float(sys.argv[3]))])
began = time.perf_counter()
rig.play(64, [Event(PARAMETER, 0, 0, 7, float(sys.argv[4]))])
answer(bad=bool(np.isnan(bad).all()), seconds=time.perf_counter() - began)
""",
        synth,
        *(str(fault(name)) for name in ("NaN", "Print", "Slow")),
    )
    assert said["bad"]
    assert "synth: a line on stderr" in said["stderr"]
    assert said["seconds"] > 0.049


def test_a_plug_in_that_answers_nonsense_is_listened_to_within_bounds(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
for _ in range(3):
    rig.play(64, [Event(PARAMETER, 0, 0, 7, float(sys.argv[2]))])
    rig.plugin.idle()
frames = [event.frame for event in rig.events]
values = [event.value for event in rig.events if event.kind != TUNING]
turned = [told.value for told in rig.plugin.told if told.what == "turned"]
rig.plugin.turn(7, 1.0)
rig.play(64)
answer(count=len(rig.events), lowest=min(frames), highest=max(frames), least=min(values), most=max(values),
    ordered=frames == sorted(frames), told=len(rig.plugin.told), turned=(min(turned), max(turned)),
    latency=rig.plugin._latency())
""",
        synth,
        str(fault("Nonsense")),
    )
    assert 0 < said["count"] <= 3 * 1024
    assert said["lowest"] >= 0
    assert said["highest"] < 192
    assert said["ordered"]
    assert (said["least"], said["most"]) == (0.0, 0.0)
    assert said["turned"] == [0.0, 1.0]
    assert said["told"] <= 4096
    assert said["latency"] == 0
    assert len(said["stderr"].splitlines()) <= 21


def test_a_sample_rate_that_the_plug_in_refuses_is_named(synth: Path) -> None:
    said = in_child(
        """
try:
    load(Path(sys.argv[1])).prepare(4000.0, 64)
except PluginError as error:
    answer(said=str(error))
""",
        synth,
    )
    assert said["said"] == "Test Synth refuses 4000 Hz in blocks of 64 frames"
