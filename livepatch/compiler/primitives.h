/* What compiled code has as C: the twins of livepatch.dsp, term by term, so that interpreted and
   compiled modules give the same samples. primitives.py reads the signatures from here. */

#include <Python.h>
#include <CPy.h>
#include "vecs/librt_vecs_api.h"
#include "vecs_extra_ops.h"
#include <math.h>
#include <string.h>

/* gcc's own names of the instructions: immintrin.h would double the compiled header */
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define LIVEPATCH_WIDTH 64
#define LIVEPATCH_SPREAD(x) ((livepatch_v){x, x, x, x, x, x, x, x})
#define LIVEPATCH_EACH(F) F(a), F(b)
#define LIVEPATCH_FIELDS a, b
#elif defined(__AVX2__)
#define LIVEPATCH_WIDTH 32
#define LIVEPATCH_SPREAD(x) ((livepatch_v){x, x, x, x})
#define LIVEPATCH_EACH(F) F(a), F(b), F(c), F(d)
#define LIVEPATCH_FIELDS a, b, c, d
#else
#define LIVEPATCH_WIDTH 16
#define LIVEPATCH_SPREAD(x) ((livepatch_v){x, x})
#define LIVEPATCH_EACH(F) F(a), F(b), F(c), F(d), F(e), F(f), F(g), F(h)
#define LIVEPATCH_FIELDS a, b, c, d, e, f, g, h
#endif

typedef double livepatch_v __attribute__((vector_size(LIVEPATCH_WIDTH)));
typedef double livepatch_w __attribute__((vector_size(LIVEPATCH_WIDTH), aligned(8), may_alias));
typedef int64_t livepatch_n __attribute__((vector_size(LIVEPATCH_WIDTH)));
typedef long long livepatch_m __attribute__((vector_size(LIVEPATCH_WIDTH)));

/* livepatch.dsp.blocks */

extern VecFloat livepatch_blank(int64_t frames, double sample);

#if defined(__OPTIMIZE__) || defined(LIVEPATCH_PART) /* the boilerplate of modules calls none of these */

/* livepatch.dsp.functions */

#define EACH static inline __attribute__((always_inline))

static inline double livepatch_floor(double x) { return floor(x); }

static inline double livepatch_nearest(double x) { return floor(x + 0.5); }

static inline double livepatch_frac(double x) { return x - floor(x); }

static inline double livepatch_absolute(double x) { return fabs(x); }

typedef double livepatch_two __attribute__((vector_size(16)));

/* on x86 as instructions: `?:` stays a branch for so long that nothing built on it moves out of loops */
static inline double livepatch_minimum(double a, double b)
{
#if defined(__SSE2__)
    return __builtin_ia32_minsd((livepatch_two){a, 0.0}, (livepatch_two){b, 0.0})[0];
#else
    return a < b ? a : b;
#endif
}

static inline double livepatch_maximum(double a, double b)
{
#if defined(__SSE2__)
    return __builtin_ia32_maxsd((livepatch_two){a, 0.0}, (livepatch_two){b, 0.0})[0];
#else
    return a > b ? a : b;
#endif
}

static inline double livepatch_clamp(double x, double low, double high)
{
    return livepatch_minimum(livepatch_maximum(x, low), high);
}

static inline double livepatch_sign(double x) { return (x > 0.0 ? 1.0 : 0.0) - (x < 0.0 ? 1.0 : 0.0); }

static inline double livepatch_crossfade(double a, double b, double position) { return a + (b - a) * position; }

static inline double livepatch_sqrt(double x) { return sqrt(livepatch_maximum(x, 0.0)); }

static inline double livepatch_divide(double a, double b) { return b != 0.0 ? a / b : 0.0; }

/* of a number held inside the range of each */

