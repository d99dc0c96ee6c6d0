import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from livepatch.plugins.description import Answer
from livepatch.plugins.examination import examine
from livepatch.plugins.places import Candidate
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.building import build

ONE = Candidate("vst2", Path("/one.so"))
PREAMBLE = """
import os, sys, time, signal, subprocess
answer = int(sys.argv[sys.argv.index("--answer-fd") + 1])
"""
FACTS = Facts(format="vst2", path="/one.so", uid="00000001", name="One")


def found(tmp_path: Path, code: str, *candidates: Candidate, seconds: float = 30.0) -> list[Answer]:
    """What is said of plug-ins when their processes run this code."""
    command = [sys.executable, "-c", PREAMBLE + code]
    answers = examine(candidates or (ONE,), tmp_path / "log", seconds=seconds, command=command)
    return [answer for _, answer in answers]


def test_an_answer_is_taken_as_it_is(tmp_path: Path) -> None:
    answer = msgspec.json.encode(Answer((FACTS,)))
    assert found(tmp_path, f"os.write(answer, {answer!r})") == [Answer((FACTS,))]


def test_an_answer_larger_than_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    assert found(tmp_path, """open(answer, "w").write('{"problem": "' + "x" * 1_000_000 + '"}')""") == [
        Answer(problem="x" * 1_000_000)
    ]


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGILL", "SIGFPE", "SIGKILL"])
def test_a_crash_is_told_by_its_signal(tmp_path: Path, name: str) -> None:
    no_core_file = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"
    code = f"{no_core_file}; os.kill(os.getpid(), signal.{name}); time.sleep(60)"
    assert found(tmp_path, code) == [Answer(problem=f"it crashed ({name})")]


def test_a_crash_in_the_middle_of_an_answer_is_a_crash(tmp_path: Path) -> None:
    code = """os.write(answer, b'{"plugins": ['); os.kill(os.getpid(), signal.SIGKILL)"""
    assert found(tmp_path, code) == [Answer(problem="it crashed (SIGKILL)")]


def test_a_crash_after_the_answer_takes_nothing_back(tmp_path: Path) -> None:
    code = """os.write(answer, b'{"problem": "none"}'); os.kill(os.getpid(), signal.SIGKILL)"""
    assert found(tmp_path, code) == [Answer(problem="none")]


def test_a_plug_in_that_ends_the_process_is_told_by_its_code(tmp_path: Path) -> None:
    assert found(tmp_path, "os._exit(3)") == [Answer(problem="its process ended with code 3 and no answer")]


@pytest.mark.parametrize(
    "code", ["time.sleep(600)", "os.close(answer); time.sleep(600)", "os.kill(os.getpid(), signal.SIGSTOP)"]
)
def test_a_plug_in_that_hangs_is_given_up(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code, seconds=0.5) == [Answer(problem="it hung: no answer within 0.5 s")]


def test_an_answer_without_end_is_given_up(tmp_path: Path) -> None:
    assert found(tmp_path, "while True: os.write(answer, b'x' * 1000000)") == [
        Answer(problem="it answers without end")
    ]


def test_what_it_prints_goes_to_the_log(tmp_path: Path) -> None:
    code = """print("on stdout", flush=True); sys.stderr.write("on stderr"); os.write(answer, b'{}')"""
    found(tmp_path, code)
    log = (tmp_path / "log").read_text()
    assert "on stdout" in log
    assert "on stderr" in log


def test_each_of_many_is_answered_once_and_two_at_a_time(tmp_path: Path) -> None:
    candidates = [Candidate("vst2", Path(f"/{n}.so")) for n in range(6)]
    code = f"""
here = {str(tmp_path / "running")!r}
os.makedirs(here, exist_ok=True)
mine = os.path.join(here, str(os.getpid()))
open(mine, "w").close()
time.sleep(0.05)
many = len(os.listdir(here))
os.remove(mine)
os.write(answer, b'{{"problem": "%d"}}' % many)
"""
    answers = found(tmp_path, code, *candidates)
    assert len(answers) == 6
    assert all(int(answer.problem) <= 2 for answer in answers)


def running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def with_word(word: str) -> list[int]:
    """The processes that were started with this word."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word in path.read_text().split("\0"):
                found.append(int(path.parent.name))
    return found


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 20.0
    while any(map(running, pids)):
        assert time.monotonic() < deadline, "a process was left behind"
        time.sleep(0.01)


HANGS_WITH_A_CHILD = """
child = subprocess.Popen(["sleep", "600"])
with open({pids!r} + ".new", "w") as file: file.write(f"{{os.getpid()}} {{child.pid}}")
os.rename({pids!r} + ".new", {pids!r})
{then}
time.sleep(600)
"""


def pids_in(path: Path) -> list[int]:
    deadline = time.monotonic() + 20.0
    while not path.exists():
        assert time.monotonic() < deadline, "it did not start"
        time.sleep(0.01)
    return [int(pid) for pid in path.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_plug_in_started_ends_with_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    then = "os.write(answer, b'{}'); os.close(answer)"
    assert found(tmp_path, HANGS_WITH_A_CHILD.format(pids=str(pids), then=then)) == [Answer()]
    wait_until_gone(pids_in(pids))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_is_left_when_an_examination_is_broken_off(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = [sys.executable, "-c", PREAMBLE + HANGS_WITH_A_CHILD.format(pids=str(pids), then="")]
    script = f"""
import signal
from pathlib import Path
from livepatch.plugins.examination import examine
from livepatch.plugins.places import Candidate
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
try:
    list(examine([Candidate("vst2", Path("/one.so"))], Path({str(tmp_path / "log")!r}), command={command!r}))
except KeyboardInterrupt:
    print("broken off")
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as scanner:
        started = pids_in(pids)
        scanner.send_signal(signal.SIGINT)
        assert scanner.communicate(timeout=30)[0] == "broken off\n"
    wait_until_gone(started)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ends a process when its parent dies")
def test_no_process_is_left_when_the_scanner_is_killed(tmp_path: Path) -> None:
    library = build("vst2_synth.c", tmp_path, "-DLOAD_FAULT=3")
    log = tmp_path / "log"
    script = f"""
from pathlib import Path
from livepatch.plugins.examination import examine
from livepatch.plugins.places import Candidate
list(examine([Candidate("vst2", Path({str(library)!r}))], Path({str(log)!r})))
"""
    with subprocess.Popen([sys.executable, "-c", script]) as scanner:
        deadline = time.monotonic() + 20.0
        while f"--- {library}" not in (log.read_text() if log.exists() else ""):
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.01)
        started = with_word(str(library))
        assert len(started) == 1
        scanner.kill()
    wait_until_gone(started)
