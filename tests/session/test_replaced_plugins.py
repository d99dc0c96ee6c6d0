"""Patches whose plug-in has been replaced by a newer one, which says so in its moduleinfo.json."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livepatch.plugins.presets.vstpreset import read_vstpreset
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import facts_of, install
from tests.plugins.vst3.synth_bundle import vst3_bundle
from tests.session.guest import Guest, guest, until, workspace_in

OLD = "0123456789ABCDEF0123456789ABCDEF"
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the bundle of the test is one for Linux"),
]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("newer")
    bundle = vst3_bundle(folder)
    (bundle / "Contents" / "Resources").mkdir()
    uid = facts_of(bundle, folder).uid
    info = {"Name": "Synth", "Compatibility": [{"New": uid.lower(), "Old": [OLD.lower()]}]}
    (bundle / "Contents" / "Resources" / "moduleinfo.json").write_text(json.dumps(info))
    return facts_of(bundle, folder)


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path, newer: Facts) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache) as folder:
        install(newer)
        yield folder


def test_a_patch_of_the_older_one_plays_the_newer_one_as_it_was(workspace: Path, newer: Facts) -> None:
    assert newer.replaces == (OLD,)
    with guest(workspace) as here:
        here.play(f"synth = vst({newer.name!r}, 'synth')")
        until(lambda: plays(here), "it plays")
        here.play("synth.gain = 0.25")
        until(lambda: "(" in here.play("synth.gain"), "the plug-in has told what it shows there")
        here.play("save('mine')")
    path = workspace / "patches" / "mine" / "patch.json"
    document = json.loads(path.read_text())
    (module,) = document["modules"]
    module["type"] = "vst3:older_synth"
    module["data"]["plugin"] |= {"uid": OLD, "name": "Older Synth"}
    state = kept(path.parent, module)
    content = state.read_bytes()
    assert read_vstpreset(content).class_id == newer.uid
    state.write_bytes(content.replace(newer.uid.encode(), OLD.encode()))
    path.write_text(json.dumps(document))
    with guest(workspace) as here:
        _, error, printed = here.evaluate("load('mine')")
        assert not error
        assert printed == f"synth is {newer.name} now, which says that it takes the place of Older Synth ({OLD})\n"
        until(lambda: plays(here), "the newer one plays")
        until(lambda: here.play("float(synth.gain)") == "0.25", "its knob stands where it did")
        assert not [message for message in here.waiting if "another plug-in's" in str(message)]
        here.play("save('again')")
        assert here.evaluate("load('again')")[2] == ""
    saved = json.loads((workspace / "patches" / "again" / "patch.json").read_text())
    assert saved["modules"][0]["data"]["plugin"]["uid"] == newer.uid


def kept(patch: Path, module: dict[str, Any]) -> Path:
    """The file with what a module's plug-in remembers."""
    return patch / "storage" / str(module["id"]) / str(module["data"]["state"])


def plays(here: Guest) -> bool:
    return here.evaluate("midi(synth, 0xB0, 1, 0)")[1] == ""