EACH double livepatch_held_exp2(double y)
{
    double whole = floor(y + 0.5);
    double f = y - whole;
    double p = 1.531097661802621e-05 + f * 1.318280195679237e-06;
    p = 0.00015403822440314128 + f * p;
    p = 0.0013333448089231485 + f * p;
    p = 0.009618128596596092 + f * p;
    p = 0.05550410942145711 + f * p;
    p = 0.24022650698298287 + f * p;
    p = 0.693147180546616 + f * p;
    p = 1.0 + f * p;
    union { int64_t bits; double number; } scale;
    scale.number = whole + (6755399441055744.0 + 1023.0); /* the sum's last bits are the whole number */
    scale.bits <<= 52;
    return p * scale.number;
}

EACH double livepatch_held_log2(double x)
{
    union { int64_t bits; double number; } y;
    y.number = x;
    union { int64_t bits; double number; } exponent; /* 2 ** 52 more than it, in the last bits */
    exponent.bits = (int64_t)((uint64_t)y.bits >> 52) | 0x4330000000000000;
    y.bits = (y.bits & 0xfffffffffffff) | 0x3fe0000000000000;
    double mantissa = y.number;
    double m = mantissa < 0.7071067811865476 ? mantissa + mantissa : mantissa;
    double e = exponent.number - (mantissa < 0.7071067811865476 ? 4503599627370496.0 + 1023.0 : 4503599627370496.0 + 1022.0);
    double t = (m - 1.0) / (m + 1.0);
    double z = t * t;
    double p = 0.31976565064999857 + z * 0.2846325224235576;
    p = 0.4122133680513699 + z * p;
    p = 0.5770778894793895 + z * p;
    p = 0.9617966943903461 + z * p;
    p = 2.8853900817774454 + z * p;
    return e + t * p;
}

EACH double livepatch_held_tan(double y)
{
    double z = y * y;
    double s = 2.7523971177874896e-06 + z * -2.3868347933398485e-08;
    s = -0.00019840832825856905 + z * s;
    s = 0.008333330720583594 + z * s;
    s = -0.16666666608826933 + z * s;
    s = 0.9999999999788494 + z * s;
    double c = 2.702589478680344e-07 + z * -1.976443848232247e-09;
    c = -2.4133876481110086e-05 + z * c;
    c = 0.0013293400170180953 + z * c;
    c = -0.038386651171412794 + z * c;
    c = 0.4052847345679916 + z * c;
    return y * s / ((2.4674011002723395 - z) * c);
}

static inline double livepatch_exp2(double x) { return livepatch_held_exp2(livepatch_clamp(x, -1022.0, 1023.0)); }

static inline double livepatch_log2(double x)
{
    return livepatch_held_log2(livepatch_maximum(x, 2.2250738585072014e-308));
}

static inline double livepatch_exp(double x) { return livepatch_exp2(x * 1.4426950408889634); }

static inline double livepatch_log(double x) { return livepatch_log2(x) * 0.6931471805599453; }

static inline double livepatch_cos1(double x)
{
    double b = fabs(x - floor(x) - 0.5) - 0.25;
    double z = b * b;
    double p = -15.07932077758388 + z * 3.655204861791391;
    p = 42.05796603177259 + z * p;
    p = -76.70584121788404 + z * p;
    p = 81.6052490338652 + z * p;
    p = -41.34170223900644 + z * p;
    p = 6.28318530717728 + z * p;
    return b * p;
}

static inline double livepatch_sin1(double x) { return livepatch_cos1(x - 0.25); }

static inline double livepatch_tan(double x) { return livepatch_held_tan(livepatch_clamp(x, -1.5704, 1.5704)); }

static inline double livepatch_tanh(double x)
{
    double y = livepatch_clamp(x, -20.0, 20.0);
    return 1.0 - 2.0 / (1.0 + livepatch_held_exp2(y * 2.885390081777927));
}

/* the same for loops that gcc computes several frames at a time, which instructions of its own keep it from */

