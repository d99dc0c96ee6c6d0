"""Preset files of a VST3 plug-in in a real session."""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from livepatch.plugins.presets.meta_info import read_meta_info, write_meta_info
from livepatch.plugins.presets.vstpreset import VstPreset, read_vstpreset, write_vstpreset
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import facts_of
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import Guest, until
from tests.session.plugged import workspace_with

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the bundle of the test is one for Linux"),
]


@pytest.fixture(scope="module")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("synth")
    return facts_of(vst3_bundle(folder), folder)


@pytest.fixture
def workspace(
    tmp_path: Path, compiled_cache: Path, synth: Facts, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # where a performer's presets of VST3 plug-ins are
    with workspace_with(synth, tmp_path, compiled_cache) as folder:
        yield folder


def test_presets_say_whose_they_are_and_a_program_alone_is_one(here: Guest, workspace: Path, synth: Facts) -> None:
    here.play("synth.gain = 0.5")
    until(lambda: "0.50 x" in here.play("synth.gain"), "the plug-in stands there")
    path = workspace / "mine.vstpreset"
    here.play(f"save_preset(synth, {str(path)!r})")
    saved = read_vstpreset(path.read_bytes())
    assert saved.component
    assert read_meta_info(saved.info)["PlugInName"] == synth.name
    about = write_meta_info({"Name": "Half Loud", "MusicalInstrument": "Synth Pad"})
    program = VstPreset(synth.uid, b"", programs=struct.pack("<i4sd", 7, b"LPPD", 0.625), info=about)
    path.write_bytes(write_vstpreset(program))
    here.play(f"preset(synth, {str(path)!r})")
    assert here.play("float(synth.gain)") == "0.625"
    here.play("undo()")
    assert here.play("float(synth.gain)") == "0.5"
    folder = workspace.parent / "home" / ".vst3" / "presets" / synth.vendor / synth.name
    assert here.evaluate('save_preset(synth, "p")')[2] == f"saved {folder / 'p.vstpreset'}\n"
    (folder / "p.vstpreset").write_bytes(write_vstpreset(program))
    assert here.play("preset(synth)") == f"p  user, Half Loud, Synth Pad  {folder / 'p.vstpreset'}"
    here.play('preset(synth, "half loud")')
    assert here.play("float(synth.gain)") == "0.625"
    path.write_bytes(write_vstpreset(msgspec.structs.replace(program, programs=b"\7\0\0\0XXXX")))
    assert here.evaluate(f"preset(synth, {str(path)!r})")[1] == (
        f"synth: {path.name}: {synth.name} refuses the program in this preset"
    )
