"""The control-side methods of a module, on a twin in a process of its own."""

import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child
from livepatch.protocol.states import State, frames_of, read_states, write_states
from livepatch.protocol.twin_messages import CallTwin, FromTwins, TwinCalled

TEXT = '''"""Tape: a voice from far away."""

from typing import Any

from livepatch.dsp import schmitt
from livepatch.module import Module, buffer, inlet, knob, outlet, switch


class Tape(Module):
    """Keeps a tape."""

    level = knob(0.0, 10.0, 2.0)
    mode = switch("a", "b")
    clock = inlet()
    out = outlet()
    tape = buffer(seconds=0.01)
    count = 0
    bias = 0.5
    edge = schmitt()

    def on_add(self) -> None:
        self.bias = self.level / 10.0

    def step(self) -> None:
        self.count += self.edge.rises(self.clock)
        self.out = self.tape[self.count % 480] + self.bias

    def to_json(self) -> dict[str, Any]:
        kept = {"count": self.count, "sum": sum(self.tape), "level": self.level}
        return kept | {"bias": self.bias, "seed": self.seed}

    def from_json(self, data: dict[str, Any]) -> None:
        print("taking", sorted(data))
        self.count = data["count"]
        self.level = 3.0
        self.tape[1] = 0.25

    def on_save(self) -> None:
        import numpy as np

        np.asarray(self.tape)[:] = 1.0
        (self.storage / "note").write_text(f"{self.sample_rate:g}")
'''


class Process:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.child = Child("livepatch.twins", ["--longest", "0.4"], FromTwins, folder / "twins.log")

    def call(self, method: str, argument: Any = None, text: str = TEXT, state: State | None = None) -> TwinCalled:
        """Call a method of a module that remembers `state`, or begins."""
        states = self.folder / "states"
        if state is not None:
            write_states(states, {3: state})
        self.child.channel.send(
            CallTwin(
                serial=1,
                id=3,
                path="tape.py",
                text=text,
                source=str(hash(text)),
                method=method,
                keep=False,
                argument=argument,
                sample_rate=48000.0,
                seed=7,
                knobs={"level": 5.0},
                states=str(states) if state is not None else "",
                changes=str(self.folder / "changes"),
                storage=str(self.folder),
                settings={},
            )
        )
        answer = self.child.channel.receive(20.0)
        assert isinstance(answer, TwinCalled)
        return answer

    def changes(self) -> State:
        return read_states(self.folder / "changes", remove=True)[3]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path)
    yield made
    made.child.kill()


def test_a_twin_begins_as_its_module_does(process: Process) -> None:
    answer = process.call("to_json")
    assert answer.problem is None
    assert answer.result == {"count": 0, "sum": 0.0, "level": 5.0, "bias": 0.5, "seed": 7}
    assert (answer.changes, answer.knobs) == ("", {})


def test_a_twin_remembers_what_its_module_does(process: Process) -> None:
    tape = frames_of(array("d", [1.0] * 480))
    answer = process.call("to_json", state={"count": 4, "tape": tape, "bias": 9.0})
    assert answer.result == {"count": 4, "sum": 480.0, "level": 5.0, "bias": 9.0, "seed": 7}


def test_what_a_method_changes_is_told_and_nothing_else(process: Process) -> None:
    answer = process.call("from_json", {"count": 9})
    assert answer.problem is None
    assert answer.printed == "taking ['count']\n"
    assert answer.knobs == {"level": 3.0}
    changed = process.changes()
    assert set(changed) == {"count", "tape"}
    assert changed["count"] == 9
    assert list(changed["tape"])[:3] == [0.0, 0.25, 0.0]  # type: ignore[arg-type]


def test_a_method_may_use_numpy_and_files_of_its_own(process: Process) -> None:
    answer = process.call("on_save", state={"count": 1})
    assert answer.problem is None
    assert (process.folder / "note").read_text() == "48000"
    assert list(process.changes()["tape"]) == [1.0] * 480  # type: ignore[arg-type]


def test_a_method_without_an_end_is_ended_at_its_line_and_the_next_one_runs(process: Process) -> None:
    endless = TEXT.replace("        self.level = 3.0\n", "        while True:\n            self.count += 1\n")
    problem = process.call("from_json", {"count": 1}, endless).problem
    assert problem is not None
    assert problem.message == "from_json(): does not come to an end within 0.4 s"
    line = endless.splitlines().index("        while True:") + 1
    assert problem.line in {line, line + 1}
    assert process.call("from_json", {"count": 1}).problem is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("self.count = 'one'", "TypeError: count is a int, not 'one'"),
        ("self.tape = [0.0] * 2", "TypeError: tape has 480 frames and keeps them; 2 do not fit"),
        ("data['nothing']", "KeyError: 'nothing'"),
        ("raise SystemExit", "SystemExit: "),
    ],
)
def test_a_mistake_is_a_problem_with_a_line(process: Process, wrong: str, words: str) -> None:
    problem = process.call("from_json", {"count": 1}, TEXT.replace("self.level = 3.0", wrong)).problem
    assert problem is not None
    assert problem.message == f"from_json(): {words}"
    assert problem.path == "tape.py"
    assert problem.line > 1


def test_the_process_ends_with_the_session(process: Process) -> None:
    process.child.channel.close()
    deadline = time.monotonic() + 60.0
    while process.child.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises((ChannelClosedError, OSError)):
        process.child.channel.send(CallTwin(1, 1, "", "", "", "", False, None, 1.0, 1, {}, "", "", "", {}))
