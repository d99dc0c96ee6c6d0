"""What `livepatch quality` finds: known faults in modules made for it, and the figures of docs/quality.md."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livepatch import __version__
from tests.real_session import RealSession, real_session

pytestmark = pytest.mark.timeout(300)
PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
QUICK = ("adsr", "lfo", "svf", "vca", "vco")

FLAWED = '''
"""Flawed: an oscillator three cents sharp, with a tone that does not belong, and DC."""

from livepatch.dsp import C4_HZ, exp2, frac, sin1
from livepatch.module import Module, inlet, knob, outlet


class Flawed(Module):
    """An oscillator with known faults."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ)
    voct = inlet("Pitch")
    out = outlet("Wave")
    phase = 0.0
    stray = 0.0

    def step(self) -> None:
        turn = C4_HZ / self.sample_rate * exp2(self.tune + self.voct)
        self.phase = frac(self.phase + turn * exp2(0.0025))
        self.stray = frac(self.stray + 1.3702 * turn)
        self.out = 5.0 * sin1(self.phase) + 0.005 * sin1(self.stray) + 0.002
'''
SLOPPY = '''
"""Sloppy: a level that is a quarter of a decibel too loud, and hums."""

from livepatch.dsp import frac, sin1
from livepatch.module import Module, inlet, knob, outlet


class Sloppy(Module):
    """A level with known faults."""

    level = knob(0.0, 1.0, 0.8, "Level", unit="dB", base=-10.0, multiplier=20.0)
    audio = inlet("Audio")
    out = outlet("Audio")
    phase = 0.0

    def step(self) -> None:
        self.phase = frac(self.phase + 50.0 / self.sample_rate)
        self.out = 1.0292005271944283 * self.level * self.audio + 0.0005 * sin1(self.phase) + 0.001
'''
LATE = '''
"""Late: an envelope that takes a tenth longer than it says, in straight lines."""

from livepatch.dsp import LOG2_10, exp2, maximum, minimum
from livepatch.module import Module, inlet, knob, outlet


class Late(Module):
    """An envelope with known faults."""

    attack = knob(-3.0, 1.0, -2.0, "Attack", unit="s", base=10.0)
    release = knob(-3.0, 1.0, -2.0, "Release", unit="s", base=10.0)
    gate = inlet("Gate")
    envelope = outlet("Envelope")

    def step(self) -> None:
        up = 10.0 / (1.1 * self.sample_rate) * exp2(-LOG2_10 * self.attack)
        down = 10.0 / (1.1 * self.sample_rate) * exp2(-LOG2_10 * self.release)
        if self.gate > 1.0:
            self.envelope = minimum(self.envelope + up, 10.0)
        else:
            self.envelope = maximum(self.envelope - down, 0.0)
'''


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[RealSession]:
    with real_session(tmp_path_factory.mktemp("quality"), compiled_cache) as made:
        for name, text in (("flawed", FLAWED), ("sloppy", SLOPPY), ("late", LATE)):
            (made.workspace / "modules" / f"{name}.py").write_text(text.lstrip())
        yield made


@pytest.fixture(scope="module")
def found(session: RealSession) -> dict[str, list[dict[str, Any]]]:
    done = session.livepatch("quality", "flawed", "sloppy", "late", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["livepatch"], document["sample_rate"]) == (__version__, 48000.0)
    tables: dict[str, list[dict[str, Any]]] = document["tables"]
    return tables


def test_a_stray_tone_a_wrong_pitch_and_dc_are_found(found: dict[str, list[dict[str, Any]]]) -> None:
    (row,) = found["Oscillators"]
    assert [row[f"alias_{hertz}_db"] for hertz in (2000, 5000, 10000)] == pytest.approx([-60.0] * 3, abs=1.0)
    assert row["tuning_cents"] == pytest.approx(3.0, abs=0.01)
    assert row["dc_mv"] == pytest.approx(2.0, abs=0.1)


def test_a_level_beside_its_knob_and_a_hum_are_found(found: dict[str, list[dict[str, Any]]]) -> None:
    (level,) = found["Levels"]
    assert level["error_db"] == pytest.approx(0.25, abs=0.01)
    (silence,) = found["Silence"]
    assert (silence["noise_db"], silence["dc_mv"]) == pytest.approx((-80.0, 1.0), abs=0.01)


def test_a_late_envelope_is_found(found: dict[str, list[dict[str, Any]]]) -> None:
    for row in found["Envelopes"]:
        assert [row[f"error_{time}_percent"] for time in ("0.1", "1")] == pytest.approx([10.0, 10.0], abs=0.1)
    assert [row["part"] for row in found["Envelopes"]] == ["attack", "release"]


def test_the_figures_of_the_page_are_still_reached(session: RealSession) -> None:
    done = session.livepatch("quality", *QUICK)
    assert done.returncode == 0, done.stderr
    written, again = _rows(PAGE.read_text("utf-8")), _rows(done.stdout)
    assert set(again) == {row for row in written if row[1] in QUICK}
    assert {module for _, module, _ in again} == set(QUICK)
    for row, cells in again.items():
        for before, now in zip(written[row], cells, strict=True):
            assert _as_good(before, now), (row, before, now)


def test_the_same_page_is_written_again(session: RealSession) -> None:
    assert session.livepatch("quality", "vca", "-o", "page.md").stdout == ""
    first = (session.workspace / "page.md").read_text("utf-8")
    session.livepatch("quality", "vca", "-o", "page.md")
    assert (session.workspace / "page.md").read_text("utf-8") == first
    assert "`livepatch quality vca -o page.md`" in first


def test_what_cannot_be_measured_is_one_line(session: RealSession) -> None:
    for words, said in (
        (["moog"], "there is no module 'moog'; livepatch modules lists what there is"),
        (["vca", "-o", "/no/page.md"], "/no/page.md cannot be written"),
    ):
        done = session.livepatch("quality", *words)
        assert done.returncode == 1
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def _as_good(before: str, now: str) -> bool:
    """Whether a figure is no worse than it was: decibels below zero within half of one, errors nearly the same."""
    if not before or not now:
        return before == now
    was, is_now = (float(cell.removeprefix("< ")) for cell in (before, now))
    return is_now < was + 0.5 if was < -1.0 else abs(is_now) < abs(was) + 0.02


def _rows(page: str) -> dict[tuple[str, str, str], list[str]]:
    """The cells of every row by title, module and part."""
    found = {}
    for section in page.split("\n## ")[1:]:
        for line in section.splitlines():
            if line.startswith("| `"):
                module, part, *cells = [cell.strip() for cell in line.strip("|").split("|")]
                found[section.partition("\n")[0], module.strip("`"), part] = cells
    return found
