/* The twin of livepatch.dsp.edges, term by term, places of blocks that may not be there, and what PortAudio calls with
   captured sound; compiled once, into the archive that every library is linked with. */

#if defined(__linux__)
#include <sched.h>
#endif

static _Bool outside;

static int64_t within(VecFloat block, int64_t index)
{
    index += index < 0 ? block.len : 0;
    if (index >= 0 && index < block.len)
        return index;
    outside = 1;
    return -1;
}

double livepatch_look(VecFloat block, int64_t index)
{
    int64_t place = within(block, index);
    return place < 0 ? 0.0 : block.items[place];
}

char livepatch_lay(VecFloat block, int64_t index, double sample)
{
    int64_t place = within(block, index);
    if (place >= 0)
        block.items[place] = sample;
    return 1;
}

_Bool livepatch_strayed(void)
{
    _Bool found = outside;
    outside = 0;
    return found;
}

/* As livepatch.engine.ring has it: the frames lie behind the header, the newest over the oldest. */
struct ring
{
    int64_t written, channels, room, lost, priority, asked, spare[2];
    float frames[];
};

/* A PaStreamCallback: never waits, and needs nothing of Python. */
static int capture(const void *input, void *output, unsigned long count, const void *time, unsigned long status, void *to)
{
    struct ring *ring = to;
    const float *from = input;
    int64_t written = ring->written, left = (int64_t)count;
#if defined(__linux__)
    if (!ring->asked)
    {
        struct sched_param wanted = {.sched_priority = (int)ring->priority};
        ring->asked = 1;
        if ((sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_OTHER)
            sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted);
    }
#endif
    ring->lost += (status >> 1) & 1; /* paInputOverflow */
    while (from && left > 0)
    {
        int64_t place = written & (ring->room - 1), part = ring->room - place;
        part = part < left ? part : left;
        memcpy(ring->frames + place * ring->channels, from, sizeof(float) * part * ring->channels);
        from += part * ring->channels;
        written += part;
        left -= part;
    }
    __atomic_store_n(&ring->written, written, __ATOMIC_RELEASE);
    return 0; /* paContinue */
}

int64_t livepatch_capturer(void)
{
    return (int64_t)capture;
}

static const double step[7][16] = {
    {-0.99996315, -0.95417890, -0.51890834, 0.15006496, 0.01811157, -0.06401020, 0.05967931, -0.04020032,
     0.02144775, -0.00890747, 0.00254121, -0.00020376, -0.00026334, 0.00017118, -0.00005319, 0.00000390},
    {0.00190271, 0.15596369, 0.72588941, 0.33534295, -0.36158740, 0.20653006, -0.07641405, 0.00332723,
     0.02431896, -0.02622751, 0.01844201, -0.01011414, 0.00452232, -0.00165927, 0.00048541, -0.00010224},
    {0.00054851, 0.20327244, 0.20640819, -0.55304172, 0.09660093, 0.13626202, -0.18494890, 0.15076204,
     -0.09663307, 0.05154801, -0.02319152, 0.00883918, -0.00293017, 0.00094031, -0.00034850, 0.00016705},
    {0.03636936, 0.10316273, -0.18471669, -0.10348283, 0.33165172, -0.25792198, 0.13105237, -0.03907119,
     -0.00717467, 0.02115618, -0.01907147, 0.01227516, -0.00629571, 0.00261018, -0.00082364, -0.00000209},
    {-0.02351616, 0.01839831, -0.13856984, 0.19944872, -0.08523347, -0.05812212, 0.11758317, -0.11465793,
     0.08571429, -0.05422381, 0.03018749, -0.01514625, 0.00699076, -0.00301500, 0.00120075, -0.00003961},
    {0.04499947, -0.05332742, 0.05455609, 0.01696328, -0.10221109, 0.13078246, -0.10895406, 0.07231467,
     -0.04079573, 0.02012556, -0.00893159, 0.00378614, -0.00171172, 0.00089998, -0.00051984, -0.00005846},
    {-0.01452034, 0.00780094, 0.00540620, -0.02718406, 0.03865782, -0.03384111, 0.02180189, -0.01102673,
     0.00421496, -0.00092970, -0.00017992, 0.00030036, -0.00014097, -0.00000057, 0.00006289, 0.00003141},
};

