"""A real session process, and front ends that come and go."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.canvas import Text
from livepatch.errors import LivepatchError
from livepatch.patch import edits
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.protocol import client
from livepatch.protocol.channel import Channel
from livepatch.protocol.messages import (
    Bye,
    Drawn,
    Edited,
    Evaluate,
    Evaluated,
    Hello,
    Interrupt,
    Named,
    Notice,
    Perform,
    Printed,
    Redo,
    Replaced,
    Running,
    Stop,
    ToFrontEnd,
    Undo,
    Welcome,
)
from livepatch.session.keeper import KEEP_SECONDS
from tests.session.guest import Guest, guest, until, workspace_in


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache) as folder:
        yield folder


@pytest.fixture(autouse=True)
def _warm(tmp_path: Path, compiled_cache: Path) -> None:
    """A session of a test's own compiles nothing anew."""
    (tmp_path / "cache").symlink_to(compiled_cache)


@pytest.fixture
def here(workspace: Path) -> Iterator[Guest]:
    with guest(workspace) as attached:
        attached.play("clear()")
        yield attached


def test_every_front_end_sees_the_same_variables(workspace: Path, here: Guest) -> None:
    here.play("answer = 42")
    with guest(workspace) as other:
        assert other.play("answer") == "42"


def test_what_is_printed_comes_before_the_value(here: Guest) -> None:
    assert here.evaluate("print('a'); print('b', end=''); 3") == ("3", "", "ab".replace("a", "a\n"))
    assert here.evaluate("import sys; print('wrong', file=sys.stderr)")[2] == "wrong\n"


def test_a_slow_print_is_seen_while_the_line_runs(here: Guest) -> None:
    number = here.ask("import time\nprint('begun', end='')\ntime.sleep(60)")
    here.wait_for(Printed, lambda printed: printed.text == "begun")
    here.channel.send(Interrupt())
    assert here.wait_for(Evaluated, lambda answer: answer.id == number).error == "interrupted"


def test_what_a_thread_prints_reaches_everyone(workspace: Path, here: Guest) -> None:
    with guest(workspace) as other:
        here.play("import threading; threading.Thread(target=print, args=('from behind',)).start()")
        assert other.wait_for(Printed).text == "from behind\n"
        here.play("threading.Thread(target=lambda: 1 / 0).start()")
        assert "ZeroDivisionError" in other.wait_for(Printed).text


def test_an_edit_reaches_every_front_end_in_order(workspace: Path, here: Guest) -> None:
    with guest(workspace, "tui") as other:
        copy = Patch()
        here.play('vco = add("vco"); out = add("audio_out"); vco >> out; vco.tune = 1; rename(vco, "bass")')
        for _ in range(5):
            edits.apply(copy, other.wait_for(Edited).edit)
        here.play("n = 0", "while n < 200:\n    n += 1\n    bass.tune = n / 100")
        while not any(module.knobs.get("tune") == 2.0 for module in copy.modules.values()):
            edits.apply(copy, other.wait_for(Edited).edit)
        with guest(workspace) as late:
            assert {module.id: module.knobs for module in late.welcome.modules} == {
                module.id: module.knobs for module in copy.modules.values()
            }
            assert {cable.route: cable for cable in late.welcome.cables} == copy.cables


def test_a_front_end_performs_undoes_and_redoes(here: Guest) -> None:
    next_id = int(here.play('add("vco")._id')) + 1
    here.channel.send(Perform(edits.AddModule(PlacedModule(id=next_id, name="filter_a", type="vcf"))))
    assert here.wait_for(Edited, lambda edited: "filter_a" in edited.about).about == "add filter_a (vcf)"
    here.channel.send(Perform(edits.SetKnob(next_id, "cutoff", 1e9)))
    assert "set to" in here.wait_for(Notice).text
    here.channel.send(Undo())
    assert here.wait_for(Edited, lambda edited: edited.about.startswith("undo")).edit == edits.SetKnob(
        next_id, "cutoff", None
    )
    here.channel.send(Redo())
    assert here.wait_for(Edited, lambda edited: edited.about.startswith("redo"))
    here.channel.send(Perform(edits.RemoveModule(10_000)))
    assert here.wait_for(Notice).text == "there is no module with id 10000 in the rack"
    here.channel.send(Perform(edits.SwapCode("vco", "0" * 20)))
    assert "no compiled code" in here.wait_for(Notice).text


def test_a_load_replaces_the_rack_everywhere(workspace: Path, here: Guest) -> None:
    with guest(workspace, "tui") as other:
        here.play('add("vco"); save("kept"); clear(); load("kept")')
        replaced = other.wait_for(Replaced, lambda replaced: replaced.patch_name == "kept")
        assert [module.name for module in replaced.modules] == ["vco"]


def test_a_rack_that_is_saved_has_its_name_everywhere(workspace: Path, here: Guest) -> None:
    with guest(workspace, "tui") as other:
        here.play('add("vco"); save("named")')
        assert other.wait_for(Named).patch_name == "named"


