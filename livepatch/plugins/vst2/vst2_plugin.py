"""A VST2 plug-in in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from livepatch.plugins.plugin import Event, PluginError, Told
from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.audio import Audio
from livepatch.plugins.vst2.buses import arrange, buses
from livepatch.plugins.vst2.description import describe_effect, named_again, tail
from livepatch.plugins.vst2.effect import Effect
from livepatch.plugins.vst2.event_list import Sysex
from livepatch.plugins.vst2.master import Master
from livepatch.plugins.vst2.opcodes import HAS_BYPASS, Ask
from livepatch.plugins.vst2.state import State

MOST_FRAMES: Final = 1 << 16
LONGEST_MIDI: Final = 3
SAME: Final = 1e-6
"""Two values of a parameter that are not further apart have the same text."""


class Vst2Plugin:
    """A VST2 plug-in; see `Plugin`.

    VST2 has no tuning of single notes: TUNING is left out. It has no silence flags: `silent_outputs` stays 0.
    A change of a parameter less than 8 frames after another one comes up to 8 frames later.
    """

    def __init__(self, effect: Effect, master: Master, path: Path) -> None:
        self.effect = effect
        self._master = master
        self.clock = master.clock
        self.told = master.told
        self.silent_outputs = 0
        self._check_in()
        effect.ask(Ask.OPEN)
        self._check_in()
        self.facts = describe_effect(effect, str(path), path.stem, wants_midi=master.wants_midi)
        self._state = State(effect, self.facts.programs)
        self._can_bypass = effect.can_do(HAS_BYPASS) == 1
        self._latency = effect.pointer.latency
        self._active = False
        self._renamed = False
        self._closed = False
        self._audio = Audio(effect, master)
        # What it said while it was looked at is in the facts.
        self.told.clear()

    def _check_in(self) -> None:
        """Tell the host what this effect has, before the plug-in asks for it."""
        self._master.channels = self.effect.channels
        self._master.parameters = self.effect.parameters

    def prepare(
        self, sample_rate: float, most_frames: int, *, doubles: bool = False, offline: bool = False
    ) -> None:
        """See `Plugin.prepare`."""
        if self._closed:
            raise PluginError(f"{self.facts.name} is closed")
        if doubles and not self.facts.doubles:
            raise PluginError(f"{self.facts.name} does not compute with 64-bit floats")
        if not 1 <= most_frames <= MOST_FRAMES or not 0.0 < sample_rate < 1e7:
            raise PluginError(f"{self.facts.name} cannot play {most_frames} frames at {sample_rate} Hz")
        self._stop()
        effect, master = self.effect, self._master
        master.sample_rate, master.block_size, master.offline = sample_rate, most_frames, offline
        effect.ask(Ask.SET_SAMPLE_RATE, opt=sample_rate)
        effect.ask(Ask.SET_BLOCK_SIZE, value=most_frames)
        if self.facts.doubles:
            effect.ask(Ask.SET_PRECISION, value=int(doubles))
        arrange(effect)
        effect.ask(Ask.SET_ACTIVE, value=1)
        effect.ask(Ask.START)
        self._audio.start(doubles=doubles, notes=self.facts.notes_in or master.wants_midi)
        self._active = True
        self._settle()

    def _stop(self) -> None:
        if self._active:
            self._active = False
            self._audio.stop()
            self.effect.ask(Ask.STOP)
            self.effect.ask(Ask.SET_ACTIVE, value=0)

    def _settle(self) -> None:
        """Take over what depends on the sample rate, or what the plug-in has just changed."""
        self._master.io_changed = False
        self._latency = self.effect.pointer.latency
        self._check_in()
        effect = self.effect
        self.facts = msgspec.structs.replace(
            self.facts,
            latency=effect.latency,
            tail=tail(effect),
            inputs=buses(effect, Ask.INPUT_PIN),
            outputs=buses(effect, Ask.OUTPUT_PIN),
            notes_in=self.facts.notes_in or self._master.wants_midi,
        )

    def connect(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        """See `Plugin.connect`. Raises: PluginError: if there is not one for each channel."""
        count_in, count_out = self.effect.channels
        if (len(inputs), len(outputs)) != (count_in, count_out):
            raise PluginError(
                f"{self.facts.name} has {count_in} channels in and {count_out} out, "
                f"not {len(inputs)} and {len(outputs)}"
            )
        self._audio.connect(inputs, outputs)

    def process(self, frames: int, events: Sequence[Event], silent_inputs: int = 0) -> Sequence[Event]:  # noqa: ARG002 - VST2 takes no flags
        """See `Plugin.process`."""
        return self._audio.process(frames, events)

    def value(self, id: int) -> float:
        """See `Plugin.value`. Raises: PluginError: if there is no such parameter."""
        return self.effect.value(self._known(id))

    def turn(self, id: int, value: float) -> None:
        """See `Plugin.turn`. Raises: PluginError: if there is no such parameter."""
        self.effect.set_value(self._known(id), min(max(0.0, value), 1.0))

    def _known(self, id: int) -> int:
        if not 0 <= id < self.effect.parameters:
            raise PluginError(f"{self.facts.name} has no parameter {id}; it has {self.effect.parameters}")
        return id

    def text(self, id: int, value: float | None = None) -> str:
        """See `Plugin.text`. While it plays a VST2 plug-in can only say what it shows for where it stands."""
        self._known(id)
        effect = self.effect
        stands = effect.value(id)
        there = value is None or abs(value - stands) < SAME
        if not there and self._active:
            return self._step_text(id, value or 0.0)
        with self._unheard():
            if not there and value is not None:
                effect.set_value(id, value)
            shown = effect.ask_text(Ask.PARAMETER_TEXT, id)
            if not there:
                effect.set_value(id, stands)
        unit = self.facts.parameters[id].unit if id < len(self.facts.parameters) else ""
        return shown if not unit or not shown or shown.endswith(unit) else f"{shown} {unit}"

    def _step_text(self, id: int, value: float) -> str:
        fact = self.facts.parameters[id]
        return fact.texts[round(value * fact.steps)] if fact.texts and 0.0 <= value <= 1.0 else ""

    def from_text(self, id: int, text: str) -> float | None:
        """See `Plugin.from_text`. The plug-in turns the parameter to what it reads; it is turned back."""
        effect = self.effect
        before = effect.value(self._known(id))
        with self._unheard():
            if effect.ask(Ask.TEXT_TO_PARAMETER, id, pointer=ffi.new("char[]", text.encode())) != 1:
                return None
            found = effect.value(id)
            if found != before:
                effect.set_value(id, before)
        return found

    def program(self) -> int:
        """See `Plugin.program`."""
        return self.effect.program()

    def choose(self, program: int) -> None:
        """See `Plugin.choose`."""
        if not 0 <= program < self.effect.programs:
            raise PluginError(f"{self.facts.name} has no program {program + 1}; it has {self.effect.programs}")
        self._state.leave()
        with self._other_values():
            self.effect.set_program(program)

    def state(self) -> bytes:
        """See `Plugin.state`: a .fxp of a plug-in with one program, else a .fxb."""
        return self._state.save()

    def preset(self) -> bytes:
        """See `Plugin.preset`."""
        return self._state.save_program()

    def restore(self, state: bytes) -> None:
        """See `Plugin.restore`: a .fxp, which is for the current program, or a .fxb."""
        with self._other_values():
            self._state.load(state)
            self._renamed = True

    @contextmanager
    def _other_values(self) -> Iterator[None]:
        """The plug-in is given other values: one word of that instead of one for each."""
        with self._unheard():
            yield
        self.told.append(Told("values"))

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """What the plug-in says is turned meanwhile was turned by us."""
        self._master.restoring = True
        try:
            yield
        finally:
            self._master.restoring = False

    def bypass(self, *, on: bool) -> bool:
        """See `Plugin.bypass`."""
        if self._can_bypass:
            self.effect.ask(Ask.SET_BYPASS, value=int(on))
        return self._can_bypass

    def sysex(self, message: bytes) -> None:
        """See `Plugin.sysex`."""
        self._audio.send(Sysex(message))

    def midi(self, message: bytes) -> None:
        """See `Plugin.midi`. Raises: PluginError: if it has no bytes, or more than three."""
        if not 1 <= len(message) <= LONGEST_MIDI:
            raise PluginError(f"a MIDI message has one to three bytes, not {len(message)}")
        self._audio.send(bytes(message))

    def idle(self) -> None:
        """See `Plugin.idle`. What the plug-in said has changed is looked at here."""
        master, effect = self._master, self.effect
        if self._closed:
            return
        if master.needs_idle:
            effect.ask(Ask.IDLE)
        # There are plug-ins that know their latency only once they have played, and do not tell.
        if master.io_changed or effect.pointer.latency != self._latency:
            self._take_io()
        if master.display_changed:
            self._take_display()
        elif self._renamed:
            self._read_names()

    def _take_io(self) -> None:
        before = self.facts
        self._settle()
        if self.facts.latency != before.latency:
            self.told.append(Told("latency", value=self.facts.latency))
        if (self.facts.inputs, self.facts.outputs) != (before.inputs, before.outputs):
            self.told.append(Told("buses"))

    def _take_display(self) -> None:
        self._master.display_changed = False
        before = self.facts
        self._read_names()
        if self.facts.parameters != before.parameters:
            self.told.append(Told("names"))
        if self.facts.programs != before.programs:
            self.told.append(Told("programs"))
        self.told.append(Told("values"))
        self.told.append(Told("dirty"))

    def _read_names(self) -> None:
        """Take over what parameters and programs are called now: a bank has names of its own, and few say so."""
        self._renamed = False
        before = self.facts.programs
        self.facts = named_again(self.effect, self.facts)
        if self.facts.programs != before:
            self._state.rename(self.facts.programs)

    def close(self) -> None:
        """See `Plugin.close`."""
        if not self._closed:
            self._stop()
            self._closed = True
            self.effect.ask(Ask.CLOSE)
