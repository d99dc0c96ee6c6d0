"""`livepatch render` of patches with plug-ins, which play in processes of their own."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from numpy.testing import assert_allclose

from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_messages import Keep, Kept, Turn
from livepatch.protocol.plugin_panel import type_of
from tests.plugins.building import build
from tests.plugins.hosting import facts_of, hosted, install
from tests.real_session import RealSession, real_session

pytestmark = pytest.mark.timeout(200)
GAIN, CRASH = 0, 1.0 / 15.0
TONE = 1
SYNTH = 2
OUT = 3
SECONDS = "0.3"
SETTLED = 4800
BURSTS = '''"""Bursts."""

from livepatch.module import Module, outlet


class Bursts(Module):
    """A second of a saw, in every thirty-five."""

    out = outlet()
    frame: int = 0

    def step(self) -> None:
        """One sample."""
        self.out = 0.01 * (self.frame % 100) if self.frame % 1680000 < 48000 else 0.0
        self.frame += 1
'''


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("rendered")
    return facts_of(build("vst2_synth.c", folder), folder)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path, facts: Facts) -> Iterator[RealSession]:
    with (
        real_session(tmp_path_factory.mktemp("render"), compiled_cache) as made,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("LIVEPATCH_HOME", str(made.home))
        install(facts)
        yield made


def write(session: RealSession, facts: Facts, name: str, *, state: str = "", **knobs: float) -> Path:
    """A patch that sends a tone through the plug-in; where the plug-in's own files are."""
    plugin: dict[str, Any] = {"plugin": {"format": facts.format, "uid": facts.uid, "name": facts.name}}
    modules = [
        {"id": TONE, "name": "lfo", "type": "lfo", "knobs": {"frequency": 6.0}},
        {
            "id": SYNTH,
            "name": "guest",
            "type": type_of(facts),
            "knobs": knobs,
            "data": plugin | ({"state": state} if state else {}),
        },
        {"id": OUT, "name": "out", "type": "audio_out"},
    ]
    cables = [
        {"source": TONE, "outlet": "sine", "target": SYNTH, "inlet": "audio"},
        {"source": SYNTH, "outlet": "out", "target": OUT, "inlet": "left", "gain": 0.5},
    ]
    folder = session.workspace / "patches" / name
    own = folder / "storage" / str(SYNTH)
    own.mkdir(parents=True)
    (folder / "patch.json").write_text(json.dumps({"format": 1, "modules": modules, "cables": cables}))
    return own


def write_bursts(session: RealSession, facts: Facts) -> None:
    """A patch in which a plug-in hears bursts with long silences between them."""
    (session.workspace / "modules" / "bursts.py").write_text(BURSTS)
    plugin = {"plugin": {"format": facts.format, "uid": facts.uid, "name": facts.name}}
    knobs = {"seconds": 0.01, "offset": 0.5}
    modules = [
        {"id": TONE, "name": "bursts", "type": "bursts"},
        {"id": SYNTH, "name": "guest", "type": type_of(facts), "knobs": knobs, "data": plugin},
        {"id": OUT, "name": "out", "type": "audio_out"},
    ]
    cables = [
        {"source": TONE, "outlet": "out", "target": SYNTH, "inlet": "audio"},
        {"source": SYNTH, "outlet": "out", "target": OUT, "inlet": "left"},
    ]
    folder = session.workspace / "patches" / "bursts"
    folder.mkdir()
    (folder / "patch.json").write_text(json.dumps({"format": 1, "modules": modules, "cables": cables}))


def loudest(session: RealSession, name: str, file: str = "") -> float:
    """What the loudest sample of a render is."""
    path = session.workspace / (file or f"{name}.wav")
    done = session.livepatch("render", name, "-o", str(path), "--seconds", SECONDS)
    assert done.returncode == 0, done.stderr
    sound, _ = soundfile.read(path)
    return float(abs(sound[SETTLED:, 0]).max())


