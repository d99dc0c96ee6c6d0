"""Calls of modules' control-side methods: what they print, share and get wrong is told."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Message, Notice, Printed
from livepatch.protocol.twin_messages import TwinCalled
from livepatch.session.pack_settings import PackSettings
from livepatch.session.sources import Code
from livepatch.session.twin_process import TwinProcess, call


class Sitter(NamedTuple):
    """A module as it stands, and the code whose methods are to run."""

    module: PlacedModule
    code: Code
    storage: Path


class Calls:
    """Has methods called in the twins' process. `rate` tells the sample rate in Hz; any thread."""

    def __init__(
        self, process: TwinProcess, runtime: Path, rate: Callable[[], float], tell: Callable[[Message], None]
    ) -> None:
        self._process = process
        self._runtime = runtime
        self._rate = rate
        self._tell = tell
        self._serials = itertools.count(1)
        self.settings = PackSettings()

    def end(self) -> None:
        """End the process."""
        self._process.end()

    def save_settings(self) -> None:
        """Write what modules share, if any of it was changed; a disk that refuses is told."""
        try:
            self.settings.save()
        except OSError as error:
            self._tell(Notice("warning", f"settings of modules cannot be written: {error.strerror}; make room"))

    def call(self, sitter: Sitter, method: str, argument: Any = None, states: str = "") -> TwinCalled | None:
        """What a method gave; None if it failed, which is told."""
        answer = self.ask(sitter, method, argument, states)
        if answer.problem is not None:
            self._tell(Notice("error", f"{sitter.module.name}: {answer.problem}"))
            return None
        return answer

    def ask(  # noqa: PLR0913 - what a method is called with
        self,
        sitter: Sitter,
        method: str,
        argument: Any,
        states: str,
        *,
        keep: bool = False,
        memory: dict[str, Any] | None = None,
    ) -> TwinCalled:
        """What a method gave, or its problem; `keep` and `memory` as in `CallTwin`."""
        module, code, storage = sitter
        changes = self._runtime / f"given-{module.id}-{next(self._serials)}"
        shared = self.settings.of(Path(code.path))
        answer = self._process.call(
            call(
                *(module, code, method, argument, self._rate(), changes, storage, states, shared),
                keep=keep,
                memory=memory,
            )
        )
        if answer.settings is not None:
            self.settings.change(Path(code.path), answer.settings)
        while self.settings.trouble:
            self._tell(Notice("warning", self.settings.trouble.pop()))
        if answer.printed:
            self._tell(Printed(0, answer.printed))
        return answer
