"""The numbers of VST3, its texts, and what calls C."""

from typing import Any, Final

from livepatch.plugins.vst3 import compiled_abi
from livepatch.plugins.vst3.interfaces import INTERFACES, WINDOWS, raw_id

OK: Final = 0
REFUSED: Final = 1
NO_INTERFACE: Final = -2147467262 if WINDOWS else -1
INVALID: Final = -2147024809 if WINDOWS else 2
NOT_IMPLEMENTED: Final = -2147467263 if WINDOWS else 3

AUDIO, EVENT = 0, 1  # media
INPUT, OUTPUT = 0, 1  # directions
MAIN: Final = 0  # kind of a bus
CAN_AUTOMATE, READ_ONLY, HIDDEN, PROGRAM_CHANGE, BYPASS = 1 << 0, 1 << 1, 1 << 4, 1 << 15, 1 << 16
FLOATS_32, FLOATS_64 = 0, 1
REALTIME, OFFLINE = 0, 2
ENDLESS_TAIL: Final = 0xFFFFFFFF
NO_PARAMETER: Final = 0xFFFFFFFF
NO_LIST: Final = -1
AUDIO_CLASS: Final = "Audio Module Class"

RELOAD, IO_CHANGED, VALUES_CHANGED, LATENCY_CHANGED = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TITLES_CHANGED, MIDI_CHANGED, EXPRESSION_CHANGED, IO_TITLES_CHANGED = 1 << 4, 1 << 5, 1 << 6, 1 << 7

NOTE_ON, NOTE_OFF, DATA, POLY_PRESSURE, EXPRESSION, MIDI_OUT = 0, 1, 2, 3, 4, 0xFFFF  # kinds of event
SYSEX: Final = 0
LIVE: Final = 1
TUNING: Final = 2
"""The note expression that moves a note's pitch: 0.5 is none, 0 and 1 are 120 semitones down and up."""
TUNING_SEMITONES: Final = 240.0
TEXT, PHONEME = 6, 7
"""Those whose values are no numbers."""
BIPOLAR, ONE_SHOT = 1 << 0, 1 << 1  # flags of a note expression
MIDI_PRESSURE, MIDI_BEND, MIDI_PROGRAM, MIDI_POLY_PRESSURE = 128, 129, 130, 131  # after the 128 MIDI controllers

PLAYING, SYSTEM_TIME, BEATS, TEMPO, BAR = 1 << 1, 1 << 8, 1 << 9, 1 << 10, 1 << 11
TIME_SIGNATURE, CONTINUOUS_TIME = 1 << 13, 1 << 17
NEED_SYSTEM_TIME: Final = 1 << 0
TOLD_OF_TIME: Final = {1 << 1: CONTINUOUS_TIME, 1 << 2: BEATS, 1 << 3: BAR, 1 << 6: TEMPO, 1 << 7: TIME_SIGNATURE}
"""By what a plug-in needs to know, how the context says that it is there."""

MONO, STEREO = 1 << 19, 3  # speaker arrangements

ffi: Final[Any] = compiled_abi.ffi
NULL: Final[Any] = ffi.NULL
IDS: Final[dict[str, bytes]] = {name: raw_id(id) for name, (id, _) in INTERFACES.items()}
NAMES: Final[dict[bytes, str]] = {id: name for name, id in IDS.items()}


def wide(buffer: Any, most: int = 128) -> str:
    """The text in a plug-in's UTF-16 buffer, without what would upset a terminal, however it ends."""
    raw = bytes(ffi.buffer(buffer, most * 2)).decode("utf-16-le", "replace")
    return _shown(raw)


def narrow(buffer: Any) -> str:
    """The text in a plug-in's char array, without what would upset a terminal, however it ends."""
    return _shown(bytes(ffi.buffer(buffer)).decode("utf-8", "replace"))


def _shown(raw: str) -> str:
    text = raw.partition("\0")[0].strip()
    return text if text.isprintable() else "".join(letter for letter in text if letter.isprintable())


def put_wide(buffer: Any, text: str, most: int = 128) -> None:
    """Write a text, cut to `most` UTF-16 units with its end, to where the plug-in has room for it."""
    units = text.encode("utf-16-le")[: 2 * most - 2]
    ffi.memmove(buffer, units + b"\0\0", len(units) + 2)
