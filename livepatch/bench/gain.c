/* The plug-in that `livepatch bench` hosts: a VST 2.4 effect of two channels, which does next to nothing by itself. */
#include <stdint.h>

enum { MAGIC = 0x56737450, VERSION_ASKED = 58, NAME_ASKED = 45, VST_2_4 = 2400, REPLACES = 1 << 4 };

typedef struct effect effect;
struct effect {
    int32_t magic;
    intptr_t (*dispatch)(effect *, int32_t, int32_t, intptr_t, void *, float);
    void (*accumulate)(effect *, float **, float **, int32_t);
    void (*set)(effect *, int32_t, float);
    float (*get)(effect *, int32_t);
    int32_t programs, parameters, inputs, outputs, flags;
    intptr_t reserved[2];
    int32_t latency, unused[2];
    float ratio;
    void *object, *user;
    int32_t uid, version;
    void (*replace)(effect *, float **, float **, int32_t);
    void (*replace_doubles)(effect *, double **, double **, int32_t);
    char future[56];
};
typedef intptr_t (*host_call)(effect *, int32_t, int32_t, intptr_t, void *, float);

static float gain = 0.5f;

static intptr_t dispatch(effect *e, int32_t what, int32_t index, intptr_t value, void *pointer, float opt) {
    (void)e, (void)index, (void)value, (void)opt;
    static const char name[] = "Gain";
    if (what == NAME_ASKED) {
        for (unsigned i = 0; i < sizeof name; i++) ((char *)pointer)[i] = name[i];
        return 1;
    }
    return what == VERSION_ASKED ? VST_2_4 : 0;
}

static void set(effect *e, int32_t index, float value) {
    (void)e, (void)index;
    gain = value;
}

static float get(effect *e, int32_t index) {
    (void)e, (void)index;
    return gain;
}

static void replace(effect *e, float **inputs, float **outputs, int32_t frames) {
    (void)e;
    for (int channel = 0; channel < 2; channel++)
        for (int32_t i = 0; i < frames; i++) outputs[channel][i] = gain * inputs[channel][i];
}

__attribute__((visibility("default"))) effect *VSTPluginMain(host_call host);
effect *VSTPluginMain(host_call host) {
    (void)host;
    static effect made = {
        .magic = MAGIC, .dispatch = dispatch, .accumulate = replace, .set = set, .get = get,
        .parameters = 1, .inputs = 2, .outputs = 2, .flags = REPLACES, .ratio = 1, .uid = 0x4c504762, .version = 1,
        .replace = replace,
    };
    return &made;
}
