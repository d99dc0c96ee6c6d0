/* What compiled code has as C: the twins of livepatch.dsp, term by term, so that interpreted and
   compiled modules give the same samples. primitives.py reads the signatures from here. */

#include <Python.h>
#include <CPy.h>
#include "vecs/librt_vecs_api.h"
#include "vecs_extra_ops.h"
#include <math.h>
#include <string.h>

#ifdef __OPTIMIZE__ /* boilerplate, which is compiled without, calls none of these */

/* livepatch.dsp.functions */

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

static inline double livepatch_exp2(double x)
{
    double y = livepatch_clamp(x, -1022.0, 1023.0);
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
    scale.bits = ((int64_t)whole + 1023) << 52;
    return p * scale.number;
}

static inline double livepatch_log2(double x)
{
    union { int64_t bits; double number; } y;
    y.number = livepatch_maximum(x, 2.2250738585072014e-308);
    int64_t exponent = ((y.bits >> 52) & 0x7ff) - 1022;
    y.bits = (y.bits & 0xfffffffffffff) | 0x3fe0000000000000;
    double mantissa = y.number;
    int low = mantissa < 0.7071067811865476;
    double m = low ? mantissa + mantissa : mantissa;
    double e = (double)exponent - (low ? 1.0 : 0.0);
    double t = (m - 1.0) / (m + 1.0);
    double z = t * t;
    double p = 0.31976565064999857 + z * 0.2846325224235576;
    p = 0.4122133680513699 + z * p;
    p = 0.5770778894793895 + z * p;
    p = 0.9617966943903461 + z * p;
    p = 2.8853900817774454 + z * p;
    return e + t * p;
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

static inline double livepatch_tan(double x)
{
    double y = livepatch_clamp(x, -1.5704, 1.5704);
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

static inline double livepatch_tanh(double x)
{
    double y = livepatch_clamp(x, -20.0, 20.0);
    return 1.0 - 2.0 / (1.0 + livepatch_exp2(y * 2.885390081777927));
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

static const double livepatch_step[7][16] = {
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

static const double livepatch_corner[6][16] = {
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

typedef double livepatch_eight __attribute__((vector_size(64)));
typedef double livepatch_four __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) livepatch_eight livepatch_rest(
    const double (*kernel)[16], int degree, int first, double age)
{
    livepatch_eight sum, factor;
    memcpy(&sum, &kernel[degree][first], sizeof sum);
    for (int power = degree - 1; power >= 0; power--) {
        memcpy(&factor, &kernel[power][first], sizeof factor);
        sum = factor + age * sum;
    }
    return sum;
}

static inline __attribute__((always_inline)) void livepatch_edge(
    VecFloat queue, const double (*kernel)[16], int degree, int64_t position, double age, double size)
{
    livepatch_eight rest[2] = {livepatch_rest(kernel, degree, 0, age), livepatch_rest(kernel, degree, 8, age)};
    if (queue.len < 16)
        return;
    for (int sample = 0; sample < 16; sample++)
        queue.items[(position + sample) & 15] += size * rest[sample / 8][sample % 8];
}

static inline __attribute__((always_inline)) void livepatch_edges(
    VecFloat queue, const double (*kernel)[16], int degree, int64_t position, double age, livepatch_four sizes)
{
    livepatch_eight rest[2] = {livepatch_rest(kernel, degree, 0, age), livepatch_rest(kernel, degree, 8, age)};
    if (queue.len < 64)
        return;
    for (int sample = 0; sample < 16; sample++) {
        double *place = queue.items + 4 * ((position + sample) & 15);
        livepatch_four sum;
        memcpy(&sum, place, sizeof sum);
        sum += sizes * rest[sample / 8][sample % 8];
        memcpy(place, &sum, sizeof sum);
    }
}

/* kept out of line: a module has many edges, and compiles in half the time */
#define LIVEPATCH_EDGE(name, kernel, degree) \
    static __attribute__((noinline)) void name( \
        VecFloat queue, int64_t position, double age, double size) \
    { \
        livepatch_edge(queue, kernel, degree, position, age, size); \
    } \
    static __attribute__((noinline)) void name##s( \
        VecFloat queue, int64_t position, double age, double a, double b, double c, double d) \
    { \
        livepatch_edges(queue, kernel, degree, position, age, (livepatch_four){a, b, c, d}); \
    }
LIVEPATCH_EDGE(livepatch_queue_step, livepatch_step, 6)
LIVEPATCH_EDGE(livepatch_queue_corner, livepatch_corner, 5)

static inline double livepatch_take_edge(VecFloat queue, int64_t place)
{
    if ((uint64_t)place >= (uint64_t)queue.len)
        return 0.0;
    double sample = queue.items[place];
    queue.items[place] = 0.0;
    return sample;
}

static inline char livepatch_add_step(VecFloat queue, int64_t position, double age, double height)
{
    livepatch_queue_step(queue, position, age, height);
    return 1;
}

static inline char livepatch_add_corner(VecFloat queue, int64_t position, double age, double bend)
{
    livepatch_queue_corner(queue, position, age, bend);
    return 1;
}

static inline char livepatch_add_steps(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d)
{
    livepatch_queue_steps(queue, position, age, a, b, c, d);
    return 1;
}

static inline char livepatch_add_corners(
    VecFloat queue, int64_t position, double age, double a, double b, double c, double d)
{
    livepatch_queue_corners(queue, position, age, a, b, c, d);
    return 1;
}

/* livepatch.dsp.blocks */

static inline double livepatch_peek(VecFloat block, int64_t index) { return block.items[index]; }

static inline char livepatch_poke(VecFloat block, int64_t index, double sample)
{
    block.items[index] = sample;
    return 1;
}

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

static inline double livepatch_peak(VecFloat block, int64_t start, int64_t stop)
{
    double largest = 0.0;
    for (int64_t index = start; index < stop; index++)
        largest = livepatch_maximum(fabs(block.items[index]), largest);
    return largest;
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

static inline char livepatch_store(int64_t address, int64_t number)
{
    *(volatile int64_t *)address = number;
    return 1;
}

#endif
