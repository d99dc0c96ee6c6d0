"""A VST3 plug-in in this process."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from livepatch.plugins import midi, module_info
from livepatch.plugins.bundle import Bundle
from livepatch.plugins.plugin import Clock, Event, PluginError, Told
from livepatch.plugins.vst3 import abi
from livepatch.plugins.vst3.abi import ffi
from livepatch.plugins.vst3.application import Application
from livepatch.plugins.vst3.buses import Buses, agree
from livepatch.plugins.vst3.component_handler import ComponentHandler
from livepatch.plugins.vst3.event_list import EventList
from livepatch.plugins.vst3.expressions import Expressions
from livepatch.plugins.vst3.factory import Factory, PluginClass
from livepatch.plugins.vst3.halves import Halves
from livepatch.plugins.vst3.host_object import bury, complain
from livepatch.plugins.vst3.midi_map import MidiMap
from livepatch.plugins.vst3.parameter_changes import ParameterChanges
from livepatch.plugins.vst3.parameters import Parameters, bounded
from livepatch.plugins.vst3.state import State
from livepatch.plugins.vst3.translation import Incoming, Outgoing
from livepatch.plugins.vst3.transport import Transport
from livepatch.protocol.plugin_facts import ENDLESS, Facts

MOST_TOLD: Final = 4096
MOST_LATENCY: Final = 1 << 24
"""Frames; what is said beyond that is nonsense."""


class Vst3Plugin:
    """A plug-in of the VST3 kind; see `livepatch.plugins.plugin.Plugin`, which says what each method does.

    The main thread makes it and calls everything but `process`, which is the audio thread's; both meet in deques
    and dicts of which single operations are whole.
    """

    def __init__(self, factory: Factory, kind: PluginClass, application: Application, path: Path) -> None:
        self.told: deque[Told] = deque(maxlen=MOST_TOLD)
        self.clock = Clock()
        self.silent_outputs = 0
        self._kind = kind
        self._turned: deque[tuple[int, float]] = deque(maxlen=1 << 16)
        self._messages: deque[Event] = deque(maxlen=1024)
        self._exclusives: deque[bytes] = deque(maxlen=64)
        self._put_out: dict[int, float] = {}
        self._handler = ComponentHandler(self.told, self._turned)
        self._halves = Halves(factory, kind, application, self._handler)
        self._controller = self._halves.controller
        self._state = State(self._halves, kind)
        self._inputs = Buses(self._halves, abi.INPUT, kind.name)
        self._outputs = Buses(self._halves, abi.OUTPUT, kind.name)
        self._events_in, self._events_out = EventList(), EventList()
        self._changes_in, self._changes_out = ParameterChanges(), ParameterChanges()
        self._incoming = Incoming(self._events_in, self._changes_in)
        self._outgoing = Outgoing(self._events_out)
        self._transport = Transport(self._halves.component, self.clock)
        self._data = self._lists()
        self._process = self._halves.processor.method("process")
        self._active = self._running = False
        self._silent_inputs = 0
        self._most_frames = self._sample_bytes = 0
        self._latency_told = -1
        self._read_midi()
        self.facts = self._facts(path)
        self._incoming.takes_events = self.facts.notes_in

    def _lists(self) -> Any:
        data = ffi.new("ProcessData*")
        data.changes_in, data.changes_out = self._changes_in.pointer, self._changes_out.pointer
        data.events_in, data.events_out = self._events_in.pointer, self._events_out.pointer
        data.context = self._transport.context
        return data

    def _read_midi(self) -> None:
        midi_map = MidiMap(self._controller)
        self._parameters = Parameters(self._controller, self._kind.name, midi_map.only_midi())
        self._incoming.map = midi_map
        self._incoming.expressions = Expressions(self._controller)
        self._incoming.parameters = self._parameters

    def _facts(self, path: Path) -> Facts:
        kind = self._kind
        return Facts(
            format="vst3",
            path=str(path),
            uid=kind.uid,
            name=kind.name,
            vendor=kind.vendor,
            version=kind.version,
            category=kind.kinds,
            instrument="Instrument" in kind.kinds.split("|"),
            inputs=self._inputs.all,
            outputs=self._outputs.all,
            notes_in=self._inputs.takes_events(),
            notes_out=self._outputs.takes_events(),
            parameters=self._parameters.all,
            programs=self._parameters.programs,
            expressions=self._incoming.expressions.all if self._inputs.takes_events() else (),
            doubles=self._halves.processor.agrees("canProcessSampleSize", abi.FLOATS_64),
            state=self._halves.keeps_state,
            snapshots=Bundle(path).snapshots(kind.uid),
            replaces=module_info.replaced(Bundle(path), kind.uid),
        )

    def prepare(
        self, sample_rate: float, most_frames: int, *, doubles: bool = False, offline: bool = False
    ) -> None:
        """Make it active."""
        if doubles and not self.facts.doubles:
            raise PluginError(f"{self._kind.name} computes no floats of 64 bits")
        self._stop()
        agree(self._halves, self._inputs, self._outputs)
        mode, floats = abi.OFFLINE if offline else abi.REALTIME, abi.FLOATS_64 if doubles else abi.FLOATS_32
        setup = ffi.new("ProcessSetup*", (mode, floats, most_frames, sample_rate))
        processor = self._halves.processor
        if processor.call("setupProcessing", setup) not in {abi.OK, abi.NOT_IMPLEMENTED}:
            raise PluginError(f"{self._kind.name} refuses {sample_rate:g} Hz in blocks of {most_frames} frames")
        self._inputs.activate(on=True)
        self._outputs.activate(on=True)
        if self._halves.component.call("setActive", 1) not in {abi.OK, abi.NOT_IMPLEMENTED}:
            raise PluginError(f"{self._kind.name} refuses to become active")
        self._active = True
        data = self._data
        data.mode, data.floats = mode, floats
        data.input_count, data.output_count = self._inputs.count, self._outputs.count
        data.inputs, data.outputs = self._inputs.buffers, self._outputs.buffers
        self._transport.context.sample_rate = sample_rate
        self._most_frames, self._sample_bytes, self._silent_inputs = most_frames, 8 if doubles else 4, 0
        self._settle()
        self._incoming.standing = self._standing()
        processor.call("setProcessing", 1)
        # What it says of this while it is prepared is in the facts; who hears of it prepares it again, and so on.
        self._handler.forget(abi.LATENCY_CHANGED | abi.IO_CHANGED)
        self._running = self._inputs.connected and self._outputs.connected

    def _settle(self) -> None:
        """Take what preparing settled into the facts."""
        tail = self._halves.processor.call("getTailSamples")
        self.facts = msgspec.structs.replace(
            self.facts,
            inputs=self._inputs.all,
            outputs=self._outputs.all,
            latency=self._latency(),
            tail=ENDLESS if tail == abi.ENDLESS_TAIL else tail,
        )

    def _latency(self) -> int:
        latency: int = self._halves.processor.call("getLatencySamples")
        return latency if latency <= MOST_LATENCY else 0

    def _standing(self) -> dict[int, float]:
        return {one.id: self.value(one.id) for one in self._parameters.all if not one.hidden and not one.read_only}

    def _stop(self) -> None:
        self._running = False
        if self._active:
            self._halves.processor.call("setProcessing", 0)
            self._halves.component.call("setActive", 0)
            self._active = False

    def connect(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        """Read and write audio at these addresses."""
        self._inputs.connect(inputs)
        self._outputs.connect(outputs)
        self._running = self._active

    def process(self, frames: int, events: Sequence[Event], silent_inputs: int = 0) -> Sequence[Event]:
        """Compute a block."""
        try:
            if not self._running:
                self._outputs.hush(frames * self._sample_bytes)
                return ()
            return self._block(min(frames, self._most_frames), events, silent_inputs)
        except Exception as error:  # noqa: BLE001 - nothing may end the thread that sounds
            complain(f"a block of {self._kind.name} failed: {type(error).__name__}: {error}")
            return ()

    def _block(self, frames: int, events: Sequence[Event], silent_inputs: int) -> Sequence[Event]:
        fed = bool(events or self._turned or self._messages or self._exclusives)
        if fed:
            self._feed(frames, events)
        self._data.frames = frames
        self._transport.tell(frames)
        if silent_inputs != self._silent_inputs:
            self._silent_inputs = silent_inputs
            self._inputs.say_silent(silent_inputs)
        if self.silent_outputs:
            self._outputs.say_silent(0)
        self._process(self._halves.processor.pointer, self._data)
        self.silent_outputs = self._outputs.silent()
        if fed:
            self._changes_in.clear()
            self._events_in.clear()
        if len(self._changes_out):
            self._take_changes()
        if self._events_out.count or self._events_out.exclusives:
            return self._take_events(frames)
        return ()

    def _feed(self, frames: int, events: Sequence[Event]) -> None:
        while self._turned:
            self._incoming.turn(*self._turned.popleft())
        while self._exclusives:
            message = self._exclusives.popleft()
            if self._incoming.takes_events:
                self._events_in.exclusive(message)
        while self._messages:
            self._incoming.write((self._messages.popleft(),), frames)
        if events:
            self._incoming.write(events, frames)

    def _take_changes(self) -> None:
        for queue in self._changes_out.queues:
            if queue.points:
                value = bounded(queue.points[-1][1])
                self._put_out[queue.id] = value
                self._incoming.standing[queue.id] = value
        self._changes_out.clear()

    def _take_events(self, frames: int) -> list[Event]:
        answered = self._outgoing.read(frames)
        for _, message in self._events_out.exclusives:
            self.told.append(Told("sysex", text=message.hex()))
        self._events_out.clear()
        return answered

    def value(self, id: int) -> float:
        """Where a parameter stands."""
        for later in (self._put_out, self._incoming.swept):
            if id in later:
                return later.get(id, 0.0)
        return 0.0 if self._controller is None else bounded(self._controller.call("getParamNormalized", id))

    def turn(self, id: int, value: float) -> None:
        """Set a parameter's value: at once for the controller, with the next block for the processor."""
        value = bounded(value)
        self._incoming.swept.pop(id, None)
        self._put_out.pop(id, None)
        self._tell_controller(id, value)
        self._turned.append((id, value))

    def _tell_controller(self, id: int, value: float) -> None:
        if self._controller is not None:
            self._controller.call("setParamNormalized", id, value)

    def text(self, id: int, value: float | None = None) -> str:
        """What the plug-in shows for a value."""
        shown = self._parameters.text(id, self.value(id) if value is None else bounded(value))
        known = self._parameters.by_id.get(id)
        unit = "" if known is None else known.unit
        return f"{shown} {unit}" if shown and unit and not shown.endswith(unit) else shown

    def from_text(self, id: int, text: str) -> float | None:
        """The value that the plug-in reads from a text."""
        known = self._parameters.by_id.get(id)
        if self._controller is None:
            return None
        if known is not None and known.unit:
            text = text.removesuffix(known.unit).rstrip()
        wide, value = ffi.new("uint16_t[128]"), ffi.new("double*")
        abi.put_wide(wide, text)
        return bounded(value[0]) if self._controller.agrees("getParamValueByString", id, wide, value) else None

    def program(self) -> int:
        """The number of the current program."""
        chosen = self._parameters.program_parameter
        return -1 if chosen is None else self._parameters.program_at(self.value(chosen.id))

    def choose(self, program: int) -> None:
        """Go to another program."""
        chosen, count = self._parameters.program_parameter, len(self._parameters.programs)
        if chosen is None or not 0 <= program < count:
            raise PluginError(f"{self._kind.name} has {count or 'no'} programs; there is no number {program}")
        self.turn(chosen.id, self._parameters.program_value(program))

    def state(self) -> bytes:
        """The whole state, as a .vstpreset."""
        return self._state.save()

    def preset(self) -> bytes:
        """The same, which says whose it is besides, for other hosts."""
        return self._state.save_preset()

    def restore(self, state: bytes) -> None:
        """Take over a .vstpreset."""
        preset = self._state.read(state, self.facts.replaces)
        self._turned.clear()
        self._incoming.swept.clear()
        self._put_out.clear()
        try:
            self._state.load(preset, self._parameters, self.value)
        finally:
            self._incoming.standing = self._standing()

    def bypass(self, *, on: bool) -> bool:
        """Have the plug-in bypass itself."""
        if self._parameters.bypass is None:
            return False
        self.turn(self._parameters.bypass, float(on))
        return True

    def sysex(self, message: bytes) -> None:
        """Send an exclusive message."""
        self._exclusives.append(bytes(message))

    def midi(self, message: bytes) -> None:
        """Send any other MIDI message."""
        status, first, second = (*message, 0, 0, 0)[:3]
        event = midi.event(status, first, second, 0)
        if event is not None:
            self._messages.append(event)

    def idle(self) -> None:
        """Tell the controller what the processor knows already, and see to what the plug-in asked for."""
        for id in list(self._put_out):
            value = self._put_out.pop(id)
            self._tell_controller(id, value)
            self.told.append(Told("turned", id, value))
        for id in list(self._incoming.swept):
            self._tell_controller(id, self._incoming.swept.pop(id))
        flags = 0
        while self._handler.changed:
            flags |= self._handler.changed.popleft()
        if flags:
            self._restart(flags)
        if self._handler.programs_changed:
            self._handler.programs_changed.clear()
            self._read_again("programs")
        bury()

    def _restart(self, flags: int) -> None:
        if flags & abi.RELOAD:
            self.told.append(Told("restart"))
        if flags & (abi.IO_CHANGED | abi.IO_TITLES_CHANGED):
            self.told.append(Told("buses"))
        if flags & abi.LATENCY_CHANGED:
            self._tell_latency()
        if flags & (abi.MIDI_CHANGED | abi.EXPRESSION_CHANGED | abi.TITLES_CHANGED):
            self._read_again("names" if flags & abi.TITLES_CHANGED else "")
        if flags & abi.VALUES_CHANGED:
            self._incoming.standing = self._standing()
            self.told.append(Told("values"))

    def _tell_latency(self) -> None:
        """Tell how late it is; a plug-in that says again and again that this changed, and it did not, once."""
        latency = self._latency()
        if not latency == self.facts.latency == self._latency_told:
            self.told.append(Told("latency", value=latency))
        self._latency_told = latency
        self.facts = msgspec.structs.replace(self.facts, latency=latency)

    def _read_again(self, what: str) -> None:
        try:
            self._read_midi()
        except PluginError as error:
            complain(f"{error}; what it said before is kept")
            return
        parameters = self._parameters
        self.facts = msgspec.structs.replace(
            self.facts,
            parameters=parameters.all,
            programs=parameters.programs,
            expressions=self._incoming.expressions.all if self.facts.notes_in else (),
        )
        if what:
            self.told.append(Told(what))

    def close(self) -> None:
        """Make it inactive, and let go of it."""
        self._stop()
        self._halves.close()
        for ours in (self._handler, self._events_in, self._events_out, self._changes_in, self._changes_out):
            ours.drop()
        bury()