static const double corner[6][16] = {
    {1.83465540, 0.84564202, 0.05889664, -0.09228901, 0.05406127, -0.02206772, 0.00346768, 0.00452327,
     -0.00597976, 0.00456726, -0.00260486, 0.00118181, -0.00041898, 0.00012083, -0.00002469, 0.00000524},
    {-0.99993985, -0.95432235, -0.51859838, 0.14980937, 0.01812576, -0.06383785, 0.05945777, -0.04001127,
     0.02131662, -0.00882875, 0.00249905, -0.00018315, -0.00027272, 0.00017521, -0.00005475, 0.00000402},
    {0.00052291, 0.08001554, 0.35870104, 0.17101645, -0.18072693, 0.10065494, -0.03499971, -0.00102169,
     0.01399856, -0.01420685, 0.00980190, -0.00533954, 0.00238970, -0.00088515, 0.00026466, -0.00005258},
    {0.00281578, 0.05813801, 0.08787575, -0.19832331, 0.03011209, 0.05886691, -0.07725925, 0.06298936,
     -0.04077888, 0.02220234, -0.01036688, 0.00421853, -0.00155543, 0.00056620, -0.00021902, 0.00006094},
    {0.00165635, 0.04603668, -0.08314840, -0.00231234, 0.09292941, -0.09626920, 0.06700726, -0.03667814,
     0.01582333, -0.00479802, 0.00042829, 0.00059397, -0.00044877, 0.00015166, 0.00000743, -0.00000616},
    {0.00593064, -0.01661067, 0.00398089, 0.02616212, -0.03656894, 0.02611876, -0.01314836, 0.00421698,
     0.00018858, -0.00154153, 0.00142469, -0.00089078, 0.00042712, -0.00015347, 0.00003161, -0.00001145},
};

/* That of livepatch.dsp.blocks. A block begins where a line of the cache does, so that as many samples as a register
   has never lie in two; librt's own begin 8 bytes behind one. To everyone else it is a buffer like those: what ends it
   is all that differs. In front of it is the address that it was given. */

enum { LINE = 64 };

static void end_block(PyObject *buffer) { PyMem_RawFree(((void **)buffer)[-1]); }

static PyTypeObject block_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "livepatch.block",
    .tp_basicsize = offsetof(VecFloatBufObject, items),
    .tp_itemsize = sizeof(double),
    .tp_dealloc = end_block,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

VecFloat livepatch_blank(int64_t frames, double sample)
{
    const size_t before = sizeof(void *) + offsetof(VecFloatBufObject, items);
    if (frames <= 0)
        return VecFloatApi.alloc(0, 0);
    char *memory = NULL;
    if (frames <= (int64_t)1 << 40 && PyType_Ready(&block_type) == 0)
        memory = PyMem_RawMalloc(before + LINE + (size_t)frames * sizeof(double));
    if (memory == NULL) {
        PyErr_NoMemory();
        return (VecFloat){.len = -1};
    }
    double *items = (double *)(((uintptr_t)memory + before + LINE - 1) & -(uintptr_t)LINE);
    VecFloatBufObject *buffer = VEC_FLOAT_BUF_FROM_ITEMS(items);
    ((void **)buffer)[-1] = memory;
    (void)PyObject_InitVar((PyVarObject *)buffer, &block_type, frames);
    for (int64_t index = 0; index < frames; index++) /* each page is there before it is played */
        items[index] = sample;
    return (VecFloat){frames, items};
}

