"""The note expressions of a VST3 plug-in in a real session."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import facts_of, install
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import Guest, guest, peak, until
from tests.session.plugged import meters, performer, sounding, workspace_with

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the bundle of the test is one for Linux"),
]


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(vst3_bundle(folder), folder)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, synth: Facts) -> Iterator[Path]:
    """Where the plug-in was scanned by a livepatch that knew of no note expressions."""
    with workspace_with(msgspec.structs.replace(synth, expressions=()), tmp_path, compiled_cache) as folder:
        yield folder


def level(here: Guest) -> float:
    return peak(meters(here))


def sheet(here: Guest) -> str:
    """All about the plug-in."""
    return here.evaluate("help(synth)")[2]


def test_a_patch_from_before_opens_and_has_them_and_they_are_heard(workspace: Path, synth: Facts) -> None:
    with performer(workspace, synth) as here:
        until(lambda: "note_gain" in sheet(here), "the inlets that nobody knew of are there")
        assert "each note's own, 0 V (-inf) to 10 V (12.0), unpatched 2.5 V (0.0)" in sheet(here)
        assert 0.05 < level(here) < 0.5
        here.play("holds.gate * 0.0 >> synth.volume")
        until(lambda: level(here) < 0.01, "a volume of 0 V is silence")
        here.play("holds.gate * 0.5 >> synth.volume")
        until(lambda: level(here) > 0.6, "at 5 V it is twice as loud as unpatched")
        here.play("save('mine')")
    document = json.loads((workspace / "patches" / "mine" / "patch.json").read_text())
    assert "volume" in {cable["inlet"] for cable in document["cables"]}
    install(synth)
    with guest(workspace, "repl") as here:
        here.play("load('mine')")
        assert sounding(here)
        until(lambda: level(here) > 0.6, "the cable is where it was")
