"""Plug-ins of Debian, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

VST, LXVST = Path("/usr/lib/vst"), Path("/usr/lib/lxvst")
PACKAGES = {
    "amsynth": "amsynth",
    "dragonfly-reverb-vst": "Dragonfly",
    "zynaddsubfx-vst": "Zyn",
    "zam-plugins": "Zam",
    "lsp-plugins-vst": "lsp-plugins",
    "iem-plugin-suite-vst": "iem.at",
}
"""The package of a plug-in, by a word of its path; all others are in dpf-plugins-vst."""
PLUGINS = (
    VST / "3BandEQ-vst.so",
    VST / "MVerb-vst.so",
    VST / "glBars-vst.so",
    VST / "ZynReverb.so",
    VST / "ZamCompX2-vst.so",
    VST / "ZaMaximX2-vst.so",
    VST / "lsp-plugins" / "limiter-stereo.so",
    VST / "lsp-plugins" / "trigger-midi-stereo.so",
    VST / "iem.at" / "libStereoEncoder.so",
    LXVST / "DragonflyPlateReverb-vst.so",
)


def played(path: Path, folder: Path) -> dict[str, Any]:
    """What the child found."""
    if not path.exists():
        package = next((package for package, word in PACKAGES.items() if word in str(path)), "dpf-plugins-vst")
        pytest.skip(f"{path.name} is not installed here; it is in Debian's {package}")
    result = folder / "result.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.plugins.vst2.play_real", str(path), str(result)],
        env=os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(result.read_text())
    return found


@pytest.mark.parametrize("name", ["amsynth_vst.so", "Nekobi-vst.so", "ZynAddSubFX.so"])
def test_an_instrument_plays_note_69_within_a_hertz_of_440(name: str, tmp_path: Path) -> None:
    found = played(VST / name, tmp_path)
    assert found["instrument"]
    assert found["hertz"] == pytest.approx(440.0, abs=1.0)
    assert found["rms"] > 0.001
    assert found["turned"][1] == pytest.approx(found["turned"][0], abs=1e-3)


def test_a_string_whose_period_is_whole_frames_is_out_of_tune_by_two_of_them(tmp_path: Path) -> None:
    """Kars is a delay line with a filter, which it does not take into account."""
    found = played(VST / "Kars-vst.so", tmp_path)
    assert 0.0 <= 48000.0 / found["hertz"] - 48000.0 / 440.0 <= 2.0
    assert found["rms"] > 0.001


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.name)
def test_an_effect_plays_without_nan_and_keeps_its_state(path: Path, tmp_path: Path) -> None:
    found = played(path, tmp_path)
    assert found["finite"]
    assert found["turned"][1] == pytest.approx(found["turned"][0], abs=1e-3)


def test_a_latency_that_is_known_only_after_a_block_is_told(tmp_path: Path) -> None:
    assert played(VST / "ZaMaximX2-vst.so", tmp_path)["latency"] == 480


def test_dry_level_is_heard(tmp_path: Path) -> None:
    found = played(LXVST / "DragonflyHallReverb-vst.so", tmp_path)
    assert found["parameters"][0] == "Dry Level"
    quiet, loud = found["levels"]
    assert loud > 3.0 * quiet
