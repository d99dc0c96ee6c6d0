"""The engine's control thread: it hears the session, tells what happened, and looks after the driver."""

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from livepatch.engine.code import load_code
from livepatch.engine.engine import Engine
from livepatch.engine.gauges import Gauges
from livepatch.engine.stage import Stage
from livepatch.errors import LivepatchError
from livepatch.patch.edits import Edit
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Apply,
    ApplyFile,
    Cancel,
    Fault,
    GiveStates,
    LoadCode,
    Loaded,
    Message,
    Panic,
    PlugIn,
    PluginLost,
    PluginStands,
    Quit,
    SafeOutput,
    SampleRate,
    Start,
    StatesTaken,
    TakeStates,
)
from livepatch.protocol.states import read_states

PUBLISH_SECONDS = 1.0 / 30.0
BUSY_SECONDS = 0.001
FADE_SECONDS = 0.3


class Control:
    """Everything the engine process does besides sounding, in its main thread."""

    def __init__(self, channel: Channel, engine: Engine, gauges: Gauges, stage: Stage, runtime: Path) -> None:
        self._channel = channel
        self._engine = engine
        self._gauges = gauges
        self._stage = stage
        self._runtime = runtime
        self._published = 0.0
        self._edit_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Edit)

    def run(self) -> None:
        """Go on until the session says so, or is no more."""
        with contextlib.suppress(ChannelClosedError):  # the session is gone: end with it
            self._channel.send(self._stage.ready())
            while self._hear():
                self._tell()
        self._end()

    def _hear(self) -> bool:
        """Wait for a message and do what it says; whether to go on."""
        try:
            message = self._channel.receive(BUSY_SECONDS if self._engine.busy else PUBLISH_SECONDS)
        except TimeoutError:
            return True
        except msgspec.ValidationError as error:
            self._refuse(f"the engine was told something unknown: {error}")
            return True
        if isinstance(message, Quit):
            return False
        try:
            self._obey(message)
        except LivepatchError as error:
            self._refuse(str(error))
        except ChannelClosedError:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told, and must not end the sound
            self._refuse(f"{type(message).__name__}: {type(error).__name__}: {error}")
        return True

    def _obey(self, message: Message) -> None:  # noqa: C901, PLR0912 - one case for each message
        match message:
            case Apply(serial=serial, edit=edit):
                self._apply(serial, edit, message.when, message.after)
            case ApplyFile(serial=serial, path=path):
                self._apply(serial, self._read(Path(path)), message.when, message.after)
            case Cancel(serial=serial):
                self._engine.cancel(serial)
            case LoadCode():
                self._load(message)
            case TakeStates(serial=serial, ids=ids):
                self._engine.take_states(serial, ids)
            case GiveStates(serial=serial, path=path):
                self._engine.give_states(read_states(Path(path), remove=True), serial or None)
            case PlugIn():
                self._plug_in(message)
            case PluginStands(id=id, knobs=knobs):
                self._engine.rack.plugs.expect(id, knobs)
            case Panic(serial=serial):
                self._engine.panic(serial or None)
            case SafeOutput(serial=serial, enabled=enabled):
                self._engine.protect(serial or None, enabled=enabled)
            case SampleRate(serial=serial, hertz=hertz):
                self._stage.retune(hertz, serial)
            case Start():
                self._stage.open()
            case _:
                self._refuse(f"the engine does not know {type(message).__name__}")

    def _apply(self, serial: int, edit: Edit, when: str | float | None, after: float) -> None:
        if when is None:
            self._engine.perform(serial, edit)
        else:
            self._engine.wait(serial, edit, when, after)

    def _plug_in(self, message: PlugIn) -> None:
        try:
            self._engine.plug_in(message)
        except (OSError, ValueError) as error:
            self._channel.send(PluginLost(message.id, f"cannot be reached: {error}"))

    def _load(self, message: LoadCode) -> None:
        try:
            code = load_code(Path(message.folder), message.source)
        except Exception as error:  # noqa: BLE001 - loading runs code, which may raise anything
            self._channel.send(Fault(0, message.type, message.source, 0, f"{message.type} does not load: {error}"))
            return
        self._engine.load(code)
        self._channel.send(Loaded(message.type, message.source))

    def _read(self, path: Path) -> Edit:
        """The edit in a file, which is deleted.

        Raises: LivepatchError: if it holds none.
        """
        try:
            content = path.read_bytes()
            path.unlink()
            edit: Edit = self._edit_decoder.decode(content)
        except (OSError, msgspec.DecodeError) as error:
            raise LivepatchError(f"{path} holds no edit: {error}") from error
        return edit

    def _refuse(self, text: str) -> None:
        self._channel.send(Fault(0, "", "", 0, text))

    def _tell(self) -> None:
        self._engine.prepare()
        for message in (*self._engine.messages(), *self._stage.look()):
            self._channel.send(message)
        while self._engine.taken:
            snapshot = self._engine.taken.popleft()
            path = snapshot.write(self._runtime / f"states-{os.getpid()}-{snapshot.serial}")
            self._channel.send(StatesTaken(snapshot.serial, path))
        now = time.monotonic()
        if now - self._published >= PUBLISH_SECONDS:
            self._published = now
            self._gauges.publish()

    def _end(self) -> None:
        if self._stage.playing:
            self._engine.fade_out()
            deadline = time.monotonic() + FADE_SECONDS
            while not self._engine.silent and time.monotonic() < deadline:
                time.sleep(BUSY_SECONDS)
        self._stage.close()
        self._gauges.end()