EACH double livepatch_even_minimum(double a, double b) { return a < b ? a : b; }

EACH double livepatch_even_maximum(double a, double b) { return a > b ? a : b; }

EACH double livepatch_even_clamp(double x, double low, double high)
{
    return livepatch_even_minimum(livepatch_even_maximum(x, low), high);
}

EACH double livepatch_even_sqrt(double x) { return sqrt(livepatch_even_maximum(x, 0.0)); }

EACH double livepatch_even_exp2(double x) { return livepatch_held_exp2(livepatch_even_clamp(x, -1022.0, 1023.0)); }

EACH double livepatch_even_log2(double x)
{
    return livepatch_held_log2(livepatch_even_maximum(x, 2.2250738585072014e-308));
}

EACH double livepatch_even_exp(double x) { return livepatch_even_exp2(x * 1.4426950408889634); }

EACH double livepatch_even_log(double x) { return livepatch_even_log2(x) * 0.6931471805599453; }

EACH double livepatch_even_tan(double x) { return livepatch_held_tan(livepatch_even_clamp(x, -1.5704, 1.5704)); }

EACH double livepatch_even_tanh(double x)
{
    double y = livepatch_even_clamp(x, -20.0, 20.0);
    return 1.0 - 2.0 / (1.0 + livepatch_held_exp2(y * 2.885390081777927));
}

/* livepatch.dsp.arithmetic */

static inline double livepatch_to_float(int64_t number) { return (double)number; }

static inline int64_t livepatch_to_int(double x)
{
    if (x - x != 0.0)
        return 0;
    return (int64_t)livepatch_clamp(x, -9.2e18, 9.2e18);
}

static inline int64_t livepatch_floor_to_int(double x) { return livepatch_to_int(floor(x)); }

static inline int64_t livepatch_ceil_to_int(double x) { return livepatch_to_int(ceil(x)); }

static inline int64_t livepatch_round_to_int(double x) { return livepatch_to_int(nearbyint(x)); }

static inline _Bool livepatch_is_finite(double x) { return x - x == 0.0; }

static inline int64_t livepatch_magnitude(int64_t number) { return number < 0 ? -number : number; }

static inline double livepatch_square(double x) { return x * x; }

static inline double livepatch_power(double x, double y) { return pow(x, y); }

/* livepatch.dsp.edges */

/* in edges.c, out of line: a module has many edges, and compiles in half the time */

extern char livepatch_add_step(VecFloat queue, int64_t position, double age, double height);

extern char livepatch_add_corner(VecFloat queue, int64_t position, double age, double bend);

extern char livepatch_add_steps(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d);

extern char livepatch_add_corners(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d);

extern double livepatch_advance_wave(
    VecFloat queue, int64_t position, double phase, double speed, double late, double last_width, double width,
    _Bool saw, _Bool square, _Bool triangle);

extern double livepatch_start_wave(
    VecFloat queue, int64_t position, double phase, double speed, double late, double width);

static inline double livepatch_take_edge(VecFloat queue, int64_t place)
{
    if ((uint64_t)place >= (uint64_t)queue.len)
        return 0.0;
    double sample = queue.items[place];
    queue.items[place] = 0.0;
    return sample;
}

/* livepatch.dsp.blocks */

static inline double livepatch_peek(VecFloat block, int64_t index) { return block.items[index]; }

static inline char livepatch_poke(VecFloat block, int64_t index, double sample)
{
    block.items[index] = sample;
    return 1;
}

static inline _Bool livepatch_spans(VecFloat block, int64_t start, int64_t stop)
{
    return start >= 0 && stop <= block.len;
}

extern double livepatch_look(VecFloat block, int64_t index);

extern char livepatch_lay(VecFloat block, int64_t index, double sample);

extern _Bool livepatch_strayed(void);

static inline char livepatch_fill(VecFloat block, double sample, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        block.items[index] = sample;
    return 1;
}