typedef double eight __attribute__((vector_size(64)));
typedef double four __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) eight rest_of(
    const double (*kernel)[16], int degree, int first, double age)
{
    eight sum, factor;
    memcpy(&sum, &kernel[degree][first], sizeof sum);
    for (int power = degree - 1; power >= 0; power--) {
        memcpy(&factor, &kernel[power][first], sizeof factor);
        sum = factor + age * sum;
    }
    return sum;
}

/* A queue of one voice has its samples side by side; in one of sixteen voices, `stride` apart from `voice` on. */
typedef struct { double *items; int64_t stride; } place;

static inline __attribute__((always_inline)) place plain(VecFloat queue) { return (place){queue.items, 1}; }

static inline place voice_of(VecFloat queue, int voice) { return (place){queue.items + voice, 16}; }

static inline __attribute__((always_inline)) void queue_one(
    place queue, const double (*kernel)[16], int degree, int64_t position, double age, double size)
{
    eight rest[2] = {rest_of(kernel, degree, 0, age), rest_of(kernel, degree, 8, age)};
    for (int sample = 0; sample < 16; sample++)
        queue.items[((position + sample) & 15) * queue.stride] += size * rest[sample / 8][sample % 8];
}

static inline __attribute__((always_inline)) void queue_four(
    place queue, const double (*kernel)[16], int degree, int64_t position, double age, four sizes)
{
    eight rest[2] = {rest_of(kernel, degree, 0, age), rest_of(kernel, degree, 8, age)};
    if (queue.stride == 1) {
        for (int sample = 0; sample < 16; sample++) {
            double *items = queue.items + 4 * ((position + sample) & 15);
            four sum;
            memcpy(&sum, items, sizeof sum);
            sum += sizes * rest[sample / 8][sample % 8];
            memcpy(items, &sum, sizeof sum);
        }
        return;
    }
    double turned[32]; /* from which place on the queue begins, which goes round */
    for (int part = 0; part < 4; part++)
        memcpy(turned + 8 * part, &rest[part % 2], sizeof rest[0]);
    const double *first = turned + (-position & 15);
    for (int wave = 0; wave < 4; wave++)
        if (sizes[wave] != 0.0)
            for (int sample = 0; sample < 16; sample++)
                queue.items[(4 * sample + wave) * queue.stride] += sizes[wave] * first[sample];
}

/* Twice each, as it is quicker where how far samples are apart is known. */

