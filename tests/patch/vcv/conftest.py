"""Rack patches rendered as a performer would: `play(modules, cables, seconds)`; `play_both` has both speakers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from tests.patch.vcv.racks import Play, RackCable, RackModule, Volts

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def play_both(compiled_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Renders a Rack patch of these modules and cables: volts at the speakers, (frames, 2)."""
    home = tmp_path_factory.mktemp("racks")
    (home / "cache").symlink_to(compiled_cache)

    def render(modules: list[RackModule], cables: list[RackCable], seconds: float = 1.0) -> Volts:
        entries = [
            {"id": number, "plugin": plugin, "model": model, "version": "2.6.0", "pos": [10 * number, 0]}
            | {"params": [{"id": id, "value": value} for id, value in params.items()]}
            | others
            for number, (plugin, model, params, others) in enumerate(modules)
        ]
        ends = ("outputModuleId", "outputId", "inputModuleId", "inputId")
        plugged = [dict(zip(ends, cable, strict=True), id=number) for number, cable in enumerate(cables)]
        patch, sound = home / "patch.vcv", home / "sound.wav"
        patch.write_text(json.dumps({"version": "2.6.6", "modules": entries, "cables": plugged}))
        words = ["render", str(patch), "-o", str(sound), "--seconds", str(seconds)]
        done = subprocess.run(
            [sys.executable, "-m", "livepatch", *words],
            cwd=REPOSITORY,
            env=os.environ | {"LIVEPATCH_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert f"{len(modules)} of {len(modules)} modules live" in done.stderr
        volts: Volts = 10.0 * soundfile.read(sound, always_2d=True)[0]
        return volts

    return render


@pytest.fixture(scope="module")
def play(play_both: Play) -> Play:
    """The same at the left speaker."""
    return lambda *arguments: play_both(*arguments)[:, 0]