static inline char livepatch_ramp(VecFloat block, double first, double rise, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        block.items[index] = first + rise * (double)(index - start);
    return 1;
}

static inline char livepatch_copy(VecFloat target, VecFloat source, int64_t start, int64_t stop)
{
    if (stop > start)
        memmove(target.items + start, source.items + start, (size_t)(stop - start) * sizeof(double));
    return 1;
}

static inline char livepatch_copy_part(VecFloat target, VecFloat source, int64_t from, int64_t count)
{
    memmove(target.items, source.items + from, (size_t)count * sizeof(double));
    return 1;
}

static inline char livepatch_copy_into(VecFloat target, int64_t at, VecFloat source, int64_t count)
{
    memmove(target.items + at, source.items, (size_t)count * sizeof(double));
    return 1;
}

static inline char livepatch_add(VecFloat target, VecFloat source, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index] = target.items[index] + source.items[index];
    return 1;
}

static inline char livepatch_copy_scaled(VecFloat target, VecFloat source, double gain, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index] = gain * source.items[index];
    return 1;
}

static inline char livepatch_add_scaled(VecFloat target, VecFloat source, double gain, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index] = target.items[index] + gain * source.items[index];
    return 1;
}

static inline char livepatch_add_ramped(
    VecFloat target, VecFloat source, double gain, double rise, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index] = target.items[index] + (gain + rise * (double)(index - start)) * source.items[index];
    return 1;
}

static inline char livepatch_blend(
    VecFloat target, VecFloat source, double share, double rise, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++) {
        double weight = share + rise * (double)(index - start);
        target.items[index] = target.items[index] + weight * (source.items[index] - target.items[index]);
    }
    return 1;
}

static inline char livepatch_limit(VecFloat block, double minimum, double maximum, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        block.items[index] = livepatch_clamp(block.items[index], minimum, maximum);
    return 1;
}

static inline int64_t livepatch_guard(VecFloat block, int64_t start, int64_t stop)
{
    int64_t found = 0;
    for (int64_t index = start; index < stop; index++) {
        double x = block.items[index];
        int bad = x - x != 0.0;
        block.items[index] = bad ? 0.0 : x;
        found += bad;
    }
    return found;
}

#define LIVEPATCH_AT(block, index, part) \
    (*(livepatch_w *)((block).items + (index) + (part) * (LIVEPATCH_WIDTH / 8)))

/* what is not finite is no number any more once it is taken from itself */
static inline __attribute__((always_inline)) livepatch_v livepatch_unsound(VecFloat block, int64_t index, int part)
{
    livepatch_v samples = LIVEPATCH_AT(block, index, part);
    return samples - samples;
}

static inline __attribute__((always_inline)) _Bool livepatch_any_unsound(livepatch_v unsound)
{
#if LIVEPATCH_WIDTH == 64 && !defined(__clang__)
    return __builtin_ia32_cmppd512_mask(unsound, unsound, 3, (unsigned char)-1, 4) != 0;
#else
    double lanes[LIVEPATCH_WIDTH / 8];
    memcpy(lanes, &unsound, LIVEPATCH_WIDTH);
    double sum = 0.0;
    for (int lane = 0; lane < LIVEPATCH_WIDTH / 8; lane++)
        sum += lanes[lane];
    return sum != sum;
#endif
}

static inline _Bool livepatch_is_sound(VecFloat block, int64_t start, int64_t stop)
{
    int64_t index = start;
    livepatch_v unsound = {0};
    for (; index + 16 <= stop; index += 16)
        for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
            unsound += livepatch_unsound(block, index, part);
    _Bool any = stop - start >= 16 && livepatch_any_unsound(unsound);
    double last = 0.0;
    for (; index < stop; index++)
        last += block.items[index] - block.items[index];
    return !any && last == 0.0;
}