#define EDGES_AT(NAME, KERNEL, DEGREE)                                                                                \
    static void NAME##_beside(double *items, int64_t position, double age, four sizes)                                \
    {                                                                                                                 \
        queue_four((place){items, 1}, KERNEL, DEGREE, position, age, sizes);                                          \
    }                                                                                                                 \
    static void NAME##_apart(double *items, int64_t position, double age, four sizes)                                 \
    {                                                                                                                 \
        queue_four((place){items, 16}, KERNEL, DEGREE, position, age, sizes);                                         \
    }                                                                                                                 \
    static inline void NAME##_at(place queue, int64_t position, double age, four sizes)                               \
    {                                                                                                                 \
        (queue.stride == 1 ? NAME##_beside : NAME##_apart)(queue.items, position, age, sizes);                        \
    }
EDGES_AT(steps, step, 6)
EDGES_AT(corners, corner, 5)

char livepatch_add_step(VecFloat queue, int64_t position, double age, double height)
{
    if (queue.len >= 16)
        queue_one(plain(queue), step, 6, position, age, height);
    return 1;
}

char livepatch_add_corner(VecFloat queue, int64_t position, double age, double bend)
{
    if (queue.len >= 16)
        queue_one(plain(queue), corner, 5, position, age, bend);
    return 1;
}

char livepatch_add_steps(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d)
{
    if (queue.len >= 64)
        steps_at(plain(queue), position, age, (four){a, b, c, d});
    return 1;
}

char livepatch_add_corners(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d)
{
    if (queue.len >= 64)
        corners_at(plain(queue), position, age, (four){a, b, c, d});
    return 1;
}

static double triangle1(double phase)
{
    double height = 1.0 - fabs(4.0 * fabs(phase - 0.5) - 1.0);
    return phase < 0.5 ? height : -height;
}

static double place_of(double phase) { return phase < 0.5 ? phase + 0.5 : phase - 0.5; }

static void advance_square(
    place queue, int64_t position, double where, double reach, double late, double last_width, double width)
{
    double early = 1.0 - late;
    double before = where - last_width;
    where += reach;
    double after = where - width;
    if ((before < 0.0) != (after < 0.0)) {
        double age = late + early * livepatch_divide(after, after - before);
        steps_at(queue, position, age, (four){0.0, after < 0.0 ? 2.0 : -2.0, 0.0, 0.0});
    }
    if (where < 0.0 || where >= 1.0) {
        double turn = where >= 1.0 ? 1.0 : -1.0;
        where -= turn;
        double age = late + early * livepatch_divide(turn > 0.0 ? where : where - 1.0, reach);
        steps_at(queue, position, age, (four){0.0, 2.0 * turn, 0.0, 0.0});
        if ((where < width) != (turn > 0.0)) {
            age = late + early * livepatch_divide(where - width, reach);
            steps_at(queue, position, age, (four){0.0, -2.0 * turn, 0.0, 0.0});
        }
    }
}

static inline __attribute__((always_inline)) double advance_at(
    place queue, int64_t position, double phase, double speed, double late, double last_width, double width,
    _Bool saw, _Bool square, _Bool triangle)
{
    double early = 1.0 - late;
    double reach = speed * early;
    int rising = fabs(phase - 0.5) < 0.25;
    if (square)
        advance_square(queue, position, place_of(phase), reach, late, last_width, width);
    phase += reach;
    if (phase < 0.0 || phase >= 1.0) {
        double turn = phase >= 1.0 ? 1.0 : -1.0;
        phase -= turn;
        if (saw) {
            double age = late + early * livepatch_divide(turn > 0.0 ? phase : phase - 1.0, reach);
            steps_at(queue, position, age, (four){-2.0 * turn, 0.0, 0.0, 0.0});
        }
    }
    if (triangle && (fabs(phase - 0.5) < 0.25) != rising) {
        double age = late + early * livepatch_divide(phase - (phase < 0.5 ? 0.25 : 0.75), reach);
        double bend = (phase > 0.5 ? -8.0 : 8.0) * fabs(speed);
        corners_at(queue, position, age, (four){0.0, 0.0, bend, 0.0});
    }
    return phase;
}

static inline __attribute__((always_inline)) double start_at(
    place queue, int64_t position, double phase, double speed, double late, double width)
{
    double jump = (speed >= 0.0 ? 1.0 : -1.0) - (place_of(phase) < width ? 1.0 : -1.0);
    double bend = 6.283185307179586 * speed * (1.0 + livepatch_cos1(phase));
    double fall = 1.83465526 * bend + livepatch_sin1(phase);
    double turn = fabs(phase - 0.5) < 0.25 ? 0.0 : 8.0 * speed;
    steps_at(queue, position, late, (four){1.0 - 2.0 * phase, jump, triangle1(phase), fall});
    corners_at(queue, position, late, (four){0.0, 0.0, turn, bend});
    return 0.5 + speed * late;
}

double livepatch_advance_wave(
    VecFloat queue, int64_t position, double phase, double speed, double late, double last_width, double width,
    _Bool saw, _Bool square, _Bool triangle)
{
    static double nowhere[64];
    place where = queue.len >= 64 ? plain(queue) : (place){nowhere, 1};
    return advance_at(where, position, phase, speed, late, last_width, width, saw, square, triangle);
}

double livepatch_start_wave(
    VecFloat queue, int64_t position, double phase, double speed, double late, double width)
{
    static double nowhere[64];
    place where = queue.len >= 64 ? plain(queue) : (place){nowhere, 1};
    return start_at(where, position, phase, speed, late, width);
}

/* The same for sixteen voices side by side. Edges are rare: the voices that have one get it one after the other. */

#define APART(x) livepatch_apart x##_ = {x}
#define EACH_OF(BITS, ROOM)                                                                                           \
    uint32_t left = queue.len >= 16 * (ROOM) ? (BITS) : 0;                                                            \
    for (int voice = 0; left && (voice = __builtin_ctz(left)) >= 0; left &= left - 1)
#define EACH(ROOM) EACH_OF(livepatch_lanes_bits(m), ROOM)
#define WHERE ((int64_t)position_.one[voice] & 15)
#define EDGES(NAME, KERNEL, DEGREE)                                                                                   \
    char livepatch_lanes_add_##NAME(                                                                                  \
        VecFloat queue, livepatch_lanes position, livepatch_lanes age, livepatch_lanes size, livepatch_mask m)        \
    {                                                                                                                 \
        APART(position), age_ = {age}, size_ = {size};                                                                \
        EACH(16)                                                                                                      \
            queue_one(voice_of(queue, voice), KERNEL, DEGREE, WHERE, age_.one[voice], size_.one[voice]);              \
        return 1;                                                                                                     \
    }                                                                                                                 \
    char livepatch_lanes_add_##NAME##s(VecFloat queue, livepatch_lanes position, livepatch_lanes age,                 \
        livepatch_lanes p, livepatch_lanes q, livepatch_lanes r, livepatch_lanes s, livepatch_mask m)                 \
    {                                                                                                                 \
        APART(position), age_ = {age}, p_ = {p}, q_ = {q}, r_ = {r}, s_ = {s};                                        \
        EACH(64)                                                                                                      \
        {                                                                                                             \
            four sizes = {p_.one[voice], q_.one[voice], r_.one[voice], s_.one[voice]};                                \
            queue_four(voice_of(queue, voice), KERNEL, DEGREE, WHERE, age_.one[voice], sizes);                        \
        }                                                                                                             \
        return 1;                                                                                                     \
    }