def processes_of(facts: Facts) -> list[str]:
    """The processes that have the plug-in on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended meanwhile
        if os.fsencode(facts.path) in words:
            found.append(folder.name)
    return found


def test_a_render_with_a_plugin_is_the_same_file_each_time(session: RealSession, facts: Facts) -> None:
    write(session, facts, "whole")
    whole = loudest(session, "whole")
    assert whole > 0.05
    loudest(session, "whole", "again.wav")
    files = [(session.workspace / name).read_bytes() for name in ("whole.wav", "again.wav")]
    assert files[0] == files[1]
    assert not processes_of(facts)


def test_a_render_is_the_same_file_whether_a_plugin_rests_in_it_or_not(
    session: RealSession, facts: Facts, tmp_path: Path
) -> None:
    echo = facts_of(build("vst2_echo.c", tmp_path), tmp_path)
    install(facts, echo)
    write_bursts(session, echo)
    settings = session.home / "config" / "settings.toml"
    before = settings.read_text()
    files = []
    for rests in ("true", "true", "false"):
        settings.write_text(f"{before}plugins_rest = {rests}\n")
        done = session.livepatch("render", "bursts", "-o", "bursts.wav", "--seconds", "37")
        assert done.returncode == 0, done.stderr
        files.append((session.workspace / "bursts.wav").read_bytes())
    settings.write_text(before)
    assert files[0] == files[1] == files[2]
    sound, _ = soundfile.read(session.workspace / "bursts.wav")
    assert abs(sound[35 * 48000 :]).max() > 0.05


def test_a_render_has_the_state_and_the_knobs_of_a_plugin(session: RealSession, facts: Facts) -> None:
    write(session, facts, "plain")
    write(session, facts, "turned", gain=0.5)
    own = write(session, facts, "kept", state="quiet.fxb")
    with hosted(facts) as host:
        host.say(Turn({GAIN: 0.25}))
        answer = host.ask(lambda serial: Keep(serial, str(own / "quiet.fxb"), always=True))
        assert isinstance(answer, Kept)
        assert not answer.problem
    levels = [loudest(session, name) for name in ("plain", "turned", "kept")]
    assert_allclose(levels[1:], [0.5 * levels[0], 0.25 * levels[0]], rtol=1e-3)
    assert sorted(path.name for path in own.parent.rglob("*")) == [str(SYNTH), "quiet.fxb"]


def test_a_render_bypasses_what_is_bypassed(session: RealSession, facts: Facts) -> None:
    write(session, facts, "quiet", gain=0.25)
    levels = [loudest(session, "quiet")]
    path = session.workspace / "patches" / "quiet" / "patch.json"
    document = json.loads(path.read_text())
    for how in ({"bypass": True}, {"bypass": True, "hard_bypass": True}):
        document["modules"][1] |= how
        path.write_text(json.dumps(document))
        levels.append(loudest(session, "quiet"))
    assert_allclose(levels[1:], 4.0 * levels[0], rtol=1e-3)


def test_a_plugin_that_is_not_installed_is_left_out_with_a_line(session: RealSession, facts: Facts) -> None:
    folder = write(session, facts, "absent").parents[1] / "patch.json"
    folder.write_text(folder.read_text().replace(facts.uid, "00000000"))
    path = session.workspace / "absent.wav"
    done = session.livepatch("render", "absent", "-o", str(path), "--seconds", SECONDS)
    assert done.returncode == 0
    lines = [line for line in done.stderr.splitlines() if "building" not in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("guest (")
    assert "not installed" in lines[0]
    sound, _ = soundfile.read(path)
    assert not sound.any()


def test_a_plugin_that_dies_while_rendering_is_one_line_and_no_file(session: RealSession, facts: Facts) -> None:
    write(session, facts, "dead", fault=CRASH)
    done = session.livepatch("render", "dead", "-o", "dead.wav", "--seconds", SECONDS)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if "building" not in line]
    assert lines == ["guest: its plug-in ended"]
    assert not (session.workspace / "dead.wav").exists()
    assert not processes_of(facts)