def test_completion_answers_while_a_line_runs(workspace: Path, here: Guest) -> None:
    here.play('add("vco")')
    with guest(workspace) as busy:
        number = busy.ask("while True: pass")
        assert {"vca", "vcf", "vco"} <= set(here.complete('add("vc'))
        assert "tune" in here.complete("vco.")
        busy.channel.send(Interrupt())
        assert busy.wait_for(Evaluated, lambda answer: answer.id == number).error == "interrupted"


def test_an_interrupt_right_behind_a_line_is_not_lost(workspace: Path) -> None:
    with guest(workspace) as hasty:
        for _ in range(50):
            number = hasty.ask("while True: pass")
            hasty.channel.send(Interrupt())
            answer = hasty.wait_for(Evaluated)
            assert (answer.id, answer.error) == (number, "interrupted")
        assert hasty.play("1 + 1") == "2"


def test_a_front_end_that_reads_nothing_holds_nobody_up(workspace: Path, here: Guest) -> None:
    with guest(workspace) as deaf:
        deaf.ask("vco = add('vco')\nfor i in range(3000): vco.tune = i % 3")
        here.wait_for(Edited, lambda edited: edited.about == "add vco")
        assert here.play("1 + 1") == "2"
        flood = deaf.ask("for i in range(100_000): print('x' * 100)")
        deaf.wait_for(Evaluated, lambda answer: answer.id == flood)


def test_strangers_at_the_door_are_sent_away(workspace: Path, here: Guest) -> None:
    for greeting in (b"GET / HTTP/1.0\r\n\r\n", b"\x05\x00\x00\x00hello", b""):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(str(locations.runtime(workspace) / "session.sock"))
            stranger.sendall(greeting)
    assert here.play("2 + 2") == "4"


def test_the_socket_is_private(workspace: Path, here: Guest) -> None:
    runtime = locations.runtime(workspace)
    assert (runtime / "session.sock").stat().st_mode & 0o777 == 0o600
    assert runtime.stat().st_mode & 0o777 == 0o700
    assert here.welcome.workspace == str(workspace)


def test_another_version_is_told_so(workspace: Path, here: Guest) -> None:
    channel = Channel.connect(locations.runtime(workspace) / "session.sock", ToFrontEnd)
    channel.send(Hello("eval", 1, "99.0"))
    welcome = channel.receive(30)
    channel.close()
    assert isinstance(welcome, Welcome)
    assert "stop it to use 99.0" in welcome.notices[-1].text
    assert here.welcome.panels["vco"].outlets


DIAL = """
from livepatch.module import Canvas, Module, knob, light, outlet, trace

class Dial(Module):
    turn = knob(0.0, 1.0, 0.25)
    out = outlet()
    lamp = light()
    curve = trace(4)
    count = 0

    def step(self) -> None:
        self.count += 1
        self.lamp = 1.0 if self.count > 100 else 0.0
        self.curve[self.count % 4] = self.turn
        self.out = 0.0

    def draw(self, canvas: Canvas) -> None:
        canvas.text(0.0, 1.0, f"{self.turn} {self.lamp} {self.curve[0]} {self.count > 100}")
"""


def test_a_line_that_takes_long_is_told_to_everyone_and_any_screen_may_stop_it(
    workspace: Path, here: Guest
) -> None:
    with guest(workspace, front="tui") as screen:
        here.play("1 + 1")
        number = here.ask("while True: pass")
        assert screen.wait_for(Running).front == "eval"
        screen.channel.send(Interrupt())
        assert here.wait_for(Evaluated, lambda answer: answer.id == number).error == "interrupted"
        assert not screen.wait_for(Running).front


def test_a_module_that_plays_is_drawn_for_a_screen_with_what_it_shows_then(workspace: Path) -> None:
    def says(text: str) -> Callable[[Drawn], bool]:
        return lambda drawn: any(isinstance(shape, Text) and shape.text == text for shape in drawn.shapes)

    (workspace / "modules" / "dial.py").write_text(DIAL)
    with guest(workspace, front="tui") as screen, guest(workspace, front="repl") as line:
        until(lambda: "dial" in screen.play("[name for name, _ in modules()]"), "the new module")
        screen.play('dial = add("dial")')
        screen.wait_for(Drawn, says("0.25 1.0 0.25 True"))
        screen.play("dial.turn = 0.75")
        screen.wait_for(Drawn, says("0.75 1.0 0.75 True"))
        screen.play("remove(dial)")
        line.play("1")
        assert not [message for message in line.waiting if isinstance(message, Drawn)]
    (workspace / "modules" / "dial.py").unlink()


def test_a_warning_that_somebody_read_is_not_repeated_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("volume = 11\n")
    with guest(tmp_path / "ws") as quiet, guest(tmp_path / "ws", front="tui") as first:
        assert any("volume" in notice.text for notice in quiet.welcome.notices)
        assert any("volume" in notice.text for notice in first.welcome.notices)
        with guest(tmp_path / "ws", front="tui") as second:
            assert not second.welcome.notices
        client.stop(tmp_path / "ws")


