"""A front end for tests, at a real session in a home of its own."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from livepatch.protocol import client
from livepatch.protocol.channel import Channel
from livepatch.protocol.messages import (
    Complete,
    Completions,
    EngineState,
    Evaluate,
    Evaluated,
    Message,
    Notice,
    Printed,
    Welcome,
)
from livepatch.protocol.meters import Meters

DEADLINE_SECONDS = 120.0
Wanted = TypeVar("Wanted", bound=Message)


class Guest:
    """Talks to the session of a workspace. What came and nobody waited for yet is in `waiting`, in order."""

    def __init__(
        self, workspace: Path, front: str = "eval", patch: str | None = None, driver: str = "null"
    ) -> None:
        self.channel: Channel
        self.welcome: Welcome
        self.channel, self.welcome = client.attach(workspace, front, patch=patch, driver=driver)
        self.waiting: list[Message] = [self.welcome.engine]
        self._number = 0

    def evaluate(self, code: str) -> tuple[str, str, str]:
        """Run code: its value, what went wrong, what it printed."""
        number = self.ask(code)
        answer = self.wait_for(Evaluated, lambda answer: answer.id == number)
        printed = [message for message in self.waiting if isinstance(message, Printed) and message.id == number]
        self.waiting = [message for message in self.waiting if message not in printed]
        return answer.value, answer.error, "".join(message.text for message in printed)

    def ask(self, code: str) -> int:
        """Have code run; the number of the request."""
        self._number += 1
        self.channel.send(Evaluate(self._number, code))
        return self._number

    def play(self, *lines: str) -> str:
        """Run lines that must not fail; the last one's value."""
        value = ""
        for line in lines:
            value, error, _ = self.evaluate(line)
            assert not error, error
        return value

    def complete(self, code: str) -> list[str]:
        """What could stand at the end of `code`."""
        self.channel.send(Complete(7, code, len(code)))
        return [item.text for item in self.wait_for(Completions).items]

    def wait_for(
        self,
        kind: type[Wanted],
        fits: Callable[[Wanted], bool] = lambda _: True,
        seconds: float = DEADLINE_SECONDS,
    ) -> Wanted:
        """The first message of a kind that fits, of those that wait and those to come."""
        deadline = time.monotonic() + seconds
        for message in self.waiting:
            if isinstance(message, kind) and fits(message):
                self.waiting.remove(message)
                return message
        while True:
            arrived: Message = self.channel.receive(max(0.0, deadline - time.monotonic()))
            if isinstance(arrived, kind) and fits(arrived):
                return arrived
            self.waiting.append(arrived)

    def sound_card(self) -> Path:
        """The meters of an engine as soon as it plays to a sound card; it may have to look for it twice."""
        try:
            state = self.wait_for(EngineState, lambda state: bool(state.meters) and state.driver == "sounddevice")
        except TimeoutError:
            pytest.fail(
                f"there is no sound card: {[told.text for told in self.waiting if isinstance(told, Notice)]}"
            )
        return Path(state.meters)

    def close(self) -> None:
        self.channel.close()


@contextlib.contextmanager
def guest(workspace: Path, front: str = "eval", patch: str | None = None, driver: str = "null") -> Iterator[Guest]:
    """A guest for as long as it is needed; `driver` is that of a session that begins with it."""
    here = Guest(workspace, front, patch, driver)
    try:
        yield here
    finally:
        here.close()


@contextlib.contextmanager
def workspace_in(home: Path, cache: Path, **modules: str) -> Iterator[Path]:
    """A workspace with these module files, in a home of its own that shares what is compiled; its session ends."""
    (home / "cache").symlink_to(cache)
    folder = home / "ws"
    for name in ("modules", "patches"):
        (folder / name).mkdir(parents=True)
    for name, text in modules.items():
        (folder / "modules" / f"{name}.py").write_text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LIVEPATCH_HOME", str(home))
        try:
            yield folder
        finally:
            client.stop(folder)


def until(true: Callable[[], bool], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until something is true, looking again and again."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def peak(path: Path) -> float:
    """What the meters of an engine show at the sound card now."""
    with Meters(path) as meters:
        return max(meters.read("left"), meters.read("right"))
