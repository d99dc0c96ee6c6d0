/* Sixteen voices side by side: the twins of livepatch.dsp.lanes. mypyc takes both types for tuples of sixteen floats
   or truth values; here they are as many native registers as that takes. primitives.py reads the signatures. */

typedef struct { livepatch_v LIVEPATCH_FIELDS; } livepatch_lanes;
#if LIVEPATCH_WIDTH == 64 && !defined(__clang__)
#define LIVEPATCH_MASKS
typedef struct { uint8_t LIVEPATCH_FIELDS; } livepatch_mask;
#else
typedef struct { livepatch_n LIVEPATCH_FIELDS; } livepatch_mask;
#endif

#define MYPYC_DECLARED_tuple_T16FFFFFFFFFFFFFFFF
typedef livepatch_lanes tuple_T16FFFFFFFFFFFFFFFF;
#define MYPYC_DECLARED_tuple_T16CCCCCCCCCCCCCCCC
typedef livepatch_mask tuple_T16CCCCCCCCCCCCCCCC;

#ifdef __OPTIMIZE__

/* livepatch.dsp.lanes */

static inline livepatch_lanes livepatch_lanes_set(double x);
static inline livepatch_mask livepatch_lanes_all(_Bool x);
static inline livepatch_lanes livepatch_lanes_read(VecFloat block, int64_t frame, _Bool wide);
static inline livepatch_lanes livepatch_lanes_load(VecFloat block, int64_t frame);
static inline char livepatch_lanes_store(VecFloat block, int64_t frame, livepatch_lanes x);
static inline livepatch_mask livepatch_lanes_load_mask(VecFloat block);
static inline char livepatch_lanes_store_mask(VecFloat block, livepatch_mask x);
static inline double livepatch_lanes_largest(livepatch_lanes x, int64_t voices);
static inline double livepatch_lanes_farthest(livepatch_lanes x, int64_t voices);
static inline livepatch_lanes livepatch_lanes_add(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_subtract(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_multiply(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_over(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_negate(livepatch_lanes x);
static inline livepatch_mask livepatch_lanes_less(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_less_equal(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_equal(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_unequal(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_both(livepatch_mask x, livepatch_mask y);
static inline livepatch_mask livepatch_lanes_either(livepatch_mask x, livepatch_mask y);
static inline livepatch_mask livepatch_lanes_differ(livepatch_mask x, livepatch_mask y);
static inline livepatch_mask livepatch_lanes_not(livepatch_mask x);
static inline _Bool livepatch_lanes_any(livepatch_mask x);
static inline livepatch_lanes livepatch_lanes_select(livepatch_mask m, livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_choose(livepatch_mask m, livepatch_mask x, livepatch_mask y);
static inline livepatch_lanes livepatch_lanes_minimum(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_maximum(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_clamp(livepatch_lanes x, livepatch_lanes low, livepatch_lanes high);
static inline livepatch_lanes livepatch_lanes_floor(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_whole(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_nearest(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_frac(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_absolute(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_sign(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_crossfade(livepatch_lanes a, livepatch_lanes b, livepatch_lanes position);
static inline livepatch_lanes livepatch_lanes_sqrt(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_divide(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_lanes livepatch_lanes_exp2(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_log2(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_exp(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_log(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_cos1(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_sin1(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_quarter_sine(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_tan(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_tanh(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_square(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_power(livepatch_lanes x, livepatch_lanes y);
static inline livepatch_mask livepatch_lanes_is_finite(livepatch_lanes x);
static inline livepatch_lanes livepatch_lanes_get(VecFloat buffer, livepatch_lanes index);
static inline char livepatch_lanes_put(VecFloat buffer, livepatch_lanes index, livepatch_lanes x, livepatch_mask m);
static inline char livepatch_lanes_keep(VecFloat buffer, VecFloat one, int64_t voice);

static inline livepatch_lanes livepatch_lanes_take_edge(VecFloat queue, livepatch_lanes index, livepatch_mask m);
static inline livepatch_lanes livepatch_lanes_take_edge_at(VecFloat queue, int64_t index);
extern char livepatch_lanes_add_step(
    VecFloat queue, livepatch_lanes position, livepatch_lanes age, livepatch_lanes height, livepatch_mask m);
extern char livepatch_lanes_add_corner(
    VecFloat queue, livepatch_lanes position, livepatch_lanes age, livepatch_lanes bend, livepatch_mask m);
extern char livepatch_lanes_add_steps(VecFloat queue, livepatch_lanes position, livepatch_lanes age,
    livepatch_lanes p, livepatch_lanes q, livepatch_lanes r, livepatch_lanes s, livepatch_mask m);
extern char livepatch_lanes_add_corners(VecFloat queue, livepatch_lanes position, livepatch_lanes age,
    livepatch_lanes p, livepatch_lanes q, livepatch_lanes r, livepatch_lanes s, livepatch_mask m);
static inline livepatch_lanes livepatch_lanes_advance_wave(VecFloat queue, livepatch_lanes position,
    livepatch_lanes phase, livepatch_lanes speed, livepatch_lanes late, livepatch_lanes last_width,
    livepatch_lanes width, _Bool saw, _Bool square, _Bool triangle, livepatch_mask m);
static inline livepatch_lanes livepatch_lanes_start_wave(VecFloat queue, livepatch_lanes position,
    livepatch_lanes phase, livepatch_lanes speed, livepatch_lanes late, livepatch_lanes width, livepatch_mask m);

#define LANES(F) ((livepatch_lanes){LIVEPATCH_EACH(F)})
#define MASK(F) ((livepatch_mask){LIVEPATCH_EACH(F)})
#define INLINE static inline __attribute__((always_inline))
#define BOTH(NAME, OPERATOR)                                                                                          \
    INLINE livepatch_lanes livepatch_lanes_##NAME(livepatch_lanes x, livepatch_lanes y)                               \
    {                                                                                                                 \
        return LANES(OPERATOR);                                                                                       \
    }
#define ADD(k) x.k + y.k
#define SUBTRACT(k) x.k - y.k
#define MULTIPLY(k) x.k *y.k
#define OVER(k) x.k / y.k
BOTH(add, ADD)
BOTH(subtract, SUBTRACT)
BOTH(multiply, MULTIPLY)
BOTH(over, OVER)

INLINE livepatch_lanes livepatch_lanes_set(double x)
{
#define SET(k) LIVEPATCH_SPREAD(x)
    return LANES(SET);
}

INLINE livepatch_lanes livepatch_lanes_negate(livepatch_lanes x)
{
#define NEGATE(k) -x.k
    return LANES(NEGATE);
}

#ifdef LIVEPATCH_MASKS

#define LIVEPATCH_COMPARE(x, y, code) __builtin_ia32_cmppd512_mask(x, y, code, (unsigned char)-1, 4)
#define SELECT(k) __builtin_ia32_blendmpd_512_mask(y.k, x.k, m.k)
#define MINIMUM(k) __builtin_ia32_minpd512_mask(x.k, y.k, (livepatch_v){0}, (unsigned char)-1, 4)
#define MAXIMUM(k) __builtin_ia32_maxpd512_mask(x.k, y.k, (livepatch_v){0}, (unsigned char)-1, 4)
#define FLOOR(k) __builtin_ia32_rndscalepd_mask(x.k, 1, x.k, (unsigned char)-1, 4)
#define ROOT(k) __builtin_ia32_sqrtpd512_mask(x.k, x.k, (unsigned char)-1, 4)
#define COMPARISON(NAME, CODE)                                                                                        \
    INLINE livepatch_mask livepatch_lanes_##NAME(livepatch_lanes x, livepatch_lanes y)                                \
    {                                                                                                                 \
        return (livepatch_mask){LIVEPATCH_COMPARE(x.a, y.a, CODE), LIVEPATCH_COMPARE(x.b, y.b, CODE)};                \
    }
COMPARISON(less, 0x11)
COMPARISON(less_equal, 0x12)
COMPARISON(equal, 0x00)
COMPARISON(unequal, 0x04)
INLINE _Bool livepatch_lanes_any(livepatch_mask x) { return !__builtin_ia32_kortestzqi(x.a, x.b); }
#define ALL(k) x ? 255 : 0

#else

#define COMPARISON(NAME, OPERATOR)                                                                                    \
    INLINE livepatch_mask livepatch_lanes_##NAME(livepatch_lanes x, livepatch_lanes y)                                \
    {                                                                                                                 \
        return MASK(OPERATOR);                                                                                        \
    }
#define LESS(k) (livepatch_n)(x.k < y.k)
#define LESS_EQUAL(k) (livepatch_n)(x.k <= y.k)
#define EQUAL(k) (livepatch_n)(x.k == y.k)
#define UNEQUAL(k) (livepatch_n)(x.k != y.k)
COMPARISON(less, LESS)
COMPARISON(less_equal, LESS_EQUAL)
COMPARISON(equal, EQUAL)
COMPARISON(unequal, UNEQUAL)
#if LIVEPATCH_WIDTH == 32 && !defined(__clang__)
#define SELECT(k) __builtin_ia32_blendvpd256(y.k, x.k, (livepatch_v)m.k)
#define MINIMUM(k) __builtin_ia32_minpd256(x.k, y.k)
#define MAXIMUM(k) __builtin_ia32_maxpd256(x.k, y.k)
#define FLOOR(k) __builtin_ia32_roundpd256(x.k, 9)
#define ROOT(k) __builtin_ia32_sqrtpd256(x.k)
#else
#define PICK(m, x, y) (livepatch_v)(((m) & (livepatch_n)(x)) | (~(m) & (livepatch_n)(y)))
#define SELECT(k) PICK(m.k, x.k, y.k)
#define MINIMUM(k) PICK((livepatch_n)(x.k < y.k), x.k, y.k)
#define MAXIMUM(k) PICK((livepatch_n)(x.k > y.k), x.k, y.k)
#ifdef __clang__
#define FLOOR(k) __builtin_elementwise_floor(x.k)
#define ROOT(k) __builtin_elementwise_sqrt(x.k)
#else
#define FLOOR(k) (livepatch_v){floor(x.k[0]), floor(x.k[1])}
#define ROOT(k) (livepatch_v){sqrt(x.k[0]), sqrt(x.k[1])}
#endif
#endif
INLINE _Bool livepatch_lanes_any(livepatch_mask x)
{
#if LIVEPATCH_WIDTH == 32 && !defined(__clang__)
    return __builtin_ia32_movmskpd256((livepatch_v)(x.a | x.b | x.c | x.d)) != 0;
#else
#define GATHERED(k) x.k
    livepatch_n parts[] = {LIVEPATCH_EACH(GATHERED)};
    int64_t one = 0;
    for (int part = 0; part < (int)(sizeof parts / sizeof parts[0]); part++)
        for (int lane = 0; lane < LIVEPATCH_WIDTH / 8; lane++)
            one |= parts[part][lane];
    return one != 0;
#endif
}
#define ALL(k) (livepatch_n){0} - (int64_t)x

#endif

INLINE livepatch_mask livepatch_lanes_all(_Bool x) { return MASK(ALL); }

#define MASKS(NAME, OPERATOR)                                                                                         \
    INLINE livepatch_mask livepatch_lanes_##NAME(livepatch_mask x, livepatch_mask y) { return MASK(OPERATOR); }
#ifdef LIVEPATCH_MASKS
/* said so, they stay in the registers for masks */
#define AND(k) __builtin_ia32_kandqi(x.k, y.k)
#define OR(k) __builtin_ia32_korqi(x.k, y.k)
#define XOR(k) __builtin_ia32_kxorqi(x.k, y.k)
#define NOT(k) __builtin_ia32_knotqi(x.k)
#define CHOOSE(k) __builtin_ia32_korqi(__builtin_ia32_kandqi(m.k, x.k), __builtin_ia32_kandnqi(m.k, y.k))
#else
#define AND(k) x.k &y.k
#define OR(k) x.k | y.k
#define XOR(k) x.k ^ y.k
#define NOT(k) ~x.k
#define CHOOSE(k) (m.k & x.k) | (~m.k & y.k)
#endif
MASKS(both, AND)
MASKS(either, OR)
MASKS(differ, XOR)

INLINE livepatch_mask livepatch_lanes_not(livepatch_mask x)
{
    return MASK(NOT);
}

INLINE livepatch_lanes livepatch_lanes_select(livepatch_mask m, livepatch_lanes x, livepatch_lanes y)
{
    return LANES(SELECT);
}

INLINE livepatch_mask livepatch_lanes_choose(livepatch_mask m, livepatch_mask x, livepatch_mask y)
{
    return MASK(CHOOSE);
}

BOTH(minimum, MINIMUM)
BOTH(maximum, MAXIMUM)

INLINE livepatch_lanes livepatch_lanes_floor(livepatch_lanes x) { return LANES(FLOOR); }

#define S(x) livepatch_lanes_set(x)
#define ADDED(x, y) livepatch_lanes_add(x, y)
#define LESS_BY(x, y) livepatch_lanes_subtract(x, y)
#define TIMES(x, y) livepatch_lanes_multiply(x, y)

INLINE livepatch_lanes livepatch_lanes_clamp(livepatch_lanes x, livepatch_lanes low, livepatch_lanes high)
{
    return livepatch_lanes_minimum(livepatch_lanes_maximum(x, low), high);
}

INLINE livepatch_lanes livepatch_lanes_absolute(livepatch_lanes x)
{
#define ABSOLUTE(k) (livepatch_v)((livepatch_n)x.k & (int64_t)0x7fffffffffffffff)
    return LANES(ABSOLUTE);
}

INLINE livepatch_lanes livepatch_lanes_nearest(livepatch_lanes x) { return livepatch_lanes_floor(ADDED(x, S(0.5))); }

INLINE livepatch_lanes livepatch_lanes_frac(livepatch_lanes x) { return LESS_BY(x, livepatch_lanes_floor(x)); }

INLINE livepatch_lanes livepatch_lanes_whole(livepatch_lanes x)
{
    livepatch_lanes size = livepatch_lanes_floor(livepatch_lanes_absolute(x));
    livepatch_lanes y = livepatch_lanes_select(livepatch_lanes_less(x, S(0.0)), livepatch_lanes_negate(size), size);
    return livepatch_lanes_select(livepatch_lanes_is_finite(x), livepatch_lanes_clamp(y, S(-9.2e18), S(9.2e18)), S(0.0));
}

INLINE livepatch_lanes livepatch_lanes_sign(livepatch_lanes x)
{
    livepatch_lanes up = livepatch_lanes_select(livepatch_lanes_less(S(0.0), x), S(1.0), S(0.0));
    return livepatch_lanes_select(livepatch_lanes_less(x, S(0.0)), S(-1.0), up);
}

INLINE livepatch_lanes livepatch_lanes_crossfade(livepatch_lanes a, livepatch_lanes b, livepatch_lanes position)
{
    return ADDED(a, TIMES(LESS_BY(b, a), position));
}

INLINE livepatch_lanes livepatch_lanes_sqrt(livepatch_lanes y)
{
    livepatch_lanes x = livepatch_lanes_maximum(y, S(0.0));
    return LANES(ROOT);
}

INLINE livepatch_lanes livepatch_lanes_divide(livepatch_lanes x, livepatch_lanes y)
{
    livepatch_mask m = livepatch_lanes_unequal(y, S(0.0));
    return livepatch_lanes_select(m, livepatch_lanes_over(x, y), S(0.0));
}

INLINE livepatch_lanes livepatch_lanes_exp2(livepatch_lanes x)
{
    livepatch_lanes y = livepatch_lanes_clamp(x, S(-1022.0), S(1023.0));
    /* polynomials two by two: what waits for nothing is computed at the same time */
#ifdef LIVEPATCH_MASKS
    /* to the nearest eighth, whose power is looked up. Of a sum so large, the lowest bit is an eighth: the lowest three
       are the place in the table */
    static const livepatch_v eighths = {1.0, 1.0905077326652577, 1.189207115002721, 1.2968395546510096,
        1.4142135623730951, 1.5422108254079407, 1.681792830507429, 1.8340080864093424};
    livepatch_lanes places = ADDED(y, S(844424930131968.0));
    livepatch_lanes near = LESS_BY(places, S(844424930131968.0));
    livepatch_lanes f = LESS_BY(y, near);
    livepatch_lanes f2 = TIMES(f, f);
#define LOOKED_UP(k)                                                                                                  \
    __builtin_ia32_permvardf512_mask(eighths, (long long __attribute__((vector_size(64))))places.k, (livepatch_v){0}, (unsigned char)-1)
    livepatch_lanes power = LANES(LOOKED_UP);
    livepatch_lanes p = ADDED(S(0.6931471805591621), TIMES(f, S(0.2402265059468325)));
    livepatch_lanes q = ADDED(S(0.05550410945962559), TIMES(f, S(0.009618966800708374)));
    p = ADDED(p, TIMES(f2, ADDED(q, TIMES(f2, S(0.0013332472024096135)))));
    p = ADDED(power, TIMES(TIMES(power, f), p));
    /* by two to the power of the whole number below */
#define SCALE(k) __builtin_ia32_scalefpd512_mask(p.k, near.k, p.k, (unsigned char)-1, 4)
#else
    /* of a number so large, the lowest bit is 1: the sum is rounded to a whole number */
    livepatch_lanes whole = LESS_BY(ADDED(y, S(6755399441055744.0)), S(6755399441055744.0));
    livepatch_lanes f = LESS_BY(y, whole);
    livepatch_lanes f2 = TIMES(f, f);
    livepatch_lanes p = ADDED(S(1.0), TIMES(f, S(0.693147180546616)));
    livepatch_lanes q = ADDED(S(0.24022650698298287), TIMES(f, S(0.05550410942145711)));
    livepatch_lanes r = ADDED(S(0.009618128596596092), TIMES(f, S(0.0013333448089231485)));
    livepatch_lanes s = ADDED(S(0.00015403822440314128), TIMES(f, S(1.531097661802621e-05)));
    livepatch_lanes f4 = TIMES(f2, f2);
    p = ADDED(p, TIMES(f2, q));
    r = ADDED(r, TIMES(f2, s));
    r = ADDED(r, TIMES(f4, S(1.318280195679237e-06)));
    p = ADDED(p, TIMES(f4, r));
    /* the sum's lowest bits are the whole number; shifted up, they are a power of two */
#define SCALE(k) p.k *(livepatch_v)((livepatch_n)(whole.k + (6755399441055744.0 + 1023.0)) << 52)
#endif
    return LANES(SCALE);
}

INLINE livepatch_lanes livepatch_lanes_log2(livepatch_lanes x)
{
    livepatch_lanes y = livepatch_lanes_maximum(x, S(2.2250738585072014e-308));
    /* the exponent's bits as the lowest of a double of 2 ** 52 */
#define EXPONENT(k)                                                                                                   \
    (livepatch_v)((((livepatch_n)y.k >> 52) & 0x7ff) | (int64_t)0x4330000000000000) - (4503599627370496.0 + 1022.0)
#define MANTISSA(k) (livepatch_v)(((livepatch_n)y.k & (int64_t)0xfffffffffffff) | (int64_t)0x3fe0000000000000)
    livepatch_lanes exponent = LANES(EXPONENT);
    livepatch_lanes mantissa = LANES(MANTISSA);
    livepatch_mask low = livepatch_lanes_less(mantissa, S(0.7071067811865476));
    livepatch_lanes m = livepatch_lanes_select(low, ADDED(mantissa, mantissa), mantissa);
    livepatch_lanes e = LESS_BY(exponent, livepatch_lanes_select(low, S(1.0), S(0.0)));
    livepatch_lanes t = livepatch_lanes_over(LESS_BY(m, S(1.0)), ADDED(m, S(1.0)));
    livepatch_lanes z = TIMES(t, t);
    livepatch_lanes p = ADDED(S(0.31976565064999857), TIMES(z, S(0.2846325224235576)));
    p = ADDED(S(0.4122133680513699), TIMES(z, p));
    p = ADDED(S(0.5770778894793895), TIMES(z, p));
    p = ADDED(S(0.9617966943903461), TIMES(z, p));
    p = ADDED(S(2.8853900817774454), TIMES(z, p));
    return ADDED(e, TIMES(t, p));
}

INLINE livepatch_lanes livepatch_lanes_exp(livepatch_lanes x)
{
    return livepatch_lanes_exp2(TIMES(x, S(1.4426950408889634)));
}

INLINE livepatch_lanes livepatch_lanes_log(livepatch_lanes x)
{
    return TIMES(livepatch_lanes_log2(x), S(0.6931471805599453));
}

INLINE livepatch_lanes livepatch_lanes_cos1(livepatch_lanes x)
{
    livepatch_lanes half = LESS_BY(livepatch_lanes_frac(x), S(0.5));
    livepatch_lanes b = LESS_BY(livepatch_lanes_absolute(half), S(0.25));
    livepatch_lanes z = TIMES(b, b);
    livepatch_lanes z2 = TIMES(z, z);
    livepatch_lanes p = ADDED(S(6.28318530717728), TIMES(z, S(-41.34170223900644)));
    livepatch_lanes q = ADDED(S(81.6052490338652), TIMES(z, S(-76.70584121788404)));
    livepatch_lanes r = ADDED(S(42.05796603177259), TIMES(z, S(-15.07932077758388)));
    r = ADDED(r, TIMES(z2, S(3.655204861791391)));
    q = ADDED(q, TIMES(z2, r));
    p = ADDED(p, TIMES(z2, q));
    return TIMES(b, p);
}

INLINE livepatch_lanes livepatch_lanes_sin1(livepatch_lanes x) { return livepatch_lanes_cos1(LESS_BY(x, S(0.25))); }

INLINE livepatch_lanes livepatch_lanes_quarter_sine(livepatch_lanes x)
{
    livepatch_lanes z = TIMES(x, x);
    livepatch_lanes z2 = TIMES(z, z);
    livepatch_lanes low = ADDED(S(1.5707963267616913), TIMES(z, S(-0.6459640952648342)));
    livepatch_lanes middle = ADDED(S(0.07969260126185618), TIMES(z, S(-0.004681651020718214)));
    livepatch_lanes high = ADDED(S(0.0001602470331133754), TIMES(z, S(-3.4287922597020515e-06)));
    middle = ADDED(middle, TIMES(z2, high));
    return TIMES(x, ADDED(low, TIMES(z2, middle)));
}

INLINE livepatch_lanes livepatch_lanes_tan(livepatch_lanes x)
{
    livepatch_lanes y = livepatch_lanes_clamp(x, S(-1.5704), S(1.5704));
    livepatch_lanes z = TIMES(y, y);
    livepatch_lanes s = ADDED(S(2.7523971177874896e-06), TIMES(z, S(-2.3868347933398485e-08)));
    s = ADDED(S(-0.00019840832825856905), TIMES(z, s));
    s = ADDED(S(0.008333330720583594), TIMES(z, s));
    s = ADDED(S(-0.16666666608826933), TIMES(z, s));
    s = ADDED(S(0.9999999999788494), TIMES(z, s));
    livepatch_lanes c = ADDED(S(2.702589478680344e-07), TIMES(z, S(-1.976443848232247e-09)));
    c = ADDED(S(-2.4133876481110086e-05), TIMES(z, c));
    c = ADDED(S(0.0013293400170180953), TIMES(z, c));
    c = ADDED(S(-0.038386651171412794), TIMES(z, c));
    c = ADDED(S(0.4052847345679916), TIMES(z, c));
    return livepatch_lanes_over(TIMES(y, s), TIMES(LESS_BY(S(2.4674011002723395), z), c));
}

INLINE livepatch_lanes livepatch_lanes_tanh(livepatch_lanes x)
{
    livepatch_lanes y = livepatch_lanes_clamp(x, S(-20.0), S(20.0));
    livepatch_lanes e = livepatch_lanes_exp2(TIMES(y, S(2.885390081777927)));
    return LESS_BY(S(1.0), livepatch_lanes_over(S(2.0), ADDED(S(1.0), e)));
}

INLINE livepatch_lanes livepatch_lanes_square(livepatch_lanes x) { return TIMES(x, x); }

INLINE livepatch_mask livepatch_lanes_is_finite(livepatch_lanes x)
{
    return livepatch_lanes_equal(LESS_BY(x, x), S(0.0));
}

INLINE livepatch_lanes livepatch_lanes_load(VecFloat block, int64_t frame)
{
    const double *place = block.items + frame * 16;
    livepatch_lanes x;
    const int lanes = LIVEPATCH_WIDTH / 8;
#define TAKE(k) x.k = *(const livepatch_w *)place; place += lanes;
    TAKE(a) TAKE(b)
#if LIVEPATCH_WIDTH < 64
    TAKE(c) TAKE(d)
#endif
#if LIVEPATCH_WIDTH < 32
    TAKE(e) TAKE(f) TAKE(g) TAKE(h)
#endif
    return x;
}

INLINE char livepatch_lanes_store(VecFloat block, int64_t frame, livepatch_lanes x)
{
    double *place = block.items + frame * 16;
    const int lanes = LIVEPATCH_WIDTH / 8;
#define GIVE(k) *(livepatch_w *)place = x.k; place += lanes;
    GIVE(a) GIVE(b)
#if LIVEPATCH_WIDTH < 64
    GIVE(c) GIVE(d)
#endif
#if LIVEPATCH_WIDTH < 32
    GIVE(e) GIVE(f) GIVE(g) GIVE(h)
#endif
    return 1;
}

INLINE livepatch_lanes livepatch_lanes_read(VecFloat block, int64_t frame, _Bool wide)
{
    return wide ? livepatch_lanes_load(block, frame) : livepatch_lanes_set(block.items[frame]);
}

INLINE livepatch_mask livepatch_lanes_load_mask(VecFloat block)
{
    return livepatch_lanes_unequal(livepatch_lanes_load(block, 0), S(0.0));
}

INLINE char livepatch_lanes_store_mask(VecFloat block, livepatch_mask x)
{
    return livepatch_lanes_store(block, 0, livepatch_lanes_select(x, S(1.0), S(0.0)));
}

typedef union { livepatch_lanes lanes; double one[16]; } livepatch_apart;

INLINE double livepatch_lanes_largest(livepatch_lanes x, int64_t voices)
{
    livepatch_apart y = {x};
    double largest = y.one[0];
    for (int64_t lane = 1; lane < voices; lane++)
        largest = livepatch_maximum(y.one[lane], largest);
    return largest;
}

INLINE double livepatch_lanes_farthest(livepatch_lanes x, int64_t voices)
{
    livepatch_apart y = {x};
    double farthest = y.one[0];
    for (int64_t lane = 1; lane < voices; lane++)
        farthest = livepatch_absolute(y.one[lane]) > livepatch_absolute(farthest) ? y.one[lane] : farthest;
    return farthest;
}

INLINE uint32_t livepatch_lanes_bits(livepatch_mask x)
{
#ifdef LIVEPATCH_MASKS
    return x.a | (uint32_t)x.b << 8;
#else
    livepatch_apart y = {livepatch_lanes_select(x, S(1.0), S(0.0))};
    uint32_t bits = 0;
    for (int lane = 0; lane < 16; lane++)
        bits |= (uint32_t)(y.one[lane] != 0.0) << lane;
    return bits;
#endif
}

INLINE _Bool livepatch_lanes_same(livepatch_lanes x)
{
    livepatch_lanes first = livepatch_lanes_set(x.a[0]);
    return !livepatch_lanes_any(livepatch_lanes_unequal(x, first));
}

INLINE int64_t livepatch_lanes_place(double index, int64_t length)
{
    return index >= 0.0 && index < (double)length ? (int64_t)index : index < 0.0 ? 0 : length - 1;
}

/* a buffer of voices has sixteen samples for each of one; where voices are at several places, see edges.c */

livepatch_lanes livepatch_lanes_gather(VecFloat buffer, livepatch_lanes index);
char livepatch_lanes_scatter(VecFloat buffer, livepatch_lanes index, livepatch_lanes x, livepatch_mask m);

INLINE livepatch_lanes livepatch_lanes_get(VecFloat buffer, livepatch_lanes index)
{
    int64_t length = buffer.len / 16;
    if (livepatch_lanes_same(index))
        return livepatch_lanes_load(buffer, livepatch_lanes_place(index.a[0], length));
    return livepatch_lanes_gather(buffer, index);
}

INLINE char livepatch_lanes_put(VecFloat buffer, livepatch_lanes index, livepatch_lanes x, livepatch_mask m)
{
    int64_t length = buffer.len / 16;
    if (livepatch_lanes_same(index)) {
        int64_t place = livepatch_lanes_place(index.a[0], length);
        return livepatch_lanes_store(buffer, place, livepatch_lanes_select(m, x, livepatch_lanes_load(buffer, place)));
    }
    return livepatch_lanes_scatter(buffer, index, x, m);
}

INLINE char livepatch_lanes_keep(VecFloat buffer, VecFloat one, int64_t voice)
{
    for (int64_t index = 0; index < one.len && index < buffer.len / 16; index++)
        buffer.items[index * 16 + voice] = one.items[index];
    return 1;
}

INLINE livepatch_lanes livepatch_lanes_take_edge(VecFloat queue, livepatch_lanes index, livepatch_mask m)
{
    livepatch_lanes sample = livepatch_lanes_get(queue, index);
    livepatch_lanes_put(queue, index, livepatch_lanes_set(0.0), m);
    return sample;
}

INLINE livepatch_lanes livepatch_lanes_take_edge_at(VecFloat queue, int64_t index)
{
    if ((uint64_t)index >= (uint64_t)queue.len / 16)
        return S(0.0);
    livepatch_lanes sample = livepatch_lanes_load(queue, index);
    livepatch_lanes_store(queue, index, S(0.0));
    return sample;
}

/* Edges are rare: only voices that have one go out of line, to edges.c, where `phase` becomes the next one. */

typedef struct { livepatch_apart position, phase, speed, late, last_width, width; } livepatch_waves;
void livepatch_lanes_turn(VecFloat queue, livepatch_waves *waves, _Bool saw, _Bool square, _Bool triangle,
    uint32_t bits);
void livepatch_lanes_restart(VecFloat queue, livepatch_waves *waves, uint32_t bits);

INLINE livepatch_lanes livepatch_lanes_advance_wave(VecFloat queue, livepatch_lanes position, livepatch_lanes phase,
    livepatch_lanes speed, livepatch_lanes late, livepatch_lanes last_width, livepatch_lanes width, _Bool saw,
    _Bool square, _Bool triangle, livepatch_mask active)
{
    livepatch_lanes zero = S(0.0), half = S(0.5), quarter = S(0.25);
    livepatch_lanes reach = TIMES(speed, LESS_BY(S(1.0), late)), next = ADDED(phase, reach);
    if (!saw && !square && !triangle) /* where it does not turn over, its floor is 0 */
        return LESS_BY(next, livepatch_lanes_floor(next));
    livepatch_mask m = livepatch_lanes_either(livepatch_lanes_less(next, zero), livepatch_lanes_less_equal(S(1.0), next));
    if (square) {
        livepatch_mask first = livepatch_lanes_less(phase, half);
        livepatch_lanes before = ADDED(phase, livepatch_lanes_select(first, half, S(-0.5)));
        livepatch_lanes after = ADDED(before, reach);
        livepatch_mask was = livepatch_lanes_less(LESS_BY(before, last_width), zero);
        livepatch_mask is = livepatch_lanes_less(LESS_BY(after, width), zero);
        m = livepatch_lanes_either(m, livepatch_lanes_differ(was, is));
        m = livepatch_lanes_either(m, livepatch_lanes_either(
            livepatch_lanes_less(after, zero), livepatch_lanes_less_equal(S(1.0), after)));
    }
    if (triangle) {
        livepatch_mask rose = livepatch_lanes_less(quarter, livepatch_lanes_absolute(LESS_BY(phase, half)));
        livepatch_mask rises = livepatch_lanes_less(quarter, livepatch_lanes_absolute(LESS_BY(next, half)));
        m = livepatch_lanes_either(m, livepatch_lanes_differ(rose, rises));
    }
    m = livepatch_lanes_both(active, m);
    if (livepatch_lanes_any(m)) {
        livepatch_waves waves = {{position}, {phase}, {speed}, {late}, {last_width}, {width}};
        livepatch_lanes_turn(queue, &waves, saw, square, triangle, livepatch_lanes_bits(m));
        next = livepatch_lanes_select(m, waves.phase.lanes, next);
    }
    return next;
}

INLINE livepatch_lanes livepatch_lanes_start_wave(VecFloat queue, livepatch_lanes position, livepatch_lanes phase,
    livepatch_lanes speed, livepatch_lanes late, livepatch_lanes width, livepatch_mask m)
{
    if (livepatch_lanes_any(m)) {
        livepatch_waves waves = {{position}, {phase}, {speed}, {late}, {width}, {width}};
        livepatch_lanes_restart(queue, &waves, livepatch_lanes_bits(m));
        phase = waves.phase.lanes;
    }
    return phase;
}

#define TWO_BY_TWO(NAME, FUNCTION)                                                                                    \
    INLINE livepatch_lanes livepatch_lanes_##NAME(livepatch_lanes x, livepatch_lanes y)                        \
    {                                                                                                                 \
        livepatch_apart p = {x}, q = {y};                                                                             \
        for (int lane = 0; lane < 16; lane++)                                                                         \
            p.one[lane] = FUNCTION(p.one[lane], q.one[lane]);                                                         \
        return p.lanes;                                                                                               \
    }
TWO_BY_TWO(power, pow)

#endif
