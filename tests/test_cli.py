"""The command line as a performer types it, in processes of its own."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from livepatch import __version__, cli
from tests.real_session import LIVEPATCH, RealSession, real_session

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[RealSession]:
    with real_session(tmp_path_factory.mktemp("cli"), compiled_cache) as made:
        yield made


def refused(session: RealSession, *words: str) -> str:
    """Run a command that must fail with 1; its one line."""
    done = session.livepatch(*words)
    assert done.returncode == 1, done.stdout
    assert not done.stdout
    lines = [line for line in done.stderr.splitlines() if not line.startswith("building")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_eval_prints_what_is_printed_and_the_value(session: RealSession) -> None:
    assert session.evaluate("print('so'); 1 + 1") == "so\n2\n"
    assert session.evaluate("x = 5") == ""
    assert session.livepatch("eval", "-", typed="for i in range(2):\n    print(i)\nx").stdout == "0\n1\n5\n"


def test_eval_of_an_exception_is_1_with_the_traceback_on_stderr(session: RealSession) -> None:
    done = session.livepatch("eval", "print('first'); 1 / 0")
    assert (done.returncode, done.stdout) == (1, "first\n")
    assert done.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert refused(session, "eval", "add('moog')").startswith("there is no module 'moog'")


def test_ctrl_c_interrupts_the_line_and_not_the_session(session: RealSession) -> None:
    with subprocess.Popen(
        [*LIVEPATCH, "eval", "print('on', flush=True)\nwhile True: pass"],
        cwd=session.workspace,
        env=session.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "interrupted\n"
    assert process.returncode == 1
    assert session.evaluate("1 + 1") == "2\n"


def test_wrong_usage_is_2(session: RealSession) -> None:
    for words in (
        ["eval"],
        ["run"],
        ["render", "hello"],
        ["hello", "--loud"],
        ["render", "x", "-o", "y", "--seconds", "-1"],
    ):
        assert session.livepatch(*words).returncode == 2, words
    for words, line in (
        (
            ["run", "hello", "--seconds", "abc"],
            "livepatch run: --seconds takes a number of seconds above 0, not 'abc'",
        ),
        (
            ["render", "hello", "-o", "x.wav", "--seconds", "1", "--block", "0"],
            "livepatch render: --block takes a whole number from 1 to 65536, not '0'",
        ),
        (["plugin", "list"], "livepatch: there is no command 'plugin'; did you mean 'plugins'?"),
    ):
        refused = session.livepatch(*words)
        assert (refused.returncode, refused.stderr) == (2, f"{line}\n")
    assert "usage: livepatch plugins list" in session.livepatch("help", "plugins", "list").stdout
    assert session.livepatch("--version").stdout == f"livepatch {__version__}\n"
    assert all(word in session.livepatch("--help").stdout for word in ("eval", "render", "doctor", "stop"))


def test_lists_are_for_people_and_as_json_for_programs(session: RealSession) -> None:
    assert "A generative ambient" in session.livepatch("patches").stdout
    patches = json.loads(session.livepatch("patches", "--json").stdout)
    assert {"name", "path", "modules", "live", "types", "tempo", "saved", "about", "problem"} == set(patches[0])
    assert all(patch["live"] == patch["modules"] for patch in patches)
    found = json.loads(session.livepatch("patches", "wavetable", "--json").stdout)
    assert {"aurora"} <= {patch["name"] for patch in found} < {patch["name"] for patch in patches}
    assert "vco  " in session.livepatch("modules").stdout
    modules = {module["type"]: module for module in json.loads(session.livepatch("modules", "--json").stdout)}
    assert modules["vco"]["outlets"][0]["name"] == "saw"
    assert modules["svf"]["form"] == "step"
    assert {"knobs", "switches", "buttons", "inlets", "outlets", "lights", "bypass", "rack"} <= set(modules["svf"])
    assert modules["vca"]["rack"]["Fundamental/VCA-1"]["outputs"] == {"0": "out"}
    assert isinstance(json.loads(session.livepatch("devices", "--json").stdout), list)


def test_one_module_is_told_in_words_or_as_json(session: RealSession) -> None:
    told = session.livepatch("modules", "svf").stdout
    assert told.startswith("svf: Lowpass, bandpass, highpass and notch")
    assert "stands for" not in told
    assert json.loads(session.livepatch("modules", "svf", "--json").stdout)["inlets"][0]["name"] == "audio"
    assert (
        refused(session, "modules", "moog") == "there is no module 'moog'; livepatch modules lists what there is"
    )


def test_a_render_is_the_same_file_each_time_whatever_the_block(session: RealSession) -> None:
    files = []
    for number, block in enumerate(("64", "100", "256")):
        words = ("render", "hello", "-o", f"{number}.wav", "--seconds", "0.5", "--block", block)
        done = session.livepatch(*words)
        assert done.returncode == 0, done.stderr
        files.append((session.workspace / f"{number}.wav").read_bytes())
    assert files[0] == files[1] == files[2]
    sound, rate = soundfile.read(session.workspace / "0.wav")
    assert (sound.shape, rate) == ((24000, 2), 48000)
    assert 0.01 < abs(sound).max() <= 1.0


KEPT = '''"""Kept."""
from typing import Any

from livepatch.module import Module, outlet


class Kept(Module):
    """A square that is as loud as it remembers."""

    out = outlet()
    speakers = ("out",)
    volts = 0.0
    count = 0

    def step(self) -> None:
        """One sample."""
        self.count += 1
        self.out = self.volts if self.count % 96 < 48 else -self.volts

    def from_json(self, data: dict[str, Any]) -> None:
        """What it remembers."""
        self.volts = data["volts"] + len(list(self.storage.iterdir()))
'''


def test_a_render_has_what_modules_remember(session: RealSession) -> None:
    (session.workspace / "modules" / "kept.py").write_text(KEPT)
    folder = session.workspace / "patches" / "kept"
    (folder / "storage" / "1").mkdir(parents=True)
    (folder / "storage" / "1" / "file").touch()
    entry = {"id": 1, "name": "kept", "type": "kept", "data": {"volts": 3.0}}
    (folder / "patch.json").write_text(json.dumps({"format": 1, "modules": [entry]}))
    done = session.livepatch("render", "kept", "-o", "kept.wav", "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    sound, _ = soundfile.read(session.workspace / "kept.wav")
    assert abs(abs(sound[4800:, 0]).max() - 0.4) < 0.01
    (folder / "patch.json").write_text(json.dumps({"format": 1, "modules": [entry | {"data": {"x": 1}}]}))
    assert "kept.py:22:9: from_json(): KeyError: 'volts'" in refused(
        session, "render", "kept", "-o", "x.wav", "--seconds", "1"
    )


def test_a_render_of_what_comes_in_says_that_nothing_does(session: RealSession) -> None:
    folder = session.workspace / "patches" / "mic"
    folder.mkdir(parents=True)
    modules = [{"id": id, "name": name, "type": name} for id, name in ((1, "audio_in"), (2, "audio_out"))]
    cables = [{"source": 1, "outlet": "left", "target": 2, "inlet": "left"}]
    for patched, said in ((cables, True), ([], False)):
        document = {"format": 1, "modules": modules, "cables": patched}
        (folder / "patch.json").write_text(json.dumps(document))
        done = session.livepatch("render", "mic", "-o", "mic.wav", "--seconds", "0.1")
        assert done.returncode == 0, done.stderr
        note = "audio_in: nothing comes in at the sound card while a patch is rendered\n"
        assert (note in done.stderr) is said


def test_a_render_that_cannot_be_is_one_line(session: RealSession) -> None:
    assert "there is no patch called nope" in refused(session, "render", "nope", "-o", "x.wav", "--seconds", "1")
    assert "cannot be written" in refused(session, "render", "hello", "-o", "/no/x.wav", "--seconds", "0.1")
    assert "sound is written as .wav; call it x.wav" in refused(
        session, "render", "hello", "-o", "x.mp3", "--seconds", "1"
    )
    folder = session.workspace / "patches" / "odd"
    folder.mkdir()
    for text, said in (
        ('{"format": 1,\n "modules": [}', "patch.json:2:14: not JSON"),
        ('{"format": 7}', "update livepatch"),
    ):
        (folder / "patch.json").write_text(text)
        assert said in refused(session, "render", "odd", "-o", "x.wav", "--seconds", "1")
    assert not (session.workspace / "x.wav").exists()


def test_check_tells_every_problem_at_its_place(session: RealSession) -> None:
    assert session.livepatch("new", "my_gain").returncode == 0
    file = session.workspace / "modules" / "my_gain.py"
    done = session.livepatch("check", str(file))
    assert done.returncode == 0, done.stderr
    assert "fine" in done.stdout
    assert "is there already" in refused(session, "new", "my_gain")
    file.write_text(file.read_text().replace("self.audio", "self.audible"))
    done = session.livepatch("check", str(file))
    assert done.returncode == 1
    line = 1 + file.read_text().split("self.audible")[0].count("\n")
    assert f"{file}:{line}:" in done.stderr
    answer = json.loads(session.livepatch("check", str(file), "--json").stdout)
    assert (answer["ok"], answer["problems"][0]["line"]) == (False, line)
    file.unlink()
    assert "cannot be read" in refused(session, "check", "nothing.py")
    assert "no module file" in refused(session, "check", "README.md")


DRAWS = """
from livepatch.module import Canvas, Module, knob

