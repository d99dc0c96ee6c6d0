"""The session's end of the process in which modules' control-side methods run."""

import itertools
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from livepatch.errors import Problem
from livepatch.patch.patch import PlacedModule
from livepatch.patch.seed import seed_of
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child
from livepatch.protocol.twin_messages import CallTwin, FromTwins, TwinCalled
from livepatch.session.sources import Code

LONGEST_SECONDS = 8.0
"""The process itself ends a method sooner; after this it is ended, whatever it does."""


class TwinProcess:
    """Starts when it is first needed, and again when it died. Any thread may call; one call at a time."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._serials = itertools.count(1)

    def call(self, request: CallTwin) -> TwinCalled:
        """Have a method called; its `problem` says what went wrong, if anything did."""
        request = msgspec.structs.replace(request, serial=next(self._serials))
        with self._turn:
            try:
                return self._ask(request)
            except TimeoutError:
                words = "does not come to an end"
            except ChannelClosedError:
                words = f"brought its process down; see {self._log}"
            except OSError as error:
                words = f"cannot run: {error}"
            self._kill()
        line = next((n for n, text in enumerate(request.text.splitlines(), 1) if _begins(text, request)), 1)
        problem = Problem(request.path, line, 1, f"{request.method}() {words}")
        return TwinCalled(request.serial, problem=problem)

    def end(self) -> None:
        """End the process."""
        self._kill()

    def _ask(self, request: CallTwin) -> TwinCalled:
        child = self._child
        if child is None or not child.alive():
            child = self._child = Child("livepatch.twins", [], FromTwins, self._log)
        child.channel.send(request)
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            answer = child.channel.receive(max(0.0, deadline - time.monotonic()))
            if isinstance(answer, TwinCalled) and answer.serial == request.serial:
                return answer

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


def call(  # noqa: PLR0913, PLR0917 - what a method is called with
    module: PlacedModule,
    code: Code,
    method: str,
    argument: Any,
    sample_rate: float,
    changes: Path,
    storage: Path,
    states: str = "",
    settings: dict[str, Any] | None = None,
    *,
    keep: bool = False,
    memory: dict[str, Any] | None = None,
) -> CallTwin:
    """What is asked for `method` of a module; `changes`, `states`, `keep` and `memory` as in `CallTwin`."""
    return CallTwin(
        serial=0,
        id=module.id,
        path=code.path,
        text=code.text,
        source=code.source,
        method=method,
        keep=keep,
        argument=argument,
        sample_rate=sample_rate,
        seed=seed_of(module.id),
        knobs=module.knobs,
        states=states,
        changes=str(changes),
        storage=str(storage),
        settings=settings or {},
        memory=memory,
    )


def _begins(text: str, request: CallTwin) -> bool:
    return text.strip().startswith(f"def {request.method}(")
