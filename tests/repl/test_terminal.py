"""Keys typed into the real prompt, against a scripted session at the other end of a real socket."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.color_depth import ColorDepth

from livepatch.errors import Problem
from livepatch.patch.edits import AddModule
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import (
    Bye,
    Completion,
    Edited,
    Evaluate,
    Evaluated,
    Message,
    ModuleFault,
    Notice,
    OpenFile,
    Printed,
)
from livepatch.repl.conversation import Conversation
from livepatch.repl.prompt import FAREWELL, talk
from livepatch.repl.terminal import TerminalPrompt
from tests.repl.scripted_session import ENGINE, Answering, ScriptedSession, welcome

ENTER, CTRL_C, CTRL_D, TAB, UP, ESCAPE = "\r", "\x03", "\x04", "\t", "\x1b[A", "\x1b"
Send = Callable[[Message], None]


class Written(DummyOutput):
    """A terminal that remembers what is written to it while the prompt stands."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, data: str) -> None:
        self.text += data


@pytest.fixture
def terminal() -> Written:
    return Written()


@pytest.fixture
def keys(terminal: Written) -> Iterator[PipeInput]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=terminal):
        yield pipe


@pytest.fixture
def history(tmp_path: Path) -> str:
    return str(tmp_path / "history")


def say_nothing(_question: Evaluate, _send: Send) -> str:
    return ""


def play(session: ScriptedSession, history: str, *, vi: bool = False) -> int:
    def prompt(conversation: Conversation) -> TerminalPrompt:
        return TerminalPrompt(conversation, history, vi=vi)

    with session:
        return talk(session.channel, welcome(history), prompt)


def typed(
    keys: PipeInput, history: str, text: str, answer: Answering = say_nothing, *, vi: bool = False
) -> list[str]:
    keys.send_text(text + CTRL_D)
    session = ScriptedSession(answer)
    assert play(session, history, vi=vi) == 0
    return session.evaluated


