"""Sound files that modules are given: heard, undone, saved and brought back in a real session."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from livepatch.protocol.meters import Meters
from tests.session.guest import Guest, guest, until, workspace_in

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache) as folder:
        for name, volts in (("loud", 8.0), ("soft", 2.0)):
            soundfile.write(folder / f"{name}.wav", np.full(48000, 0.1 * volts), 48000, subtype="FLOAT")
        yield folder


@pytest.fixture
def here(workspace: Path) -> Iterator[Guest]:
    with guest(workspace) as attached:
        attached.play("clear()", 'gate = add("offset"); gate.offset = 10')
        yield attached


def comes_to(workspace: Path, here: Guest, name: str, wanted: float) -> None:
    """Wait until the first outlet of a module gives so many volts, and all that is about to happen has."""
    id = int(here.play(f"{name}._id"))

    def volts() -> float:
        with guest(workspace) as other:
            engine = other.welcome.engine
        if id not in engine.meter_slots or not Path(engine.meters).exists():
            return -1.0
        with Meters(Path(engine.meters)) as meters:
            return float(meters.levels[engine.meter_slots[id]])

    until(lambda: abs(volts() - wanted) < 0.01, f"{wanted} V, not {volts()}")


def saved(workspace: Path, here: Guest) -> tuple[dict[str, Any], list[str]]:
    """What a save keeps of the only module that has files: its data, and their names."""
    here.play('save("kept")')
    folder = workspace / "patches" / "kept"
    modules = json.loads((folder / "patch.json").read_text())["modules"]
    (data,) = [module["data"] for module in modules if module.get("data")]
    return data, sorted(path.name for path in folder.glob("storage/*/*"))


def test_each_sample_that_was_loaded_can_be_taken_back_and_only_the_last_is_saved(
    workspace: Path, here: Guest
) -> None:
    here.play('tape = add("sampler"); tape.mode = "loop"; gate >> tape.gate; tape.start = 0.2; tape.end = 0.8')
    for name, volts in (("loud", 8.0), ("soft", 2.0)):
        here.play(f'tape.menu["Load sample"]("{workspace / name}.wav")')
        comes_to(workspace, here, "tape", volts)
    assert saved(workspace, here)[1] == ["sound-2.wav"]
    here.play("undo()")
    comes_to(workspace, here, "tape", 8.0)
    here.play('tape.menu["Silence"]()')
    comes_to(workspace, here, "tape", 0.0)
    assert saved(workspace, here)[1] == []
    here.play("undo()")
    comes_to(workspace, here, "tape", 8.0)
    assert saved(workspace, here)[1] == ["sound.wav"]
    here.play("clear()", 'load("kept")')
    comes_to(workspace, here, "tape", 8.0)
    here.play(f'tape.menu["Load sample"]("{workspace / "soft"}.wav")')
    comes_to(workspace, here, "tape", 2.0)
    here.play("undo()")
    comes_to(workspace, here, "tape", 8.0)


def test_waves_that_were_loaded_can_be_taken_back(workspace: Path, here: Guest) -> None:
    phase = 2.0 * np.pi * np.arange(2048) / 2048
    soundfile.write(workspace / "sine.wav", np.sin(phase), 48000, subtype="FLOAT")
    soundfile.write(workspace / "sines.wav", np.tile(np.sin(3.0 * phase), 2), 48000, subtype="FLOAT")
    here.play('waves = add("wavetable")', f'waves.menu["Load waves"]("{workspace / "sine"}.wav")')
    first = saved(workspace, here)[0]
    here.play(f'waves.menu["Load waves"]("{workspace / "sines"}.wav")')
    second, names = saved(workspace, here)
    assert (first["file"], second["file"], names) == (1, 2, ["wavetable.wav"])
    kept = next((workspace / "patches" / "kept").glob("storage/*/wavetable.wav"))
    assert soundfile.info(kept).frames == 4096
    here.play("undo()")
    assert here.play("waves.waves == 3") == "True"
    assert saved(workspace, here) == (first, names)
    assert soundfile.info(kept).frames == 2048
    here.play("undo()")
    assert here.play("waves.waves == 0") == "True"
    assert saved(workspace, here)[1] == []