/* one half of a register beside the other, then quarters, then eighths: what is done with both is done with all */
#ifdef __clang__
#define LIVEPATCH_TURNED(x, ...) __builtin_shufflevector(x, x, __VA_ARGS__)
#define LIVEPATCH_TAKEN(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define LIVEPATCH_TURNED(x, ...) __builtin_shuffle(x, (livepatch_n){__VA_ARGS__})
#define LIVEPATCH_TAKEN(x, y, ...) __builtin_shuffle(x, y, (livepatch_n){__VA_ARGS__})
#endif
#if LIVEPATCH_WIDTH == 64
#define LIVEPATCH_FOLDS(F) F(4, 5, 6, 7, 0, 1, 2, 3) F(2, 3, 0, 1, 6, 7, 4, 5) F(1, 0, 3, 2, 5, 4, 7, 6)
#elif LIVEPATCH_WIDTH == 32
#define LIVEPATCH_FOLDS(F) F(2, 3, 0, 1) F(1, 0, 3, 2)
#else
#define LIVEPATCH_FOLDS(F) F(1, 0)
#endif

/* of numbers without a sign, the larger one has the larger bits */
static inline __attribute__((always_inline)) livepatch_n livepatch_larger(livepatch_n x, livepatch_n y)
{
#if LIVEPATCH_WIDTH == 64 && !defined(__clang__)
    livepatch_m one = (livepatch_m)x, other = (livepatch_m)y;
    return (livepatch_n)__builtin_ia32_pmaxuq512_mask(one, other, other, (unsigned char)-1);
#else
    livepatch_n higher = x > y;
    return (x & higher) | (y & ~higher);
#endif
}

static inline __attribute__((always_inline)) livepatch_n livepatch_sizes(const double *place)
{
    return (livepatch_n)(*(const livepatch_w *)place) & (int64_t)0x7fffffffffffffff;
}

static inline double livepatch_peak(VecFloat block, int64_t start, int64_t stop)
{
    double largest = 0.0;
    const int lanes = LIVEPATCH_WIDTH / 8;
    const double *place = block.items + start, *end = block.items + stop;
    if (stop - start >= lanes) {
        /* the first and the last ones as they lie; between them from where no load spans two lines of the cache,
           four at a time, which do not wait for each other. Some are looked at twice. */
        livepatch_n most[4] = {livepatch_sizes(place), livepatch_sizes(end - lanes), {0}, {0}};
        place = (const double *)(((uintptr_t)place + LIVEPATCH_WIDTH - 1) & -(uintptr_t)LIVEPATCH_WIDTH);
        for (; end - place >= 4 * lanes; place += 4 * lanes)
            for (int part = 0; part < 4; part++)
                most[part] = livepatch_larger(livepatch_sizes(place + part * lanes), most[part]);
        for (; end - place >= lanes; place += lanes)
            most[0] = livepatch_larger(livepatch_sizes(place), most[0]);
        most[0] = livepatch_larger(livepatch_larger(most[0], most[1]), livepatch_larger(most[2], most[3]));
#define LARGER(...) most[0] = livepatch_larger(most[0], LIVEPATCH_TURNED(most[0], __VA_ARGS__));
        LIVEPATCH_FOLDS(LARGER)
        largest = ((livepatch_v)most[0])[0];
        return largest - largest == 0.0 ? largest : INFINITY;
    }
    for (; place < end; place++) {
        double x = fabs(*place);
        largest = x - x == 0.0 ? livepatch_maximum(x, largest) : INFINITY;
    }
    return largest;
}

/* a wide block has 16 voices to the frame */

static inline char livepatch_add_voices(
    VecFloat target, int64_t into, VecFloat source, int64_t out_of, double gain, double rise, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++) {
        double weight = gain + rise * (double)(index - start);
        if (into == 1)
            target.items[index] = target.items[index] + weight * source.items[index * out_of];
        else if (out_of == 1)
            for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
                LIVEPATCH_AT(target, index * 16, part) += LIVEPATCH_SPREAD(weight * source.items[index]);
        else
            for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
                LIVEPATCH_AT(target, index * 16, part) += weight * LIVEPATCH_AT(source, index * 16, part);
    }
    return 1;
}

