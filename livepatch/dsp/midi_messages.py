"""MIDI messages of what changes: notes, wheels, controllers and clocks, as whole numbers.

Source: MIDI Manufacturers Association, MIDI 1.0 Detailed Specification, 1996.
"""

from typing import Final

from livepatch.block import Block, buffer
from livepatch.dsp.blocks import VOICES
from livepatch.dsp.delays import ring_buffer
from livepatch.dsp.functions import absolute
from livepatch.dsp.gates import schmitt
from livepatch.dsp.midi import share_to_bend, volts_to_note, volts_to_velocity
from livepatch.voltage import SCHMITT_HIGH, SCHMITT_LOW

_NOTE_OFF: Final = 0x80
_NOTE_ON: Final = 0x90
_KEY_PRESSURE: Final = 0xA0
_CONTROL: Final = 0xB0
_CHANNEL_PRESSURE: Final = 0xD0
_PITCH_BEND: Final = 0xE0
_CLOCK: Final = 0xF8
_START: Final = 0xFA
_CONTINUE: Final = 0xFB
_STOP: Final = 0xFC
_ALL_SOUND_OFF: Final = 120
_RESET_CONTROLLERS: Final = 121
_ALL_NOTES_OFF: Final = 123
_RELEASE_VELOCITY: Final = 64
"""Of a keyboard that does not know how fast a key comes up."""
_SILENCED: Final = -1
"""In the place of a key: the voice's gate is on, and a panic has ended its note."""
_NOTE_WIDTH: Final = 0.6
"""Semitones that a pitch has to be away from a note before it is another one."""
_ROOM: Final = 256
"""Messages that can wait; notes leave the last of the room to clocks, and wheels most of it to notes."""
_ROOM_OF_NOTES: Final = 224
_ROOM_OF_WHEELS: Final = 32


