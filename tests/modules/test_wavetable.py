"""The wavetable oscillator: partials, aliases, tuning, position, FM, sync, voices, waves of one's own."""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from librt.vecs import vec
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.conftest import Playable
from tests.rendering import MODULES, PlainModule, Render, Volts, all_finite, frequency, partials

SETTLE = 20000
COUNT = 1 << 15


def played(
    render: Render, hertz: float, sample_rate: float = 48000.0, **given: Volts
) -> tuple[NDArray[np.float64], float]:
    """Peak volts of each partial of a tone near `hertz`, DC first, and the largest alias below 20 kHz in dB."""
    cycles = round(hertz * COUNT / sample_rate) | 1
    tune = float(np.log2(cycles * sample_rate / COUNT / C4_HZ))
    signal = render("wavetable", COUNT + SETTLE, {"tune": tune, **given}, sample_rate=sample_rate)["out"][SETTLE:]
    found, rest = partials(signal, cycles)
    heard = int(20000.0 * COUNT / sample_rate)
    return found, float(20.0 * np.log10(rest[:heard].max() / found[1:].max()))


@pytest.mark.parametrize("hertz", [41.0, 110.0, 880.0, 2000.0, 5000.0, 10000.0])
@pytest.mark.parametrize("waves", [0, 1, 2])
def test_no_alias_is_heard_anywhere_in_the_table(render: Render, waves: int, hertz: float) -> None:
    for position in (0.0, 0.2, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0):
        _, alias_db = played(render, hertz, waves=waves, position=position)
        assert alias_db < (-80.0 if hertz < 100.0 else -95.0), position


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0.0, [5.0, 0.0, 0.0, 0.0, 0.0]),
        (1.0 / 3.0, [4.053, 0.0, 0.450, 0.0, 0.162]),
        (2.0 / 3.0, [3.183, 1.592, 1.061, 0.796, 0.637]),
        (1.0, [6.366, 0.0, 2.122, 0.0, 1.273]),
    ],
)
def test_the_basic_waves_are_sine_triangle_saw_and_square(
    render: Render, sample_rate: float, position: float, expected: list[float]
) -> None:
    found, _ = played(render, 220.0, sample_rate, position=position)
    assert found[1:6] == pytest.approx(expected, abs=2e-3)
    assert found[0] < 1e-6


