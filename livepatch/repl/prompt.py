"""`livepatch repl`: a prompt at the session's Python."""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from prompt_toolkit.patch_stdout import patch_stdout

from livepatch import __version__, settings
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.client import attach
from livepatch.protocol.messages import Evaluated, Welcome
from livepatch.repl.conversation import Answer, Conversation, SessionEndedError
from livepatch.repl.editor import edit
from livepatch.repl.plain import PlainPrompt, is_plain
from livepatch.repl.terminal import TerminalPrompt
from livepatch.repl.words import greeting

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


def run(workspace: Path) -> int:
    """Attach to the session of `workspace`, starting it if there is none, and talk until Ctrl-D.

    Returns 0, or 1 if a piped line failed or the session broke off. Raises: LivepatchError: if no session starts.
    """
    channel, welcome = attach(workspace, "repl")
    if is_plain():
        plain = PlainPrompt()
        try:
            return talk(channel, welcome, lambda _: plain, piped=not sys.stdin.isatty())
        finally:
            plain.close()
    vi = settings.load().edit_mode == "vi"
    with patch_stdout():
        return talk(
            channel, welcome, lambda conversation: TerminalPrompt(conversation, welcome.history_path, vi=vi)
        )


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
                failed |= bool(_wait(conversation, conversation.evaluate(code)).error)
            while conversation.to_open and not piped:
                with conversation.hushed():
                    complaint = edit(conversation.to_open.popleft())
                _show(complaint)
        except KeyboardInterrupt:
            if piped:
                return True
        except (EOFError, SessionEndedError):
            break
    return failed


def _wait(conversation: Conversation, running: Future[Answer]) -> Evaluated:
    """Wait for a line to have run; Ctrl-C interrupts it, and the sound goes on."""
    while True:
        try:
            answer = running.result()
        except KeyboardInterrupt:
            try:
                conversation.interrupt()
            except ChannelClosedError:
                continue  # the listener says so
        else:
            assert isinstance(answer, Evaluated)
            return answer


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