EDGES(step, step, 6)
EDGES(corner, corner, 5)

#define OF(NAME) waves->NAME.one[voice]

void livepatch_lanes_turn(
    VecFloat queue, livepatch_waves *waves, _Bool saw, _Bool square, _Bool triangle, uint32_t bits)
{
    EACH_OF(bits, 64)
        OF(phase) = advance_at(voice_of(queue, voice), (int64_t)OF(position) & 15, OF(phase), OF(speed), OF(late),
                               OF(last_width), OF(width), saw, square, triangle);
}

void livepatch_lanes_restart(VecFloat queue, livepatch_waves *waves, uint32_t bits)
{
    EACH_OF(bits, 64)
        OF(phase) = start_at(voice_of(queue, voice), (int64_t)OF(position) & 15, OF(phase), OF(speed), OF(late),
                             OF(width));
}

livepatch_lanes livepatch_lanes_gather(VecFloat buffer, livepatch_lanes index)
{
    int64_t length = buffer.len / 16;
    livepatch_apart place = {index}, x;
    for (int lane = 0; lane < 16; lane++)
        x.one[lane] = buffer.items[livepatch_lanes_place(place.one[lane], length) * 16 + lane];
    return x.lanes;
}

char livepatch_lanes_scatter(VecFloat buffer, livepatch_lanes index, livepatch_lanes x, livepatch_mask m)
{
    int64_t length = buffer.len / 16;
    livepatch_apart place = {index}, y = {x};
    uint32_t bits = livepatch_lanes_bits(m);
    for (int lane = 0; lane < 16; lane++)
        if (bits >> lane & 1)
            buffer.items[livepatch_lanes_place(place.one[lane], length) * 16 + lane] = y.one[lane];
    return 1;
}