static inline char livepatch_add_part(
    VecFloat target, int64_t at, VecFloat source, int64_t from, double gain, int64_t count)
{
    if (count == 16) {
        for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
            LIVEPATCH_AT(target, at, part) += gain * LIVEPATCH_AT(source, from, part);
        return 1;
    }
    for (int64_t index = 0; index < count; index++)
        target.items[at + index] = target.items[at + index] + gain * source.items[from + index];
    return 1;
}

static inline char livepatch_scale_part(
    VecFloat target, int64_t at, VecFloat source, int64_t from, double gain, int64_t count)
{
    if (count == 16) {
        for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
            LIVEPATCH_AT(target, at, part) = gain * LIVEPATCH_AT(source, from, part);
        return 1;
    }
    for (int64_t index = 0; index < count; index++)
        target.items[at + index] = gain * source.items[from + index];
    return 1;
}

/* four rows of weights, `gap` from one another, that count as much as a, b, c and d */

#define LIVEPATCH_ROW(row, part) LIVEPATCH_AT(rows, from + index + (row) * gap, part)

static inline double livepatch_dot_rows(
    VecFloat line, int64_t at, VecFloat rows, int64_t from, int64_t gap, double a, double b, double c, double d,
    int64_t count)
{
    livepatch_v sums[2] = {{0.0}, {0.0}}; /* one would wait for itself */
    int64_t wide = LIVEPATCH_WIDTH / 8;
    int64_t index = 0;
    for (; index + 2 * wide <= count; index += 2 * wide)
        for (int part = 0; part < 2; part++)
            sums[part] += LIVEPATCH_AT(line, at + index, part)
                * (a * LIVEPATCH_ROW(0, part) + b * LIVEPATCH_ROW(1, part) + c * LIVEPATCH_ROW(2, part)
                    + d * LIVEPATCH_ROW(3, part));
    sums[0] += sums[1];
#define FOLDED(...) sums[0] += LIVEPATCH_TURNED(sums[0], __VA_ARGS__);
    LIVEPATCH_FOLDS(FOLDED)
    double total = sums[0][0];
    const double *row = rows.items + from;
    for (; index < count; index++)
        total += line.items[at + index]
            * (a * row[index] + b * row[index + gap] + c * row[index + 2 * gap] + d * row[index + 3 * gap]);
    return total;
}

static inline char livepatch_add_rows(
    VecFloat line, int64_t at, VecFloat rows, int64_t from, int64_t gap, double a, double b, double c, double d,
    int64_t count)
{
    int64_t wide = LIVEPATCH_WIDTH / 8;
    int64_t index = 0;
    for (; index + wide <= count; index += wide)
        LIVEPATCH_AT(line, at + index, 0) += a * LIVEPATCH_ROW(0, 0) + b * LIVEPATCH_ROW(1, 0)
            + c * LIVEPATCH_ROW(2, 0) + d * LIVEPATCH_ROW(3, 0);
    const double *row = rows.items + from;
    for (; index < count; index++)
        line.items[at + index] +=
            a * row[index] + b * row[index + gap] + c * row[index + 2 * gap] + d * row[index + 3 * gap];
    return 1;
}

/* all sixteen as two halves of eight, and so on */
static inline double livepatch_sum_voices(VecFloat block, int64_t frame, int64_t voices)
{
    if (voices == 16) {
        livepatch_v parts[128 / LIVEPATCH_WIDTH];
        for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
            parts[part] = LIVEPATCH_AT(block, frame * 16, part);
        for (int half = 64 / LIVEPATCH_WIDTH; half > 0; half /= 2)
            for (int part = 0; part < half; part++)
                parts[part] += parts[part + half];
#define SUMMED(...) parts[0] += LIVEPATCH_TURNED(parts[0], __VA_ARGS__);
        LIVEPATCH_FOLDS(SUMMED)
        return parts[0][0];
    }
    double total = 0.0;
    for (int64_t voice = 0; voice < voices; voice++)
        total += block.items[frame * 16 + voice];
    return total;
}

