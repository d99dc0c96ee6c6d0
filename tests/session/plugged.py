"""A real session with a plug-in in its rack, held by a gate."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from livepatch.locations import runtime
from livepatch.protocol.messages import EngineState
from livepatch.protocol.plugin_facts import Facts
from tests.plugins.hosting import install
from tests.session.guest import Guest, guest, peak, until, workspace_in

HOLDS = '''"""Holds: a gate that is always there."""

from livepatch.module import Module, outlet


class Holds(Module):
    gate = outlet()

    def step(self) -> None:
        """Hold it."""
        self.gate = 10.0
'''
LINES = (
    'synth = vst("{name}", "synth")',
    'holds = add("holds")',
    'out = add("audio_out")',
    "synth.out >> out.left",
    "holds.gate >> synth.gate",
)
FAULTS = {"crash": 1, "abort": 2, "hang": 3, "nan": 6, "inf": 7, "exit": 9}
HOST = "livepatch.plugins.host_process"


@contextlib.contextmanager
def workspace_with(facts: Facts, home: Path, cache: Path) -> Iterator[Path]:
    """A workspace in a home where this plug-in is installed."""
    with workspace_in(home, cache, holds=HOLDS) as folder:
        install(facts)
        yield folder


@contextlib.contextmanager
def performer(workspace: Path, facts: Facts) -> Iterator[Guest]:
    """Somebody at the prompt of a session in which the plug-in is heard, as `synth`."""
    with guest(workspace, "repl") as attached:
        attached.play(*(line.format(name=facts.name) for line in LINES))
        sounding(attached)
        yield attached


def sounding(here: Guest, former: str = "") -> Path:
    """Wait until the plug-in is heard, of an engine with other meters than `former`; its meters."""
    state = here.wait_for(EngineState, lambda state: len(state.meter_slots) == 3 and state.meters != former)
    until(lambda: peak(Path(state.meters)) > 0.05, "the plug-in is heard")
    here.waiting.append(state)
    return Path(state.meters)


def meters(here: Guest) -> Path:
    """The meters of the engine that plays."""
    states = [message for message in here.waiting if isinstance(message, EngineState)]
    return Path(states[-1].meters)


def silent(here: Guest) -> None:
    """Wait until nothing is heard of it."""
    until(lambda: peak(meters(here)) < 0.01, "the plug-in is bypassed")


def processes(workspace: Path) -> list[int]:
    """The processes of plug-ins of a workspace's session, which have its runtime folder in their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue  # it ended meanwhile
        if HOST in command and any(str(runtime(workspace)) in word for word in command):
            found.append(int(folder.name))
    return found


def sounding_again(here: Guest) -> None:
    """Wait until it is heard once more."""
    until(lambda: peak(meters(here)) > 0.05, "the plug-in is heard again")
