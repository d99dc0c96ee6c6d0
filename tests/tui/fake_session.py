"""A session that keeps a patch, applies what it is asked, and says what a test has it say."""

import socket
import threading
from collections import deque
from pathlib import Path

from livepatch.errors import LivepatchError, PatchError
from livepatch.panel import Inlet, Knob, MenuItem, Outlet, Panel, State, Switch
from livepatch.patch import edits
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Browse,
    Browsed,
    Complete,
    Completion,
    Completions,
    Edited,
    EngineState,
    Evaluate,
    Evaluated,
    Message,
    Notice,
    Offered,
    Perform,
    Printed,
    ToFrontEnd,
    ToSession,
    Welcome,
)
from livepatch.protocol.meters import Meters
from livepatch.voltage import C4_HZ

PITCH = Knob(name="freq", minimum=-5.0, maximum=5.0, default=0.0, unit="Hz", base=2.0, multiplier=C4_HZ)
LEVEL = Knob(name="level", minimum=0.0, maximum=1.0, default=0.8, unit="dB", base=-10.0, multiplier=20.0)


def _inlets(names: str) -> tuple[Inlet, ...]:
    return tuple(Inlet(name=name) for name in names.split())


def _outlets(names: str) -> tuple[Outlet, ...]:
    return tuple(Outlet(name=name) for name in names.split())


PANELS = {
    panel.type: panel
    for panel in (
        Panel(
            type="vco",
            class_name="Vco",
            knobs=(
                PITCH,
                Knob(name="fine", minimum=-1.0, maximum=1.0, default=0.0, unit="st"),
                Knob(name="width", minimum=0.0, maximum=1.0, default=0.5, unit="%", multiplier=100.0),
            ),
            inlets=_inlets("voct fm sync"),
            outlets=_outlets("sine tri saw square"),
        ),
        Panel(
            type="vcf",
            class_name="Vcf",
            knobs=(
                Knob(name="cutoff", minimum=-5.0, maximum=5.0, default=1.0, unit="Hz", base=2.0, multiplier=C4_HZ),
                Knob(name="resonance", minimum=0.0, maximum=1.0, default=0.3, unit="%", multiplier=100.0),
            ),
            switches=(
                Switch(name="mode", choices=("12 dB", "24 dB")),
                Switch(name="drift", choices=("off", "on")),
            ),
            menu=(MenuItem(kind="switch", label="Drift", name="drift"),),
            inlets=_inlets("audio"),
            outlets=_outlets("low band high"),
        ),
        Panel(
            type="lfo",
            class_name="Lfo",
            knobs=(PITCH,),
            outlets=_outlets("sine triangle square"),
            menu=(
                MenuItem(kind="action", label="Load a shape", name="load", asks="File"),
                MenuItem(kind="action", label="Clear", name="clear"),
                MenuItem(
                    kind="submenu", label="More", items=(MenuItem(kind="action", label="Deeper", name="deep"),)
                ),
            ),
        ),
        Panel(
            type="scope",
            class_name="Scope",
            inlets=_inlets("audio trigger"),
            states=(State(name="curve", kind="trace", frames=256),),
        ),
        Panel(
            type="audio_out",
            class_name="AudioOut",
            knobs=(LEVEL,),
            inlets=_inlets("left right"),
            outlets=_outlets("main_left main_right"),
            speakers=("main_left", "main_right"),
        ),
    )
}
SLOTS = {1: 0, 2: 4, 3: 7, 4: 10, 5: 10}


def small_patch() -> Patch:
    patch = Patch()
    for id, type in enumerate(("vco", "vcf", "lfo", "scope", "audio_out"), 1):
        edits.apply(
            patch, edits.AddModule(PlacedModule(id=id, name="out" if id == 5 else type, type=type, source="1"))
        )
    for source, outlet, target, inlet, gain in (
        (1, "saw", 2, "audio", 1.0),
        (3, "sine", 2, "cutoff", 0.3),
        (2, "low", 5, "left", 1.0),
        (2, "low", 5, "right", 1.0),
        (2, "low", 4, "audio", 1.0),
    ):
        cable = Cable(source=source, outlet=outlet, target=target, inlet=inlet, gain=gain)
        edits.apply(patch, edits.AddCable(cable))
    return patch


class FakeSession:
    """Answers over a real socketpair from a thread of its own; `received` is all that was asked."""

    def __init__(self, workspace: Path, *, meters: Meters | None = None) -> None:
        self.workspace = workspace
        self.patch = small_patch()
        self.received: deque[Message] = deque()
        self.calls: list[tuple[Path, str, str | None]] = []
        self.refuse = ""
        self.plugins: tuple[Offered, ...] = ()
        self.completions: tuple[Completion, ...] = ()
        self.meters = meters
        self.channel: Channel | None = None
        self.notices: tuple[Notice, ...] = ()

    @property
    def engine(self) -> EngineState:
        name = str(self.meters.path) if self.meters is not None else ""
        return EngineState("null", "null", 48000.0, 256, False, name, SLOTS, {"4.curve": (0, 256)})

    def attach(self, workspace: Path, front: str, *, patch: str | None = None) -> tuple[Channel, Welcome]:
        self.calls.append((workspace, front, patch))
        if self.refuse:
            raise LivepatchError(self.refuse)
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours, ToSession)
        threading.Thread(target=self._serve, args=(self.channel,), daemon=True).start()
        return Channel(theirs, ToFrontEnd), self.welcome()

    def say(self, *messages: Message) -> None:
        assert self.channel is not None
        for message in messages:
            self.channel.send(message)

    def close(self) -> None:
        if self.channel is not None:
            self.channel.close()

    def welcome(self) -> Welcome:
        return Welcome(
            workspace=str(self.workspace),
            patch_name="hello",
            modules=tuple(self.patch.modules.values()),
            cables=tuple(self.patch.cables.values()),
            transport=self.patch.transport,
            panels=PANELS,
            faults=(),
            engine=self.engine,
            history_path=str(self.workspace / "history"),
            notices=self.notices,
        )

    def _serve(self, channel: Channel) -> None:
        while True:
            try:
                message = channel.receive()
                self.received.append(message)
                for answer in self._answers(message):
                    channel.send(answer)
            except ChannelClosedError:
                return

    def _answers(self, message: Message) -> list[Message]:
        match message:
            case Perform(edit=edit):
                try:
                    edits.apply(self.patch, edit)
                except PatchError as error:
                    return [Notice("error", str(error))]
                return [Edited(edit, "done")]
            case Evaluate():
                return _evaluate(message)
            case Browse():
                return [Browsed(self.plugins)]
            case Complete(id=id):
                return [Completions(id, self.completions)]
            case _:
                return []


def _evaluate(asked: Evaluate) -> list[Message]:
    if asked.code.startswith("print"):
        return [Printed(asked.id, "one "), Printed(asked.id, "two\n"), Evaluated(asked.id, "", "")]
    if "/ 0" in asked.code:
        return [Evaluated(asked.id, "", "Traceback:\nZeroDivisionError: division by zero")]
    if asked.code.startswith("while"):
        return []
    return [Evaluated(asked.id, f"<{asked.code}>", "")]
