"""The structs of VST3 and the numbers in them, and what calls C with them."""

from typing import Any, Final

from cffi import FFI

from livepatch.plugins.vst3.interfaces import INTERFACES, WINDOWS, method_name, raw_id, signature

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
MIDI_PRESSURE, MIDI_BEND, MIDI_PROGRAM, MIDI_POLY_PRESSURE = 128, 129, 130, 131  # after the 128 MIDI controllers

PLAYING, SYSTEM_TIME, BEATS, TEMPO, BAR = 1 << 1, 1 << 8, 1 << 9, 1 << 10, 1 << 11
TIME_SIGNATURE, CONTINUOUS_TIME = 1 << 13, 1 << 17
NEED_SYSTEM_TIME: Final = 1 << 0

MONO, STEREO = 1 << 19, 3  # speaker arrangements

STRUCTS: Final = """
typedef struct { char vendor[64]; char url[256]; char email[128]; int32_t flags; } FactoryInfo;
typedef struct { char id[16]; int32_t cardinality; char category[32]; char name[64]; } ClassInfo;
typedef struct {
    char id[16]; int32_t cardinality; char category[32]; char name[64]; uint32_t flags; char kinds[128];
    char vendor[64]; char version[64]; char sdk[64];
} ClassInfo2;
typedef struct {
    char id[16]; int32_t cardinality; char category[32]; uint16_t name[64]; uint32_t flags; char kinds[128];
    uint16_t vendor[64]; uint16_t version[64]; uint16_t sdk[64];
} ClassInfoW;
typedef struct {
    int32_t media, direction, channels; uint16_t name[128]; int32_t kind; uint32_t flags;
} BusInfo;
typedef struct {
    uint32_t id; uint16_t title[128], short_title[128], units[128]; int32_t steps; double standard;
    int32_t unit; int32_t flags;
} ParameterInfo;
typedef struct { int32_t id, parent; uint16_t name[128]; int32_t programs; } UnitInfo;
typedef struct { int32_t id; uint16_t name[128]; int32_t count; } ProgramListInfo;
typedef struct {
    uint32_t id; uint16_t title[128], short_title[128], units[128]; int32_t unit;
    double standard, lowest, highest; int32_t steps; uint32_t parameter; int32_t flags;
} ExpressionInfo;
typedef struct { int32_t mode, floats, most_frames; double sample_rate; } ProcessSetup;
typedef struct { int32_t channels; uint64_t silent; void **addresses; } BusBuffers;
typedef struct {
    uint32_t state; double sample_rate; int64_t frame, system_time, continuous_frame;
    double beats, bar_beats, cycle_start, cycle_end, tempo; int32_t numerator, denominator;
    uint8_t key_note, root_note; int16_t chord; int32_t smpte_offset; uint32_t picture_rate, picture_flags;
    int32_t to_next_clock;
} ProcessContext;
typedef struct {
    int32_t mode, floats, frames, input_count, output_count; BusBuffers *inputs, *outputs;
    void *changes_in, *changes_out, *events_in, *events_out; ProcessContext *context;
} ProcessData;
typedef struct { int16_t channel, key; float cents, velocity; int32_t length, note; } NoteOn;
typedef struct { int16_t channel, key; float velocity; int32_t note; float cents; } NoteOff;
typedef struct { int16_t channel, key; float pressure; int32_t note; } PolyPressure;
typedef struct { uint32_t size, type; const uint8_t *bytes; } DataEvent;
typedef struct { uint32_t type; int32_t note; double value; } NoteExpression;
typedef struct { uint32_t type; int32_t note; uint32_t length; const uint16_t *text; } NoteText;
typedef struct { uint8_t number; int8_t channel, value, second; } MidiOut;
typedef struct {
    int32_t bus, frame; double beats; uint16_t flags, type;
    union {
        NoteOn on; NoteOff off; PolyPressure pressure; DataEvent data; NoteExpression expression; NoteText text;
        MidiOut midi;
    };
} VstEvent;
"""


def _table(name: str) -> str:
    slots = "".join(
        f"    {signature(method).replace('(*)', f'(*{method_name(method)})', 1)};\n"
        for method in INTERFACES[name][1]
    )
    return f"typedef struct {{\n{slots}}} {name}Table;\ntypedef struct {{ {name}Table *table; }} {name};\n"


def _declarations() -> Any:
    made = FFI()
    made.cdef("typedef int32_t tresult;" + STRUCTS + "".join(map(_table, INTERFACES)))
    made.cdef(
        "typedef struct { void *table; } Facet;"
        "typedef void* (*FactoryEntry)(void); typedef uint8_t (*ModuleEntry)(void*);"
        "typedef uint8_t (*InitDll)(void);"
    )
    return made


ffi: Final[Any] = _declarations()
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