class Gauge(Module):
    scale = knob(0.0, 2.0, 1.0)

    def step(self) -> None:
        pass

    def draw(self, canvas: Canvas) -> None:
        canvas.dot(0.5 * self.scale, 0.5, "green")
"""


def test_check_draws_the_picture(session: RealSession) -> None:
    file = session.workspace / "modules" / "gauge.py"
    file.write_text(DRAWS)
    assert "fine" in session.livepatch("check", "modules/gauge.py").stdout
    file.write_text(DRAWS.replace("green", "mauve"))
    said = refused(session, "check", "modules/gauge.py")
    assert said.startswith("modules/gauge.py:11: draw(): ValueError: there is no colour 'mauve'; there are red,")
    answer = json.loads(session.livepatch("check", "modules/gauge.py", "--json").stdout)
    assert (answer["ok"], answer["problems"][0]["line"]) == (False, 11)
    file.unlink()


MOTHER = """
from livepatch.module import Module, neighbour, outlet

class Mother(Module):
    out = outlet()
    more = neighbour("right", "more_channels")
    level = more.knob("level5")

    def step(self) -> None:
        self.out = self.level
"""


def test_check_looks_at_what_is_used_of_neighbours(session: RealSession) -> None:
    file = session.workspace / "modules" / "mother.py"
    file.write_text(MOTHER)
    assert "fine" in session.livepatch("check", "modules/mother.py").stdout
    file.write_text(MOTHER.replace("level5", "levle5"))
    said = refused(session, "check", "modules/mother.py")
    assert said == "modules/mother.py:7:13: more_channels has no knob levle5; did you mean 'level5'?"
    file.write_text(MOTHER.replace("more_channels", "morechannels"))
    done = session.livepatch("check", "modules/mother.py")
    words = "there is no module morechannels in the module folders; did you mean 'more_channels'?"
    assert f"modules/mother.py:6:12: note: {words}\n" in done.stderr
    assert (done.returncode, "fine" in done.stdout) == (0, True)
    answer = json.loads(session.livepatch("check", "modules/mother.py", "--json").stdout)
    assert (answer["ok"], answer["notes"][0]["message"]) == (True, words)
    file.unlink()


def test_run_plays_for_its_time_and_stops_what_it_began(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        began = time.monotonic()
        done = session.livepatch("run", "hello", "--seconds", "0.5", "--driver", "null")
        assert done.returncode == 0, done.stderr
        assert time.monotonic() - began >= 0.5
        assert session.livepatch("stop").stdout == "no session was running here\n"
        assert "there is no patch called nope" in refused(session, "run", "nope", "--seconds", "1")
        assert session.livepatch("stop").stdout == "no session was running here\n"


def test_run_loads_into_a_session_that_plays_on(session: RealSession) -> None:
    session.evaluate("clear()")
    assert session.livepatch("run", "hello", "--seconds", "0.2").returncode == 0
    assert session.evaluate("len(rack()) > 3") == "True\n"


def test_a_workspace_is_the_folder_or_the_performers_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert cli.run(["new", "thing"]) == 0
    own = tmp_path / "home" / "data"
    assert capsys.readouterr().out.split() == [f"{own}/modules/thing.py", f"{own}/tests/test_thing.py"]
    (tmp_path / "modules").mkdir()
    (tmp_path / "patches").mkdir()
    assert cli.run(["new", "thing"]) == 0
    assert (tmp_path / "modules" / "thing.py").exists()
