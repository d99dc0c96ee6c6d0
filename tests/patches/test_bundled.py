"""The bundled patches: each plays on its own, is neither silent nor too loud, and does not click."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from livepatch.patch import files
from livepatch.patch.placeholder import hanging
from tests.rendering import panel_of_type

REPOSITORY = Path(__file__).parents[2]
PATCHES = sorted(path.parent.name for path in (REPOSITORY / "patches").glob("*/patch.json"))
SECONDS = 12
RATE = 48000
LIMIT = 0.8912
NOISY = {"noise", "kick", "snare", "hat", "pluck", "bitcrusher", "macro"}
Sound = NDArray[np.float64]
Play = Callable[[Path], Sound]


@pytest.fixture(scope="session")
def play(compiled_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Renders a patch folder: (frames, 2), ±1.0."""
    home = tmp_path_factory.mktemp("home")
    (home / "cache").symlink_to(compiled_cache)
    known: dict[Path, Sound] = {}

    def render(folder: Path) -> Sound:
        if folder not in known:
            output = home / f"{len(known)}.wav"
            words = ["render", str(folder), "-o", str(output), "--seconds", str(SECONDS)]
            done = subprocess.run(
                [sys.executable, "-m", "livepatch", *words],
                cwd=REPOSITORY,
                env=os.environ | {"LIVEPATCH_HOME": str(home)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            known[folder] = soundfile.read(output)[0]
        return known[folder]

    return render


def level_db(sound: Sound) -> float:
    return float(20.0 * np.log10(np.sqrt(np.mean(np.square(sound)))))


@pytest.mark.parametrize("name", PATCHES)
def test_it_sounds_from_start_to_end_and_is_never_limited(play: Play, name: str) -> None:
    sound = play(REPOSITORY / "patches" / name)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < LIMIT
    for second in range(0, SECONDS, 3):
        assert -24.0 < level_db(sound[second * RATE : (second + 3) * RATE]) < -13.0


@pytest.mark.parametrize("name", PATCHES)
def test_both_sides_are_as_loud_and_neither_carries_dc(play: Play, name: str) -> None:
    sound = play(REPOSITORY / "patches" / name)
    assert abs(level_db(sound[:, 0]) - level_db(sound[:, 1])) < 3.0
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert not np.array_equal(sound[:, 0], sound[:, 1])


@pytest.mark.parametrize("name", PATCHES)
def test_without_noise_and_drums_nothing_jumps(play: Play, name: str, tmp_path: Path) -> None:
    patch = files.read(REPOSITORY / "patches" / name)
    noises = {module.id for module in patch.modules.values() if module.type in NOISY}
    patch.cables = {route: cable for route, cable in patch.cables.items() if cable.source not in noises}
    files.write(patch, tmp_path / name)
    sound = play(tmp_path / name if noises else REPOSITORY / "patches" / name)
    jumps = np.abs(np.diff(sound, axis=0))
    assert jumps.max() < 0.3  # the edge of a bright square, and no more


@pytest.mark.parametrize("name", PATCHES)
def test_it_moves(play: Play, name: str) -> None:
    sound = play(REPOSITORY / "patches" / name).mean(axis=1)
    pieces = sound.reshape(-1, RATE // 4) * np.hanning(RATE // 4)
    spectra = np.abs(np.fft.rfft(pieces))
    spectra /= np.linalg.norm(spectra, axis=1, keepdims=True)
    change = 1.0 - np.sum(spectra[4:] * spectra[:-4], axis=1)  # from one second to the next
    assert change.mean() > 0.02


@pytest.mark.parametrize("name", PATCHES)
def test_its_author_says_what_it_is(name: str) -> None:
    about = files.read(REPOSITORY / "patches" / name).about
    assert 30 < len(about) < 200
    assert f"| `{name}` | {about} |" in (REPOSITORY / "docs" / "patches.md").read_text("utf-8")


@pytest.mark.parametrize("name", PATCHES)
def test_every_knob_and_every_end_of_a_cable_is_there(name: str) -> None:
    patch = files.read(REPOSITORY / "patches" / name)
    panels = {placed.type: panel_of_type(placed.type) for placed in patch.modules.values()}
    assert not hanging(patch, panels)
    for placed in patch.modules.values():
        assert not [knob for knob in placed.knobs if panels[placed.type].knob(knob) is None], placed.name


@pytest.mark.parametrize("name", PATCHES)
def test_its_file_is_as_livepatch_writes_it(name: str) -> None:
    folder = REPOSITORY / "patches" / name
    assert files.encode(files.read(folder)) == (folder / files.FILE_NAME).read_text("utf-8")


def test_hello_keeps_its_tempo(play: Play) -> None:
    left = play(REPOSITORY / "patches" / "hello")[:, 0]
    low = np.convolve(np.abs(left), np.ones(480) / 480.0, "same")[::480]
    rise = np.maximum(np.diff(np.log(low + 1e-4)), 0.0)
    spectrum = np.abs(np.fft.rfft(rise - rise.mean(), 1 << 16))
    hertz = np.arange(len(spectrum)) * 100.0 / (1 << 16)
    beats = (hertz > 1.0) & (hertz < 2.5)
    assert hertz[beats][spectrum[beats].argmax()] * 60.0 == pytest.approx(112.0, rel=0.01)