def test_enter_runs_a_line_and_shows_what_it_printed_and_its_value(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(question: Evaluate, send: Send) -> str:
        send(Printed(question.id, "half a line"))
        return "<vco>"

    assert typed(keys, history, "add('vco')" + ENTER, answer) == ["add('vco')"]
    shown = capsys.readouterr().out
    assert "half a line\n<vco>\n" in shown
    assert shown.endswith(FAREWELL + "\n")


def test_an_exception_is_shown_and_the_next_line_runs(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(question: Evaluate, send: Send) -> str | None:
        if question.code != "1 / 0":
            return "2"
        send(Evaluated(question.id, "", "ZeroDivisionError: division by zero"))
        return None

    assert typed(keys, history, "1 / 0" + ENTER + "1 + 1" + ENTER, answer) == ["1 / 0", "1 + 1"]
    assert "ZeroDivisionError: division by zero\n2\n" in capsys.readouterr().out


def test_a_block_is_indented_by_itself_and_runs_after_an_empty_line(keys: PipeInput, history: str) -> None:
    block = "for i in range(2):" + ENTER + "add('vco')" + ENTER
    assert typed(keys, history, block + CTRL_C) == []
    assert typed(keys, history, block + "\x7f" * 4 + ENTER) == ["for i in range(2):\n    add('vco')\n"]


def test_an_empty_indented_line_ends_a_block_too(keys: PipeInput, history: str) -> None:
    block = "if x:" + ENTER + "panic()" + ENTER + ENTER
    assert [code.rstrip() for code in typed(keys, history, block)] == ["if x:\n    panic()"]


def test_tab_indents_inside_a_block(keys: PipeInput, history: str) -> None:
    block = "if x:" + ENTER + TAB + "if y: pass" + ENTER + ENTER
    assert [code.rstrip() for code in typed(keys, history, block)] == ["if x:\n        if y: pass"]


def test_a_pasted_piece_runs_as_one(keys: PipeInput, history: str) -> None:
    pasted = "def f():\n    return 1\n\nf()"
    assert typed(keys, history, f"\x1b[200~{pasted}\x1b[201~" + ENTER) == [pasted]


def test_tab_completes_what_the_session_knows(keys: PipeInput, history: str) -> None:
    session = ScriptedSession(say_nothing, (Completion("vco.saw", 0, "outlet"),))

    class EnterWhenCompleted(TerminalPrompt):
        def read(self) -> str:
            self._session.default_buffer.on_text_changed += press_enter
            return super().read()

    def press_enter(buffer: Buffer) -> None:
        if buffer.text == "vco.saw":
            keys.send_text(ENTER + CTRL_D)

    keys.send_text("vc" + TAB)
    with session:
        assert talk(session.channel, welcome(history), lambda asked: EnterWhenCompleted(asked, history)) == 0
    assert session.evaluated == ["vco.saw"]


def test_ctrl_c_drops_what_is_typed(keys: PipeInput, history: str) -> None:
    assert typed(keys, history, "remove(everything)" + CTRL_C + "1" + ENTER) == ["1"]


def test_history_is_kept_on_disk_and_comes_back(keys: PipeInput, history: str) -> None:
    typed(keys, history, "tempo(128)" + ENTER)
    assert list(FileHistory(history).load_history_strings()) == ["tempo(128)"]
    assert typed(keys, history, UP + ENTER) == ["tempo(128)"]


def test_history_that_cannot_be_written_is_said_and_playing_goes_on(
    keys: PipeInput, tmp_path: Path, terminal: Written
) -> None:
    nowhere = str(tmp_path / "missing" / "history")
    assert typed(keys, nowhere, "1" + ENTER + "2" + ENTER) == ["1", "2"]
    assert terminal.text.count("# warning: the history is not kept: No such file or directory") == 1


def test_what_a_line_shows_is_on_the_terminal_before_the_prompt_comes_back(
    keys: PipeInput, history: str, terminal: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(question: Evaluate, _send: Send) -> str:
        assert "shown" not in terminal.text
        return f"shown {question.code}"

    lines = [str(number) for number in range(30)]
    assert typed(keys, history, "".join(line + ENTER for line in lines), answer) == lines
    assert capsys.readouterr().out.count("shown") == 30
    assert "shown" not in terminal.text


def test_vi_keys_edit_where_the_setting_says_so(keys: PipeInput, history: str) -> None:
    assert typed(keys, history, "tempo(120)" + ESCAPE + "0" + "cw" + "panic" + ENTER, vi=True) == ["panic(120)"]


def test_exit_leaves(keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]) -> None:
    keys.send_text("exit()" + ENTER)
    session = ScriptedSession(say_nothing)
    assert play(session, history) == 0
    assert session.evaluated == []
    assert FAREWELL in capsys.readouterr().out


def test_ctrl_c_interrupts_a_running_line_and_the_prompt_comes_back(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(question: Evaluate, send: Send) -> str | None:
        if question.code != "while True: pass":
            return "here again"
        os.kill(os.getpid(), signal.SIGINT)
        assert session.interrupted.wait(10.0)
        send(Evaluated(question.id, "", "KeyboardInterrupt"))
        return None

    keys.send_text("while True: pass" + ENTER + ENTER + "1" + ENTER + CTRL_D)
    session = ScriptedSession(answer)
    assert play(session, history) == 0
    assert "KeyboardInterrupt\nhere again\n" in capsys.readouterr().out


def test_each_of_many_lines_is_interrupted(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(question: Evaluate, send: Send) -> None:
        session.interrupted.clear()
        os.kill(os.getpid(), signal.SIGINT)
        assert session.interrupted.wait(10.0)
        send(Evaluated(question.id, "", "interrupted"))

    keys.send_text(("endless()" + ENTER) * 5 + CTRL_D)
    session = ScriptedSession(answer)
    assert play(session, history) == 0
    out = capsys.readouterr().out
    assert out.count("interrupted\n") == 5
    assert "does not stop" not in out


def test_a_line_that_does_not_stop_is_left_alone_at_the_third_ctrl_c(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = threading.Event()

    def answer(question: Evaluate, _send: Send) -> str:
        if question.code == "stuck()":
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)
                assert session.interrupted.wait(10.0)
                session.interrupted.clear()
            os.kill(os.getpid(), signal.SIGINT)
            assert stopped.wait(10.0)
        stopped.set()
        return question.code

    keys.send_text("stuck()" + ENTER + "1" + ENTER + CTRL_D)
    session = ScriptedSession(answer)
    assert play(session, history) == 0
    assert "# the line does not stop; it runs on in the session\n1\n" in capsys.readouterr().out


def test_what_happens_in_the_background_is_told_in_words(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = ModuleFault("vco", (Problem("vco.py", 3, 5, "invalid syntax"),))

    def answer(_question: Evaluate, send: Send) -> str:
        send(Notice("warning", "vcf.cutoff goes to 5.0"))
        send(fault)
        send(ENGINE)
        send(Edited(AddModule(PlacedModule(id=1, name="vco", type="vco")), "add vco"))
        return ""

    typed(keys, history, "1" + ENTER, answer)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("# ")]
    assert told == [
        "# warning: vcf.cutoff goes to 5.0",
        "# error in vco: vco.py:3:5: invalid syntax",
        "# vco: its last good code plays on",
    ]


def test_a_session_that_says_goodbye_ends_the_prompt(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(_question: Evaluate, send: Send) -> None:
        send(Bye("stopped by livepatch stop"))

    keys.send_text("stop()" + ENTER)
    assert play(ScriptedSession(answer), history) == 0
    assert capsys.readouterr().out.endswith("# the session has ended: stopped by livepatch stop\n")


def test_a_session_that_breaks_off_ends_a_waiting_prompt_with_1(
    keys: PipeInput, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(_question: Evaluate, _send: Send) -> str:
        return "last words"

    session = ScriptedSession(answer)

    class HangUpWhenWaiting(TerminalPrompt):
        def read(self) -> str:
            if session.evaluated:
                self._session.app.after_render += lambda _: session.hang_up()
            return super().read()

    keys.send_text("1" + ENTER)
    with session:
        code = talk(
            session.channel, welcome(history), lambda conversation: HangUpWhenWaiting(conversation, history)
        )
    assert code == 1
    assert "last words\n# the session broke off" in capsys.readouterr().out


def test_edit_opens_the_editor_that_is_set_and_what_is_told_waits(
    keys: PipeInput,
    history: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    monkeypatch.setenv("VISUAL", "sh -c 'echo editing $0; echo saved >$0'")
    file = tmp_path / "vco.py"

    def answer(question: Evaluate, send: Send) -> str:
        send(OpenFile(str(file)))
        return question.code

    assert typed(keys, history, "edit(vco)" + ENTER, answer) == ["edit(vco)"]
    assert file.read_text() == "saved\n"
    shown = capfd.readouterr().out
    assert f"edit(vco)\nediting {file}\n" in shown.replace("\r", "")


@pytest.mark.parametrize(("editor", "told"), [("", "no editor is set"), ("/no/such/editor", "does not start")])
def test_without_an_editor_that_works_it_says_so(
    keys: PipeInput,
    history: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    editor: str,
    told: str,
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)

    def answer(_question: Evaluate, send: Send) -> str:
        send(OpenFile("vco.py"))
        return ""

    typed(keys, history, "edit(vco)" + ENTER, answer)
    assert told in capsys.readouterr().out


def test_no_color_means_no_colour(keys: PipeInput, history: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def depth() -> ColorDepth | None:
        with ScriptedSession(say_nothing) as session:
            prompt = TerminalPrompt(Conversation(session.channel, ENGINE, print), history)
            coloured = prompt._session.lexer is not None
            assert coloured == (prompt._session.color_depth is None)
            session.channel.close()
            return prompt._session.color_depth

    del keys
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert depth() is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert depth() is ColorDepth.DEPTH_1_BIT