def test_the_treble_reaches_18_khz_at_every_pitch(render: Render) -> None:
    for hertz in np.geomspace(60.0, 4000.0, 23):
        found, _ = played(render, float(hertz), position=2.0 / 3.0)
        last = int(18000.0 // (hertz * 1.02))
        assert found[last] == pytest.approx(10.0 / np.pi / last, rel=0.05), hertz


def test_between_two_waves_lies_their_blend_and_volts_move_there(render: Render) -> None:
    sine, _ = played(render, 220.0, position=0.0)
    triangle, _ = played(render, 220.0, position=1.0 / 3.0)
    between, _ = played(render, 220.0, position=1.0 / 6.0)
    assert between[:20] == pytest.approx(0.5 * (sine + triangle)[:20], abs=1e-3)
    moved, _ = played(render, 220.0, position=0.0, position_cv=10.0 / 3.0, position_depth=0.5)
    assert moved[:20] == pytest.approx(between[:20], abs=1e-3)


@pytest.mark.parametrize("octave", range(-5, 6))
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_a_volt_is_an_octave_over_ten_octaves(render: Render, octave: int, sample_rate: float) -> None:
    out = render("wavetable", 4 * SETTLE, {"voct": float(octave)}, sample_rate=sample_rate)["out"]
    cents = 1200.0 * np.log2(frequency(out[SETTLE:], sample_rate) / (C4_HZ * 2.0**octave))
    assert abs(cents) < 0.1


def test_fm_is_exponential_or_linear_or_in_hertz_through_zero(render: Render) -> None:
    out = render("wavetable", 2 * SETTLE, {"fm": 1.0, "fm_depth": 0.5})["out"][SETTLE:]
    assert frequency(out) == pytest.approx(C4_HZ * 2.0**0.5, rel=1e-5)
    stopped = render("wavetable", 2 * SETTLE, {"fm": -1.0, "fm_depth": 1.0, "fm_kind": 1})["out"][SETTLE:]
    assert np.ptp(stopped) < 1e-9
    for pitch in (-1.0, 2.0):
        given: dict[str, Volts] = {"tune": pitch, "fm": -3.0, "fm_depth": 1.0, "fm_kind": 2}
        in_hertz = render("wavetable", 4 * SETTLE, given)["out"][SETTLE:]
        assert frequency(in_hertz) == pytest.approx(C4_HZ * abs(2.0**pitch - 3.0), rel=1e-5)


def test_hard_sync_locks_it_to_the_master_with_little_alias(render: Render) -> None:
    cycles = 701
    master = np.sin(2.0 * np.pi * cycles * np.arange(COUNT + SETTLE) / COUNT)
    tune = float(np.log2(1.37 * cycles * 48000.0 / COUNT / C4_HZ))
    given: dict[str, Volts] = {"tune": tune, "sync": master, "position": 2.0 / 3.0}
    found, rest = partials(render("wavetable", COUNT + SETTLE, given)["out"][SETTLE:], cycles)
    assert 20.0 * np.log10(rest[: int(18000.0 * COUNT / 48000.0)].max() / found[1:].max()) < -50.0


def test_soft_sync_turns_back_without_a_jump(render: Render) -> None:
    master = np.sin(2.0 * np.pi * 100.0 * np.arange(2 * SETTLE) / 48000.0)
    given: dict[str, Volts] = {"tune": float(np.log2(30.0 / C4_HZ)), "sync": master, "sync_kind": 1}
    out = render("wavetable", 2 * SETTLE, given)["out"][SETTLE:]
    assert np.abs(np.diff(out)).max() < 0.05


def test_every_voice_has_its_pitch_and_its_place(render: Render) -> None:
    frames = 4 * SETTLE
    pitches = np.tile(np.linspace(-1.0, 1.5, 16), (frames, 1))
    out = render("wavetable", frames, {"voct": pitches, "position": 0.0})["out"][SETTLE:]
    assert out.shape[1] == 16
    for voice in range(16):
        cents = 1200.0 * np.log2(frequency(out[:, voice]) / (C4_HZ * 2.0 ** pitches[0, voice]))
        assert abs(cents) < 0.1


def test_voices_are_synced_one_by_one(render: Render) -> None:
    frames = 2 * SETTLE
    masters = np.stack(
        [np.sin(2.0 * np.pi * hertz * np.arange(frames) / 48000.0) for hertz in (90.0, 110.0, 130.0)], 1
    )
    given: dict[str, Volts] = {"voct": np.zeros((frames, 3)), "sync": masters, "position": 2.0 / 3.0}
    together = render("wavetable", frames, given)["out"]
    for voice in range(3):
        alone = render("wavetable", frames, {"sync": masters[:, voice], "position": 2.0 / 3.0})["out"]
        assert together[:, voice] == pytest.approx(alone, abs=1e-9)


def test_it_sounds_a_fiftieth_of_a_second_after_it_is_added(render: Render) -> None:
    out = render("wavetable", 2400, {"position": 2.0 / 3.0, "tune": 2.0})["out"]
    assert np.abs(out[1200:]).max() > 2.0


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(4)
    wild: dict[str, Volts] = {
        name: chance.normal(size=9600) * 1e9 for name in ("voct", "fm", "sync", "position_cv")
    }
    for kind in (0, 1, 2):
        rendered = render("wavetable", 9600, {**wild, "fm_depth": 1.0, "fm_kind": kind, "sync_kind": kind % 2})
        assert all_finite(rendered)
        assert np.abs(rendered["out"]).max() < 30.0


def twin(folder: Path) -> Any:
    """The module as its methods of the control side see it."""
    module: Any = PlainModule("wavetable").module
    module.own_tables = array("d", module.own_tables)
    module.storage = folder
    return module


def own(
    native: Callable[..., Playable], module: Any, hertz: float, position: float
) -> tuple[NDArray[np.float64], float]:
    """As `played`, of the waves that `module` has loaded."""
    playable = native(MODULES / "wavetable.py")
    playable.module.own_tables = vec[float](list(module.own_tables))
    playable.module.own_waves = module.own_waves
    cycles = round(hertz * COUNT / 48000.0) | 1
    tune = float(np.log2(cycles * 48000.0 / COUNT / C4_HZ))
    given = {"tune": tune, "position": position, "waves": 3}
    found, rest = partials(playable.render(COUNT + 640, given)["out"][640:], cycles)
    return found, float(20.0 * np.log10(rest[: int(20000.0 * COUNT / 48000.0)].max() / found[1:].max()))


@pytest.mark.parametrize("length", [2048, 256, 600])
def test_waves_of_a_file_play_as_they_are_and_without_aliases(
    native: Callable[..., Playable], tmp_path: Path, length: int
) -> None:
    phase = np.arange(length) / length
    waves = [sum(np.sin(2.0 * np.pi * k * phase) / k for k in numbers) for numbers in ([1, 2, 3], range(1, 100))]
    soundfile.write(tmp_path / "waves.wav", np.concatenate(waves[: 1 if length == 600 else 2]) / 4.0, 44100)
    (tmp_path / "storage").mkdir()
    module = twin(tmp_path / "storage")
    module.load(str(tmp_path / "waves.wav"))
    assert module.waves == 3
    found, _ = own(native, module, 220.0, 0.0)
    assert found[2:5] / found[1] == pytest.approx([1.0 / 2.0, 1.0 / 3.0, 0.0], abs=1e-3)
    again = twin(tmp_path / "storage")
    again.from_json({})
    assert np.abs(np.asarray(again.own_tables) - np.asarray(module.own_tables)).max() < 1e-6
    if length != 600:
        found, _ = own(native, module, 220.0, 1.0)
        assert found[2:9] / found[1] == pytest.approx(1.0 / np.arange(2.0, 9.0), abs=1e-3)
        for hertz in (2000.0, 5000.0):
            assert own(native, module, hertz, 1.0)[1] < -95.0
    again.clear()
    assert not (tmp_path / "storage" / "wavetable.wav").exists()


def test_waves_that_were_there_before_come_back_under_the_name_that_rack_knows(tmp_path: Path) -> None:
    phase = np.arange(2048) / 2048
    (tmp_path / "storage").mkdir()
    soundfile.write(tmp_path / "storage" / "wavetable.wav", np.sin(2.0 * np.pi * np.arange(512) / 256), 44100)
    module = twin(tmp_path / "storage")
    module.from_json({"waveLen": 256})
    kept, tables = [module.to_json()], [np.array(module.own_tables)]
    for number in (2, 3):
        soundfile.write(tmp_path / "waves.wav", np.sin(2.0 * np.pi * number * phase), 44100)
        module.load(str(tmp_path / "waves.wav"))
        kept.append(module.to_json())
        tables.append(np.array(module.own_tables))
    module.clear()
    assert not (tmp_path / "storage" / "wavetable.wav").exists()
    assert [data["waveLen"] for data in kept] == [256, 2048, 2048]
    assert {name for data in kept for name in data["storage"]} == {"wavetable.wav"}
    for data, wanted in zip(kept[::-1], tables[::-1], strict=True):
        again = twin(tmp_path / "storage")
        again.from_json(data)
        count = 18 * 2048 * again.own_waves
        assert np.abs(np.asarray(again.own_tables)[:count] - wanted[:count]).max() < 1e-6
        saved = soundfile.read(tmp_path / "storage" / "wavetable.wav")[0]
        assert len(saved) == data["waveLen"] * again.own_waves
    again = twin(tmp_path / "storage")
    again.from_json(module.to_json())
    assert again.own_waves == 0


def test_of_many_waves_sixteen_are_taken_and_a_missing_file_is_said_so(tmp_path: Path) -> None:
    phase = np.arange(256) / 256
    cycles = np.concatenate([np.sin(2.0 * np.pi * (1 + number) * phase) for number in range(64)])
    soundfile.write(tmp_path / "waves.wav", 0.9 * cycles[:-256], 44100)
    module = twin(tmp_path)
    module.load(str(tmp_path / "waves.wav"))
    assert module.own_waves == 16
    with pytest.raises(FileNotFoundError, match="no such file"):
        module.load(str(tmp_path / "none.wav"))


@pytest.mark.parametrize("file", ["/../../stray", -3, 2.5, None, [1]])
def test_what_a_patch_says_of_its_file_is_a_number_and_no_way_out_of_the_storage(
    tmp_path: Path, file: object
) -> None:
    folder = tmp_path / "patch" / "storage"
    (folder / "wavetable-").mkdir(parents=True)
    soundfile.write(folder / "wavetable.wav", np.sin(2.0 * np.pi * np.arange(512) / 256), 44100)
    module = twin(folder)
    module.from_json({"waveLen": 256, "file": file})
    assert module.to_json()["file"] == 1
    assert [path.name for path in tmp_path.rglob("*.wav") if path.parent != folder] == []
