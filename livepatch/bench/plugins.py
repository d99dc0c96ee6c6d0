"""Figures of a plug-in in the rack: its way there and back each block, sixteen of them, memory, and how it starts.

The plug-in is `gain.c` beside this file, compiled here: it does next to nothing, and is the same everywhere.
"""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

import gc
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from livepatch import locations
from livepatch.compiler import toolchain
from livepatch.compiler.toolchain import NoCompilerError
from livepatch.errors import LivepatchError
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.protocol.messages import PlugIn
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_panel import build
from livepatch.session.plugin_host import PluginHost

SAMPLE_RATE = 48000.0
QUANTUM = 64
MICROSECONDS = 1e6 * QUANTUM / SAMPLE_RATE
"""Of a quantum."""
WARM, QUANTA = 16, 4000
MANY = 16
STARTS = 5
SECONDS = 30.0
UID = "4c504762"
ABSENT = "there is no C compiler for the plug-in of the benchmark"


def measure() -> dict[str, Any] | None:
    """Microseconds, milliseconds, megabytes and per cent, as the keys say; None where there is no C compiler.

    The core library must be loaded.

    Raises: LivepatchError: if the plug-in does not compile or does not play.
    """
    with tempfile.TemporaryDirectory(prefix="livepatch-bench-") as name:
        folder = Path(name)
        try:
            library = _compile(folder)
        except NoCompilerError:
            return None
        facts = Facts(format="vst2", path=str(library), uid=UID, name="Gain")
        starts = [_start(folder, facts) for _ in range(STARTS)]
        return {
            "first_sound_ms": statistics.median(starts),
            **_round_trip(folder, facts),
            **_many(folder, facts),
        }


def _compile(folder: Path) -> Path:
    library = folder / "gain.so"
    compiler = toolchain.find(locations.cache()).path
    source = Path(__file__).with_name("gain.c")
    command = [compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise LivepatchError(f"{source} does not compile: {made.stderr.splitlines()[0]}")
    return library


class Rack:
    """An engine that plays plug-ins side by side, each in a process of its own; it is heard from the beginning."""

    def __init__(self, folder: Path, facts: Facts, count: int) -> None:
        """Start them. Raises: LivepatchError: if one does not play."""
        self.hosts: list[PluginHost] = []
        self.fill: Callable[[], object] = tuple
        self._stack = ExitStack()
        try:
            for id in range(1, count + 1):
                self.hosts.append(self._host(folder, facts, id))
            self._play([_opened(host) for host in self.hosts])
        except BaseException:
            self.close()
            raise

    def _host(self, folder: Path, facts: Facts, id: int) -> PluginHost:
        host = PluginHost(id, facts, folder, folder / "log", SAMPLE_RATE, rests=False)
        self._stack.callback(host.end)
        threading.Thread(target=host.listen, name="from plug-in", daemon=True).start()
        return host

    def _play(self, places: list[PlugIn]) -> None:
        import numpy as np

        from livepatch.engine.code import Code
        from livepatch.engine.engine import Engine
        from livepatch.engine.offline import whole
        from livepatch.runtime import Module

        engine = Engine(SAMPLE_RATE)
        self._stack.callback(engine.rack.plugs.close)
        patch, codes = Patch(), {}
        for place, host in zip(places, self.hosts, strict=True):
            made = build(host.facts)
            codes[made.type] = Code(made.type, made.source, made.panel, Module, {}, plugin=made)
            patch.modules[place.id] = PlacedModule(id=place.id, name=f"gain{place.id}", type=made.type)
            engine.plug_in(place)
        for code in codes.values():
            engine.load(code)
        engine.perform(0, whole(patch, codes))
        out = np.zeros(2 * QUANTUM, np.float32)
        self.fill = lambda: engine.fill(out)
        for _ in range(WARM):
            self.fill()
        engine.messages()
        if any(host.read("done") < WARM for host in self.hosts):
            raise LivepatchError("the plug-in of the benchmark is not heard")

    def quanta(self) -> tuple[list[float], list[float]]:
        """How many microseconds each quantum takes, and how many of them the first plug-in's process does.

        In a thread that asks for the priority that the engine's own asks for.
        """
        took: list[float] = []
        work: list[float] = []
        sounding = threading.Thread(target=self._sound, args=(took, work), name="sound", daemon=True)
        sounding.start()
        sounding.join()
        return took, work

    def _sound(self, took: list[float], work: list[float]) -> None:
        from livepatch.engine.realtime import ask_to_sound

        ask_to_sound()
        fill, first = self.fill, self.hosts[0] if self.hosts else None
        gc.disable()  # as the engine's process does
        try:
            for _ in range(QUANTA):
                began = time.perf_counter()
                fill()
                took.append(1e6 * (time.perf_counter() - began))
                work.append(1e6 * first.read("work") if first else 0.0)
        finally:
            gc.enable()

    def close(self) -> None:
        """End every process."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(host: PluginHost) -> PlugIn:
    host.ready.wait(SECONDS)
    if host.opened is None:
        raise LivepatchError(f"the plug-in of the benchmark does not start: {host.refused or host.last_words()}")
    return host.place()


def _start(folder: Path, facts: Facts) -> float:
    """From starting a plug-in's process until the engine has played some of it: milliseconds."""
    began = time.perf_counter()
    with Rack(folder, facts, 1):
        return 1e3 * (time.perf_counter() - began)


def _round_trip(folder: Path, facts: Facts) -> dict[str, float]:
    """What a plug-in that does nothing costs the engine in each quantum, and what of that is in its process."""
    with Rack(folder, facts, 0) as empty, Rack(folder, facts, 1) as one:
        alone = statistics.median(empty.quanta()[0])
        took, work = one.quanta()
        private, resident = _megabytes(one.hosts[0].child.pid)
    times = sorted(time - alone for time in took)
    return {
        "round_trip_us": statistics.median(times),
        "round_trip_p99_us": times[int(0.99 * len(times))],
        "process_us": statistics.median(work),
        "private_mb": private,
        "resident_mb": resident,
    }


def _many(folder: Path, facts: Facts) -> dict[str, float]:
    """What sixteen plug-ins at once take of a quantum."""
    with Rack(folder, facts, MANY) as many:
        took, _ = many.quanta()
    took.sort()
    return {
        "of_a_quantum": 100.0 * statistics.median(took) / MICROSECONDS,
        "of_a_quantum_p99": 100.0 * took[int(0.99 * len(took))] / MICROSECONDS,
    }


def _megabytes(pid: int) -> tuple[float, float]:
    """What memory a process has to itself, and with what it shares; 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0, 0.0
    lines = dict(line.split(":", 1) for line in text.splitlines()[1:])
    kilobytes = {name: int(value.split()[0]) for name, value in lines.items()}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return private * 1.024e-3, kilobytes["Rss"] * 1.024e-3
