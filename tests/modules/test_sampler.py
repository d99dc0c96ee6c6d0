"""The sampler: pitch, modes, both ends, what it plays faster than it was, voices, files."""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from librt.vecs import vec
from numpy.typing import NDArray

from tests.conftest import Playable
from tests.rendering import MODULES, PlainModule, Rendered, all_finite, frequency, level_db

SECOND = 48000
GATE = np.where(np.arange(SECOND) < SECOND // 2, 10.0, 0.0)


def twin(folder: Path) -> Any:
    """A sampler as its methods of the control side see it."""
    module = PlainModule("sampler").module
    for name in ("sound", "firsts"):
        setattr(module, name, array("d", getattr(module, name)))
    module.storage = folder
    return module


class Sampler:
    """Plays a sound as the compiled module does."""

    def __init__(self, native: Callable[..., Playable], folder: Path) -> None:
        self.native = native
        self.folder = folder

    def __call__(
        self, sound: NDArray[np.float64], frames: int = SECOND, *, rate: int = 48000, **given: Any
    ) -> Rendered:
        path = self.folder / "any.wav"
        soundfile.write(path, sound, rate, subtype="DOUBLE")
        module = twin(self.folder)
        module.load(str(path))
        playable = self.native(MODULES / "sampler.py")
        for name in ("frames", "stereo", "rate"):
            setattr(playable.module, name, getattr(module, name))
        for name in ("sound", "firsts"):
            setattr(playable.module, name, vec[float](list(getattr(module, name))))
        return playable.render(frames, {"gate": 10.0, **given})


@pytest.fixture
def play(native: Callable[..., Playable], tmp_path: Path) -> Sampler:
    return Sampler(native, tmp_path)


def tone(hertz: float, seconds: float = 2.0, rate: int = 48000) -> NDArray[np.float64]:
    wave: NDArray[np.float64] = 0.5 * np.sin(2.0 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return wave


def test_at_0_v_it_is_the_file_itself_with_full_scale_at_10_v(play: Sampler) -> None:
    sound = 0.5 * np.random.default_rng(1).uniform(-1.0, 1.0, SECOND)
    sound[0] = 0.0
    heard = play(sound)
    assert heard["left"] == pytest.approx(10.0 * sound, abs=1e-5)
    assert heard["right"] == pytest.approx(heard["left"])


@pytest.mark.parametrize("rate", [22050, 44100, 96000])
@pytest.mark.parametrize("octaves", [-4.0, -1.3, 0.0, 0.5, 2.0])
def test_its_pitch_is_the_files_at_any_sample_rate_and_a_volt_is_an_octave(
    play: Sampler, rate: int, octaves: float
) -> None:
    heard = play(tone(500.0, 4.2, rate), rate=rate, voct=octaves - 0.25, tune=0.25)["left"][480:]
    cents = 1200.0 * np.log2(frequency(heard) / (500.0 * 2.0**octaves))
    assert abs(cents) < 0.1


def test_what_plays_faster_than_it_was_folds_nothing_back(play: Sampler) -> None:
    two = tone(1000.0, 4.0) + 0.8 * tone(9000.0, 4.0)
    heard = play(two, voct=2.0)["left"][4800:]
    assert level_db(heard, 4000.0) == pytest.approx(20.0 * np.log10(5.0), abs=0.05)
    assert level_db(heard, 48000.0 - 36000.0) < -100.0


@pytest.mark.parametrize(("hertz", "octaves"), [(5000.0, -0.4), (18000.0, -0.4), (19500.0, -1.3), (9000.0, 0.5)])
def test_a_bright_sound_between_its_samples_stays_itself(play: Sampler, hertz: float, octaves: float) -> None:
    heard = play(tone(hertz, 2.0), voct=octaves)["left"][4800:]
    spectrum = 20.0 * np.log10(np.abs(np.fft.rfft(heard * np.kaiser(len(heard), 22.0))) + 1e-12)
    at = round(hertz * 2.0**octaves * len(heard) / SECOND)
    spectrum -= spectrum.max()
    assert spectrum[at - 1 : at + 2].max() == 0.0
    spectrum[at - 16 : at + 17] = -200.0
    assert spectrum.max() < -100.0


def test_stereo_stays_stereo(play: Sampler) -> None:
    heard = play(np.stack([tone(300.0), tone(700.0)], 1))
    assert level_db(heard["left"], 300.0) > level_db(heard["left"], 700.0) + 60.0
    assert level_db(heard["right"], 700.0) > level_db(heard["right"], 300.0) + 60.0


def test_once_plays_to_the_end_gate_while_it_is_on_and_loop_round_and_round(play: Sampler) -> None:
    sound = tone(500.0, 0.25)
    plays = {}
    for mode in range(3):
        heard = play(sound, mode=mode, gate=GATE)
        plays[mode] = np.flatnonzero(heard["done"] < 5.0)
        assert np.abs(heard["left"][SECOND // 2 + 1000 :]).max() < 1e-6
    assert (plays[0][0], plays[0][-1]) == pytest.approx((0, 11999), abs=1)
    assert (plays[1][0], plays[1][-1]) == pytest.approx((0, 11999), abs=1)
    assert (plays[2][0], plays[2][-1]) == pytest.approx((0, 23999), abs=1)
    assert len(plays[2]) == pytest.approx(24000, abs=1)


def test_a_short_trigger_is_enough_for_once_but_not_for_gate(play: Sampler) -> None:
    trigger = np.where(np.arange(SECOND) < 48, 10.0, 0.0)
    lengths = [np.count_nonzero(play(tone(500.0, 0.25), mode=mode, gate=trigger)["done"] < 5.0) for mode in (0, 1)]
    assert lengths == pytest.approx([12000, 48], abs=1)


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_a_sound_that_is_forgotten_while_it_plays_fades_to_silence(
    native: Callable[..., Playable], mode: int
) -> None:
    playable = native(MODULES / "sampler.py")
    module = playable.module
    module.sound = vec[float]([8.0] * len(module.sound))
    module.frames = SECOND
    assert playable.render(SECOND // 4, {"gate": 10.0, "mode": mode})["left"][-1] == pytest.approx(8.0)
    module.frames = 0
    heard = playable.render(SECOND // 4, {"gate": 10.0, "mode": mode})
    assert np.abs(np.diff(heard["left"])).max() < 1.0
    assert not heard["left"][-SECOND // 10 :].any()
    assert heard["done"][-1] == (0.0 if mode == 2 else 10.0)


def test_an_end_before_the_start_plays_backwards(play: Sampler) -> None:
    ramp = np.linspace(0.0, 0.5, SECOND)
    forwards = play(ramp, start=0.25, end=0.75)["left"]
    backwards = play(ramp, start=0.75, end=0.25)["left"]
    assert forwards[2400] == pytest.approx(10.0 * ramp[12000 + 2400], abs=1e-3)
    assert backwards[2400] == pytest.approx(10.0 * ramp[36000 - 2400], abs=1e-3)


def test_starts_stops_and_restarts_make_no_click(play: Sampler) -> None:
    gate = np.where(np.arange(SECOND) % 5017 < 3011, 10.0, 0.0)
    heard = play(tone(100.0), gate=gate, mode=2, start=0.1013, end=0.3517)["left"]
    assert np.abs(np.diff(heard)).max() < 0.4


def test_the_accent_is_how_loud_it_is_from_its_start(play: Sampler) -> None:
    accent = np.where(np.arange(SECOND) < 100, 2.5, 10.0)
    heard = play(tone(500.0), accent=accent)["left"]
    assert np.abs(heard[1000:]).max() == pytest.approx(1.25, rel=0.01)


def test_every_voice_plays_the_same_sound_at_its_own_pitch(play: Sampler) -> None:
    pitches = np.tile([0.0, 0.5, 1.0], (SECOND, 1))
    heard = play(tone(500.0, 3.0), voct=pitches)["left"]
    assert heard.shape == (SECOND, 3)
    for voice, octaves in enumerate((0.0, 0.5, 1.0)):
        assert frequency(heard[480:, voice]) == pytest.approx(500.0 * 2.0**octaves, rel=1e-5)


def test_each_sound_comes_back_that_was_there_and_only_the_last_is_saved(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", np.stack([tone(500.0, 0.5)] * 2, 1), 44100, subtype="FLOAT")
    soundfile.write(tmp_path / "other.wav", tone(300.0, 0.2), 22050, subtype="FLOAT")
    (tmp_path / "storage").mkdir()
    module = twin(tmp_path / "storage")
    kept = [module.to_json()]
    sounds = []
    for name in ("tone.wav", "other.wav"):
        module.load(str(tmp_path / name))
        (tmp_path / name).unlink()
        kept.append(module.to_json())
        sounds.append((list(vars(module)["sound"]), vars(module)["rate"]))
    module.clear()
    kept.append(module.to_json())
    assert [data["storage"] for data in kept] == [[], ["sound.wav"], ["sound-2.wav"], []]
    again = twin(tmp_path / "storage")
    for data, (sound, rate) in zip(kept[2:0:-1], sounds[::-1], strict=True):
        again.from_json(data)
        assert list(vars(again)["sound"]) == sound
        assert vars(again)["rate"] == rate
        assert again.to_json() == data
    for silent in (kept[0], kept[3]):
        again.from_json(silent)
        assert vars(again)["frames"] == 0


def test_a_sound_that_was_saved_when_there_was_one_file_only_comes_back(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "sound.wav", tone(500.0, 0.5), 44100, subtype="FLOAT")
    module = twin(tmp_path)
    module.from_json({})
    assert (vars(module)["frames"], vars(module)["rate"]) == (24000, 44100.0)
    assert module.to_json()["storage"] == ["sound.wav"]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file"):
        twin(tmp_path).load(str(tmp_path / "none.wav"))


def test_what_is_too_long_is_cut(play: Sampler) -> None:
    heard = play(tone(500.0, 25.0), start=0.99, mode=0)
    assert np.count_nonzero(heard["done"] < 5.0) == pytest.approx(0.01 * 21.0 * SECOND, rel=0.01)


def test_the_wildest_cables_leave_it_finite(play: Sampler) -> None:
    chance = np.random.default_rng(5)
    wild: dict[str, Any] = {name: chance.normal(size=9600) * 1e9 for name in ("gate", "voct", "accent")}
    wild |= {name: chance.uniform(0.0, 1.0, 9600) for name in ("start", "end")}
    for mode in range(3):
        heard = play(tone(500.0), 9600, **wild, mode=mode, level=2.0)
        assert all_finite(heard)
        assert np.abs(heard["left"]).max() < 45.0


@pytest.mark.parametrize("file", ["/../../stray", -3, 2.5, None, [1]])
def test_what_a_patch_says_of_its_file_is_a_number(tmp_path: Path, file: object) -> None:
    module = twin(tmp_path)
    module.from_json({"file": file})
    assert module.to_json() == {"file": 1, "storage": ["sound.wav"]}
