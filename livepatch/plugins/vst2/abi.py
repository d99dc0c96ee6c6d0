"""The structures of VST 2.4, as the compiler of a 64-bit or 32-bit plug-in lays them out.

Everything here is `Any` to mypy: cffi has no types. The names of fields say what they hold; no header was used.
"""

from typing import Any, Final

from cffi import FFI

LAYOUT: Final = """
typedef struct Effect Effect;
typedef intptr_t (*Master)(Effect*, int32_t, int32_t, intptr_t, void*, float);
struct Effect {
    int32_t magic;
    intptr_t (*dispatch)(Effect*, int32_t, int32_t, intptr_t, void*, float);
    void (*accumulate)(Effect*, void*, void*, int32_t);
    void (*set_parameter)(Effect*, int32_t, float);
    float (*get_parameter)(Effect*, int32_t);
    int32_t programs, parameters, inputs, outputs, flags;
    intptr_t reserved[2];
    int32_t latency, real_time_quality, offline_quality;
    float rate_ratio;
    void *object, *user;
    int32_t uid, version;
    void (*process)(Effect*, void*, void*, int32_t);
    void (*process_doubles)(Effect*, void*, void*, int32_t);
    char future[56];
};
typedef struct { int32_t type, size, frame, flags; } AnyEvent;
typedef struct {
    int32_t type, size, frame, flags, length, offset;
    uint8_t bytes[4];
    int8_t detune;
    uint8_t off_velocity, reserved[2];
} MidiEvent;
typedef struct {
    int32_t type, size, frame, flags, length;
    intptr_t reserved;
    char *bytes;
    intptr_t also_reserved;
} SysexEvent;
typedef struct { int32_t count; intptr_t reserved; void *events[]; } Events;
typedef struct {
    double frame, sample_rate, nanoseconds, beats, tempo, bar, cycle_begin, cycle_end;
    int32_t numerator, denominator, smpte_offset, smpte_rate, frames_to_clock, flags;
} TimeInfo;
typedef struct {
    char label[64];
    int32_t flags, arrangement;
    char short_label[8], future[48];
} Pin;
typedef struct {
    float step, small_step, large_step;
    char label[64];
    int32_t flags, least, most, whole_step, large_whole_step;
    char short_label[8];
    int16_t position, category, category_size, reserved;
    char category_label[24], future[16];
} ParameterFacts;
typedef struct {
    float azimuth, elevation, radius, reserved;
    char name[64];
    int32_t type;
    char future[28];
} Speaker;
typedef struct { int32_t type, channels; Speaker speakers[8]; } Arrangement;
typedef struct { int32_t version, uid, plugin_version, elements; char future[48]; } Patch;
Effect *VSTPluginMain(Master);
Effect *main(Master);
Effect *main_macho(Master);
"""

SIZES: Final = {
    "Effect": (144, 192),
    "MidiEvent": (32, 32),
    "SysexEvent": (32, 48),
    "TimeInfo": (88, 88),
    "Pin": (128, 128),
    "ParameterFacts": (152, 152),
    "Arrangement": (904, 904),
    "Patch": (64, 64),
}
"""The bytes of each structure in a process of 32 and of 64 bits."""

ffi: Final[Any] = FFI()
ffi.cdef(LAYOUT)
NULL: Final[Any] = ffi.NULL


def check_sizes() -> None:
    """Raises: AssertionError: if a structure is not as long as plug-ins take it to be."""
    column = 1 if ffi.sizeof("void *") == 8 else 0
    for name, sizes in SIZES.items():
        assert ffi.sizeof(name) == sizes[column], f"{name} has {ffi.sizeof(name)} bytes"


check_sizes()
