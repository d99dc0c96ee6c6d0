"""What C has to know of VST3: structs, and the tables of the interfaces. `compiled_abi.py` is made of it.

After a change here or in interfaces.py: `python -m livepatch.plugins.vst3.declarations`.
"""

from pathlib import Path
from typing import Any, Final

from cffi import FFI

from livepatch.plugins.vst3.interfaces import INTERFACES, method_name, signature

COMPILED: Final = Path(__file__).with_name("compiled_abi.py")
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
LOADERS: Final = """
void *dlopen(const char *path, int mode);
void *dlsym(void *library, const char *name);
char *dlerror(void);
void *LoadLibraryExW(const wchar_t *path, void *file, uint32_t flags);
void *GetProcAddress(void *library, const char *name);
uint32_t GetLastError(void);
void *CFURLCreateFromFileSystemRepresentation(void *allocator, const char *path, long length, uint8_t folder);
void *CFBundleCreate(void *allocator, void *url);
typedef void *(*FactoryEntry)(void);
typedef uint8_t (*ModuleEntry)(void *);
typedef uint8_t (*InitDll)(void);
"""
"""What opens libraries on Linux and macOS, on Windows, what macOS finds a bundle with; what libraries export."""


def _table(name: str) -> str:
    slots = "".join(
        f"    {signature(method).replace('(*)', f'(*{method_name(method)})', 1)};\n"
        for method in INTERFACES[name][1]
    )
    return f"typedef struct {{\n{slots}}} {name}Table;\ntypedef struct {{ {name}Table *table; }} {name};\n"


def declared() -> Any:
    """All of it as cffi has it, which takes a tenth of a second to read C; so no process that plays does this."""
    made = FFI()
    tables = "".join(map(_table, INTERFACES))
    made.cdef(f"typedef int32_t tresult;\n{STRUCTS}{tables}typedef struct {{ void *table; }} Facet;\n{LOADERS}")
    return made


if __name__ == "__main__":
    source = declared()
    source.set_source("livepatch.plugins.vst3.compiled_abi", None)
    source.emit_python_code(str(COMPILED))