#if LIVEPATCH_WIDTH == 64
/* of eight frames side by side: their halves first, then quarters, then eighths, as above */
static inline __attribute__((always_inline)) livepatch_v livepatch_sum_eight(VecFloat block, int64_t frame)
{
#define HALF(k) (LIVEPATCH_AT(block, (frame + (k)) * 16, 0) + LIVEPATCH_AT(block, (frame + (k)) * 16, 1))
#define QUARTERS(x, y) LIVEPATCH_TAKEN(x, y, 0, 1, 2, 3, 8, 9, 10, 11) + LIVEPATCH_TAKEN(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
#define EIGHTHS(x, y) LIVEPATCH_TAKEN(x, y, 0, 1, 8, 9, 4, 5, 12, 13) + LIVEPATCH_TAKEN(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#define WHOLES(x, y) LIVEPATCH_TAKEN(x, y, 0, 8, 2, 10, 4, 12, 6, 14) + LIVEPATCH_TAKEN(x, y, 1, 9, 3, 11, 5, 13, 7, 15)
    livepatch_v even = QUARTERS(HALF(0), HALF(4)), even2 = QUARTERS(HALF(2), HALF(6));
    livepatch_v odd = QUARTERS(HALF(1), HALF(5)), odd2 = QUARTERS(HALF(3), HALF(7));
    even = EIGHTHS(even, even2);
    odd = EIGHTHS(odd, odd2);
    return WHOLES(even, odd);
}
#endif

static inline char livepatch_add_sum(
    VecFloat target, VecFloat source, int64_t voices, double gain, double rise, int64_t start, int64_t stop)
{
    int64_t index = start;
#if LIVEPATCH_WIDTH == 64
    for (; voices == 16 && stop - index >= 8; index += 8) {
        livepatch_v frames = (livepatch_v){0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0} + (double)(index - start);
        LIVEPATCH_AT(target, index, 0) += (gain + rise * frames) * livepatch_sum_eight(source, index);
    }
#endif
    for (; index < stop; index++) {
        double total = livepatch_sum_voices(source, index, voices);
        target.items[index] = target.items[index] + (gain + rise * (double)(index - start)) * total;
    }
    return 1;
}

static inline char livepatch_take_voice(VecFloat target, VecFloat source, int64_t voice, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index] = source.items[index * 16 + voice];
    return 1;
}

static inline char livepatch_put_voice(VecFloat target, VecFloat source, int64_t voice, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        target.items[index * 16 + voice] = source.items[index];
    return 1;
}

static inline char livepatch_spread(VecFloat target, VecFloat source, double gain, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        for (int part = 0; part < 128 / LIVEPATCH_WIDTH; part++)
            LIVEPATCH_AT(target, index * 16, part) = LIVEPATCH_SPREAD(gain * source.items[index]);
    return 1;
}

static inline char livepatch_clear_voices(VecFloat block, int64_t voices, int64_t start, int64_t stop)
{
    for (int64_t index = start; index < stop; index++)
        for (int64_t voice = voices; voice < 16; voice++)
            block.items[index * 16 + voice] = 0.0;
    return 1;
}

static inline char livepatch_flush_denormals(void)
{
#if defined(__SSE2__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#elif defined(__aarch64__)
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | ((uint64_t)1 << 24)));
#endif
    return 1;
}

extern int64_t livepatch_capturer(void);

static inline char livepatch_store(int64_t address, int64_t number)
{
    *(volatile int64_t *)address = number;
    return 1;
}

#endif
