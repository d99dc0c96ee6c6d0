"""The structures of VST 2.4, as C has them. `compiled_abi.py` is made of it.

The names of fields say what they hold; no header was used. After a change here:
`python -m livepatch.plugins.vst2.declarations`.
"""

from pathlib import Path
from typing import Any, Final

from cffi import FFI

COMPILED: Final = Path(__file__).with_name("compiled_abi.py")
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


def declared() -> Any:
    """All of it as cffi has it, which takes its time to read C; so no process that plays does this."""
    made = FFI()
    made.cdef(LAYOUT)
    return made


if __name__ == "__main__":
    source = declared()
    source.set_source("livepatch.plugins.vst2.compiled_abi", None)
    source.emit_python_code(str(COMPILED))
