"""Figures of a running session: first sound, REPL line to applied, save to sounding."""

import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.protocol import client
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Applied,
    EngineState,
    Evaluate,
    Evaluated,
    ModuleFault,
    PanelChanged,
)
from livepatch.protocol.meters import Meters

PROBE = "step_vco"
SAVES = 20
REST_SECONDS = 1.0
"""Between one save and the next: a performer listens before saving again."""
LINES = 200
SECONDS = 30.0
AUDIBLE = 1e-4
"""Of full scale: what counts as the first sound."""


class Stage:
    """A session of its own that plays hello under the null driver, with the probe module patched in."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="livepatch-bench-"))
        self.first_sound_ms = 0.0
        self._number = 0
        self._source = (locations.bundled() / "benchmarks" / f"{PROBE}.py").read_text("utf-8")
        self._file = self._folder / "modules" / f"{PROBE}.py"
        self._channel: Channel

    def __enter__(self) -> Self:
        """Start it once to have everything compiled, and once more to time it."""
        self._file.parent.mkdir()
        (self._folder / "patches").mkdir()
        self._file.write_text(self._source, "utf-8")
        try:
            self._start()
            self._evaluate(f"probe = add({PROBE!r}, name='probe')")
            self._save(self._source + "# compiled once\n")
            self._stop()
            self.first_sound_ms = self._start()
            self._evaluate(f"probe = add({PROBE!r}, name='probe'); quiet = add('vca', name='quiet')")
            self._evaluate("probe.sine * 0.0 >> quiet.audio")
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End the session and leave nothing behind."""
        self._leave()

    def repl_to_applied(self) -> dict[str, float]:
        """From sending a line that turns a knob until it is in the sound, in milliseconds."""
        times = sorted(self.line(f"probe.tune = {line / LINES:.4f}") for line in range(LINES))
        return {"median": statistics.median(times), "p99": times[int(0.99 * len(times))], "n": len(times)}

    def line(self, code: str) -> float:
        """Run a line that changes what sounds: milliseconds until it does."""
        number = self._next()
        began = time.perf_counter()
        self._channel.send(Evaluate(number, code))
        return 1e3 * (self._applied(number, began) - began)

    def seconds(self, code: str) -> float:
        """Run a line: how long until it has run."""
        began = time.perf_counter()
        self._evaluate(code)
        return time.perf_counter() - began

    @property
    def patches(self) -> Path:
        """The folder of the session's patches."""
        return self._folder / "patches"

    def reloads(self) -> dict[str, Any]:
        """From writing the probe's file with another coefficient until that is in the sound, in milliseconds.

        `stages` has the median of what each took, and of what is left, which goes from process to process.
        """
        times: list[float] = []
        stages: dict[str, list[float]] = {}
        for save in range(SAVES):
            time.sleep(REST_SECONDS)
            stamp = time.time_ns()
            text = self._source.replace("5.0 * sin1", f"{4.0 + save / SAVES + stamp % 1000 * 1e-9!r} * sin1")
            milliseconds, took = self._save(text)
            times.append(milliseconds)
            for name, part in {**took, "between": milliseconds - sum(took.values())}.items():
                stages.setdefault(name, []).append(part)
        medians = {name: statistics.median(parts) for name, parts in stages.items()}
        return {"median": statistics.median(times), "worst": max(times), "n": len(times), "stages": medians}

    def _applied(self, number: int, began: float) -> float:
        """When the edit of the line `number` took effect; returns once the line has run as well."""
        at, ran = 0.0, False
        while not (at and ran):
            message = self._await(Applied | Evaluated)
            if isinstance(message, Applied):
                at = message.at if message.at > began else at
            else:
                ran = ran or message.id == number
        return at

    def _save(self, text: str) -> tuple[float, dict[str, float]]:
        """Write the probe's file; milliseconds until it sounds, and those of each stage on the way."""
        began = time.perf_counter()
        self._file.write_text(text, "utf-8")
        message = self._await(PanelChanged, lambda message: message.panel.type == PROBE)
        return 1e3 * (time.perf_counter() - began), message.stages

    def _start(self) -> float:
        """Start the session; milliseconds until it is heard."""
        began = time.perf_counter()
        self._channel, welcome = client.attach(self._folder, "bench", patch="hello", driver="null")
        state = welcome.engine
        while not self._heard(state):
            if time.perf_counter() > began + SECONDS:
                raise LivepatchError(f"hello is not heard; the log is {client.session_log(self._folder)}")
            with contextlib.suppress(TimeoutError):
                message = self._channel.receive(0.001)
                state = message if isinstance(message, EngineState) else state
        return 1e3 * (time.perf_counter() - began)

    @staticmethod
    def _heard(state: EngineState) -> bool:
        """Whether the engine plays anything now."""
        if not state.meters:
            return False
        with contextlib.suppress(OSError), Meters(Path(state.meters)) as meters:
            return meters.read("left") > AUDIBLE
        return False

    def _evaluate(self, code: str) -> None:
        self._channel.send(Evaluate(self._next(), code))
        answer = self._await(Evaluated)
        if answer.error:
            raise LivepatchError(answer.error)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _await(self, kind: Any, wanted: Callable[[Any], bool] | None = None) -> Any:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                message = self._channel.receive(max(0.0, deadline - time.monotonic()))
            except TimeoutError as error:
                raise LivepatchError(f"no {kind} came within {SECONDS:.0f} s") from error
            if isinstance(message, ModuleFault) and message.type == PROBE and message.problems:
                raise LivepatchError(str(message.problems[0]))
            if isinstance(message, kind) and (wanted is None or wanted(message)):
                return message

    def _stop(self) -> None:
        with contextlib.suppress(AttributeError, ChannelClosedError):
            self._channel.close()
        client.stop(self._folder)

    def _leave(self) -> None:
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)