class midi_generator(Block):
    """MIDI messages of up to 16 voices on one channel, of what is new alone. Say in each sample how all stands.

    `take()` brings them out in their order, 0 if there is none: `0x903C64` is a note's three bytes, status first;
    a shorter message ends with 0. What finds no room is said once there is some, as it stands then.
    """

    channel = 0
    bent = -1
    pressed = -1

    def __init__(self) -> None:
        self.waiting = ring_buffer(_ROOM)
        self.keys = buffer(frames=VOICES)
        self.pressures = buffer(frames=VOICES)
        self.controllers = buffer(frames=_ALL_SOUND_OFF)
        self.clock_edge = schmitt()
        self.start_edge = schmitt()
        self.stop_edge = schmitt()
        self.continue_edge = schmitt()

    def set_channel(self, number: int) -> None:
        """Go on on another channel, 1 to 16: what sounds on the former one ends."""
        fits = self.waiting.size + VOICES <= _ROOM_OF_NOTES
        if 1 <= number <= 16 and number != self.channel + 1 and fits:
            for voice in range(VOICES):
                self._end(voice)
            self.channel = number - 1
            self._forget()

    def play(self, voice: int, pitch: float, gate: float, velocity: float) -> None:
        """Say what a voice, from 0, plays: the volts of its pitch, its gate, and its velocity, 10 V being 127.

        A pitch that moves is another note once it is 0.6 semitones away; a note of two voices ends with the last.
        """
        if 0 <= voice < VOICES and self.waiting.size + 3 <= _ROOM_OF_NOTES:
            sounding = int(self.keys[voice])
            on = gate >= SCHMITT_HIGH or (sounding != 0 and gate > SCHMITT_LOW)
            key = int(volts_to_note(pitch)) + 1
            if sounding > 0 and absolute(12.0 * pitch + 61.0 - float(sounding)) < _NOTE_WIDTH:
                key = sounding
            if not on:
                self._end(voice)
                self.keys[voice] = 0.0
            elif key != sounding and sounding >= 0:
                self._end(voice)
                if self._is_held(key):
                    self._send(_NOTE_OFF, key - 1, _RELEASE_VELOCITY)
                self.keys[voice] = float(key)
                self.pressures[voice] = 0.0
                self._send(_NOTE_ON, key - 1, max(int(volts_to_velocity(velocity)), 1))

    def press(self, voice: int, volts: float) -> None:
        """Say how hard the key of a voice is held, 10 V being 127; after its `play`."""
        if 0 <= voice < VOICES:
            key = int(self.keys[voice])
            pressure = int(volts_to_velocity(volts))
            if key > 0 and float(pressure) != self.pressures[voice] and self.waiting.size < _ROOM_OF_WHEELS:
                self.pressures[voice] = float(pressure)
                self._send(_KEY_PRESSURE, key - 1, pressure)

    def press_all(self, volts: float) -> None:
        """Say how hard the keyboard is held as a whole, 10 V being 127."""
        pressure = int(volts_to_velocity(volts))
        if pressure != self.pressed and self.waiting.size < _ROOM_OF_WHEELS:
            self.pressed = pressure
            self._send(_CHANNEL_PRESSURE, pressure, 0)

    def bend(self, volts: float) -> None:
        """Say where the pitch wheel is, ±5 V being its ends."""
        bend = int(share_to_bend(0.2 * volts))
        if bend != self.bent and self.waiting.size < _ROOM_OF_WHEELS:
            self.bent = bend
            self._send(_PITCH_BEND, bend & 127, bend >> 7)

    def control(self, number: int, volts: float) -> None:
        """Say where a controller is, 0 to 119 (the modulation wheel: 1; volume: 7; pan: 10), 10 V being 127."""
        if 0 <= number < _ALL_SOUND_OFF:
            place = int(volts_to_velocity(volts))
            if float(place + 1) != self.controllers[number] and self.waiting.size < _ROOM_OF_WHEELS:
                self.controllers[number] = float(place + 1)
                self._send(_CONTROL, number, place)

    def clock(self, volts: float) -> None:
        """Tick where the gate goes on, 24 times in a beat."""
        if self.clock_edge.rises(volts):
            self.waiting.push(float(_CLOCK << 16))

    def start(self, volts: float) -> None:
        """Start from the beginning where the gate goes on."""
        if self.start_edge.rises(volts):
            self.waiting.push(float(_START << 16))

    def resume(self, volts: float) -> None:
        """Continue where the gate goes on."""
        if self.continue_edge.rises(volts):
            self.waiting.push(float(_CONTINUE << 16))

    def stop(self, volts: float) -> None:
        """Stop where the gate goes on."""
        if self.stop_edge.rises(volts):
            self.waiting.push(float(_STOP << 16))

    def take(self) -> int:
        """The next message, 0 if there is none."""
        return int(self.waiting.shift())

    def panic(self) -> None:
        """End every note, now; a voice whose gate is on is silent until it goes on again."""
        self.waiting.clear()
        for voice in range(VOICES):
            gated = self.keys[voice] != 0.0
            self._end(voice)
            self.keys[voice] = float(_SILENCED) if gated else 0.0
        self._send(_CONTROL, _ALL_SOUND_OFF, 0)
        self._send(_CONTROL, _RESET_CONTROLLERS, 0)
        self._send(_CONTROL, _ALL_NOTES_OFF, 0)
        self._forget()

    def reset(self) -> None:
        """Begin anew, without a message: all is said again, and what still sounds does so."""
        self.waiting.clear()
        for voice in range(VOICES):
            self.keys[voice] = 0.0
        self._forget()

    def _end(self, voice: int) -> None:
        """End the note of a voice, unless another one holds it too."""
        key = int(self.keys[voice])
        if key > 0:
            self.keys[voice] = 0.0
            if not self._is_held(key):
                self._send(_NOTE_OFF, key - 1, _RELEASE_VELOCITY)

    def _is_held(self, key: int) -> bool:
        held = False
        for voice in range(VOICES):
            if int(self.keys[voice]) == key:
                held = True
        return held

    def _send(self, status: int, first: int, second: int) -> None:
        self.waiting.push(float((status | self.channel) << 16 | first << 8 | second))

    def _forget(self) -> None:
        """Say where wheels and controllers are once more."""
        self.bent = -1
        self.pressed = -1
        for number in range(_ALL_SOUND_OFF):
            self.controllers[number] = 0.0
