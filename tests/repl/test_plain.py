"""The same conversation through a pipe and on a terminal that only prints."""

import os
from collections.abc import Callable, Iterator
from typing import TextIO

import pytest

from livepatch.protocol.messages import Evaluate, Evaluated, Message
from livepatch.repl.plain import PlainPrompt, is_plain
from livepatch.repl.prompt import talk
from tests.repl.scripted_session import ScriptedSession, welcome

Send = Callable[[Message], None]


def count_characters(question: Evaluate, send: Send) -> str | None:
    if question.code == "fail":
        send(Evaluated(question.id, "", "NameError: fail"))
        return None
    return str(len(question.code))


def pipe(text: str) -> TextIO:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as file:
        file.write(text)
    return os.fdopen(reading)


def play(stdin: TextIO, *, piped: bool = True) -> tuple[int, list[str]]:
    prompt = PlainPrompt(stdin)
    with stdin, ScriptedSession(count_characters) as session:
        code = talk(session.channel, welcome(), lambda _: prompt, piped=piped)
    prompt.close()
    return code, session.evaluated


def test_piped_lines_run_one_after_the_other_and_only_their_output_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert play(pipe("1\n\n22\n333")) == (0, ["1", "22", "333"])
    assert capsys.readouterr().out == "1\n2\n3\n"


def test_a_piped_block_is_one_piece(capsys: pytest.CaptureFixture[str]) -> None:
    assert play(pipe("for i in x:\n    add(i)\n\n1\n"))[1] == ["for i in x:\n    add(i)\n", "1"]
    assert play(pipe("for i in x:\n    add(i)"))[1] == ["for i in x:\n    add(i)"]
    del capsys


def test_a_piped_line_that_fails_is_told_by_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert play(pipe("fail\n1\n")) == (1, ["fail", "1"])
    assert capsys.readouterr().out == "NameError: fail\n1\n"


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    leader, follower = os.openpty()
    with os.fdopen(follower) as stdin:
        yield leader, stdin
    os.close(leader)


@pytest.mark.terminal
def test_a_dumb_terminal_gets_prompts_in_plain_characters(
    terminal: tuple[int, TextIO], capsys: pytest.CaptureFixture[str]
) -> None:
    leader, stdin = terminal
    os.write(leader, b"if x:\n    panic()\n\n\x04")
    assert play(stdin, piped=False) == (0, ["if x:\n    panic()\n"])
    shown = capsys.readouterr().out
    assert ">>> ... ... " in shown
    assert "\x1b" not in shown
    assert shown.startswith("livepatch ")


def test_a_session_that_ends_wakes_a_waiting_plain_prompt() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        prompt = PlainPrompt(stdin)
        prompt.wake()
        with pytest.raises(EOFError):
            prompt.read()
        prompt.close()
    os.close(writing)


def test_a_terminal_called_dumb_or_nothing_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stdout", Terminal())
    for name, plain in {"dumb": True, "": True, "xterm-256color": False}.items():
        monkeypatch.setenv("TERM", name)
        assert is_plain() is plain
    monkeypatch.delenv("TERM")
    assert is_plain()