def test_a_front_end_that_is_killed_leaves_everything_as_it_is(workspace: Path, here: Guest) -> None:
    here.play('add("vco", "kept"); secret = 7')
    code = "import sys, time; from pathlib import Path; from livepatch.protocol import client\n"
    code += "client.attach(Path(sys.argv[1]), 'tui'); print('in', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(workspace)], stdout=subprocess.PIPE) as front:
        assert front.stdout is not None
        front.stdout.readline()
        front.send_signal(signal.SIGKILL)
    with guest(workspace) as again:
        assert again.play("secret, kept.tune") == "(7, 0 (261.63 Hz))"


def test_starting_two_at_once_makes_one_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    pids: list[str] = []

    def come() -> None:
        with guest(tmp_path / "ws") as one:
            pids.append(one.play("import os; os.getpid()"))

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 4
    assert len(set(pids)) == 1
    assert client.stop(tmp_path / "ws")
    assert not client.running(tmp_path / "ws")
    assert not client.stop(tmp_path / "ws")
    until(lambda: not sessions(tmp_path), "no other session comes after it")


def sessions(folder: Path) -> list[str]:
    """The sessions of workspaces in a folder that run; Linux."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            found.append(process.read_text())
    return [command for command in found if "livepatch.session" in command and str(folder) in command]


def test_a_killed_session_leaves_a_socket_that_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    with guest(tmp_path / "ws") as one:
        pid = int(one.play("import os; os.getpid()"))
    os.kill(pid, signal.SIGKILL)
    until(lambda: not client.running(tmp_path / "ws"), "it is dead")
    assert (locations.runtime(tmp_path / "ws") / "session.sock").exists()
    with guest(tmp_path / "ws") as another:
        assert int(another.play("import os; os.getpid()")) != pid
    client.stop(tmp_path / "ws")


@pytest.mark.parametrize("how", ["stop()", "Stop", "SIGTERM", "a runaway line"])
def test_whatever_ends_a_session_the_rack_comes_back_as_last(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    with guest(tmp_path / "ws") as one:
        one.play('add("vco", "unsaved")')
        pid = int(one.play("import os; os.getpid()"))
        if how == "stop()":
            one.play("stop()")
        elif how == "Stop":
            one.channel.send(Stop())
        elif how == "SIGTERM":
            os.kill(pid, signal.SIGTERM)
        else:
            one.channel.send(Evaluate(9, "while True: pass"))
            one.channel.send(Stop())
        assert 'load("last")' in one.wait_for(Bye).reason
    until(lambda: not client.running(tmp_path / "ws"), "it ends")
    with guest(tmp_path / "ws") as again:
        assert again.play("rack()") == "none yet"
        assert "unsaved" in again.play('load("last"); rack()')
    client.stop(tmp_path / "ws")


def test_a_patch_to_begin_with_is_no_change_and_the_rack_before_it_stays_as_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    with guest(tmp_path / "ws") as one:
        one.play('add("vco", "unsaved")', "stop()")
        one.wait_for(Bye)
    for lines in ([], ['add("lfo", "other")']):
        until(lambda: not client.running(tmp_path / "ws"), "it ends")
        with guest(tmp_path / "ws", patch="hello") as again:
            last = locations.state() / "last"
            time.sleep(2.0 * KEEP_SECONDS)  # what would be kept by itself is kept by now
            assert [path for path in last.glob("*/patch.json") if '"unsaved"' in path.read_text()]
            again.play(*lines, "stop()")
            again.wait_for(Bye)
    until(lambda: not client.running(tmp_path / "ws"), "it ends")
    with guest(tmp_path / "ws") as again:
        assert "other" in again.play('load("last"); rack()')
    client.stop(tmp_path / "ws")


def test_a_session_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "modules").write_text("a file in the way")
    with pytest.raises(LivepatchError, match=r"(?s)the session did not start.*modules"):
        client.attach(tmp_path / "ws", "eval")


def test_a_session_answers_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    began = time.monotonic()
    with guest(tmp_path / "ws"):
        assert time.monotonic() - began < 10.0
    client.stop(tmp_path / "ws")


def test_a_session_that_is_killed_leaves_the_rack_to_load_last(workspace: Path) -> None:
    with guest(workspace) as here:
        session = int(here.play("clear()", "survivor = add('vca', name='survivor')", "import os; os.getpid()"))
        kept = locations.state() / "last" / locations.runtime(workspace).name / "patch.json"
        until(lambda: kept.exists() and "survivor" in kept.read_text(), "the rack is kept")
        os.kill(session, signal.SIGKILL)
    with guest(workspace) as after:
        after.play('load("last")')
        assert "survivor:" in after.play("repr(survivor)")
        client.stop(workspace)


def test_what_is_held_for_a_beat_takes_effect_at_its_frame(here: Guest) -> None:
    here.play('vco = add("vco")', "tempo(300)", "rewind()")
    placed = here.play('at(1, lambda: setattr(vco, "tune", 2.5))')
    assert placed.endswith("vco.tune = 2.5")
    edited = here.wait_for(Edited, lambda edited: "bar" in edited.about)
    assert edited.about.startswith("vco.tune = 2.5 (bar ")
    assert here.play("float(vco.tune)") == "2.5"
    here.play("undo()")
    assert here.play("float(vco.tune)") == "0.0"
