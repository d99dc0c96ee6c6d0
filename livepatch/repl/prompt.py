"""`livepatch repl`: a prompt at the session's Python."""

import contextlib
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Protocol

from livepatch import __version__, settings
from livepatch.editor import editor_command, run_editor
from livepatch.protocol.channel import Channel
from livepatch.protocol.client import attach
from livepatch.protocol.messages import Evaluated, Welcome
from livepatch.repl.conversation import Conversation, SessionEndedError
from livepatch.repl.plain import PlainPrompt, is_plain
from livepatch.repl.terminal import TerminalPrompt
from livepatch.repl.words import greeting
from livepatch.repl.wrapping import wrapped

PATIENT_PRESSES = 3
LEAVING = {"exit", "quit", "exit()", "quit()"}
FAREWELL = (
    "The sound plays on. To come back: livepatch repl, or livepatch for the rack.\nTo stop it: livepatch stop."
)


class Prompt(Protocol):
    """Where pieces of Python come from."""

    def read(self) -> str:
        """The next piece. Raises: EOFError: at the end. KeyboardInterrupt: if Ctrl-C drops it."""

    def wake(self) -> None:
        """Make a waiting `read` raise EOFError, from any thread."""


def run(workspace: Path, recover: str | None = None) -> int:
    """Attach to the session of `workspace`, starting it if there is none, and talk until Ctrl-D.

    `recover` is what becomes of the rack of a session that was killed.

    Returns 0, or 1 if a piped line failed or the session broke off. Raises: LivepatchError: if no session starts.
    """
    channel, welcome = attach(workspace, "repl", recover=recover)
    if is_plain():
        plain = PlainPrompt()
        try:
            return talk(channel, welcome, lambda _: plain, piped=not sys.stdin.isatty())
        finally:
            plain.close()
    vi = settings.load().edit_mode == "vi"
    return talk(channel, welcome, lambda conversation: TerminalPrompt(conversation, welcome.history_path, vi=vi))


def talk(
    channel: Channel, welcome: Welcome, open_prompt: Callable[[Conversation], Prompt], *, piped: bool = False
) -> int:
    """Greet, run what is typed until its end, and say goodbye; a pipe is neither greeted nor seen off."""
    conversation = Conversation(channel, welcome.engine, _show)
    prompt = open_prompt(conversation)
    if not piped:
        _show("\n".join(greeting(welcome, __version__)) + "\n")
    conversation.start(on_end=prompt.wake)
    try:
        with _ctrl_c(conversation):
            failed = _run_lines(conversation, prompt, piped=piped)
        ended = conversation.ended
    finally:
        conversation.close()
    if ended:
        _show(f"# {conversation.reason}\n")
        return int(conversation.broken)
    if not piped:
        _show(FAREWELL + "\n")
    return int(failed and piped)


def _run_lines(conversation: Conversation, prompt: Prompt, *, piped: bool) -> bool:
    """Run every piece that is typed; whether any failed. At a pipe Ctrl-C ends it all."""
    failed = False
    while not conversation.ended:
        try:
            code = prompt.read()
            if code.strip() in LEAVING:
                break
            if code.strip():
                failed |= bool(_evaluate(conversation, code).error)
                if not piped:
                    _open_files(conversation)
        except KeyboardInterrupt:
            if piped:
                return True
            if conversation.line:
                _show("# the line does not stop; it runs on in the session\n")
        except (EOFError, SessionEndedError):
            break
    return failed


def _evaluate(conversation: Conversation, code: str) -> Evaluated:
    answer = conversation.evaluate(code).result()
    assert isinstance(answer, Evaluated)
    return answer


@contextlib.contextmanager
def _ctrl_c(conversation: Conversation) -> Iterator[None]:
    """While a line runs, Ctrl-C interrupts it, and the third leaves it alone; else it raises KeyboardInterrupt."""
    line = presses = 0

    def press(_signal: int, _frame: FrameType | None) -> None:
        nonlocal line, presses
        presses = presses + 1 if conversation.line == line else 1
        line = conversation.line
        if not line or presses >= PATIENT_PRESSES:
            presses = 0
            raise KeyboardInterrupt
        threading.Thread(target=conversation.interrupt, name="interrupt", daemon=True).start()

    former = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _open_files(conversation: Conversation) -> None:
    while conversation.to_open:
        with conversation.hushed():
            complaint = _edit(conversation.to_open.popleft())
        _show(complaint)


def _show(text: str) -> None:
    if sys.stdout.isatty():
        text = wrapped(text, shutil.get_terminal_size().columns)
    sys.stdout.write(text)
    sys.stdout.flush()


def _edit(path: Path) -> str:
    """Open the file and wait until the editor is left; a line on why it does not open, or nothing."""
    command = editor_command(path)
    if command is None:
        return "# no editor is set: open it in yours, or set $EDITOR\n"
    trouble = run_editor(command)
    return f"# warning: {trouble}\n" if trouble else ""
