/* The oscillator of step_vco.py, written by hand: one block loop, state in locals.
   `livepatch bench` compiles it with gcc -O3 -march=native and times both on the same volts. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#define C4_HZ 261.6255653005986

typedef struct {
    double sample_rate, tune, fm, phase;
    double *voct, *modulation, *saw, *sine;
} Vco;

EXP2_AND_SIN1

static inline double blep(double phase, double dt)
{
    if (phase < dt) {
        double t = 1.0 - phase / dt;
        return -t * t;
    }
    if (phase > 1.0 - dt) {
        double t = 1.0 + (phase - 1.0) / dt;
        return t * t;
    }
    return 0.0;
}

void process(Vco *vco, int64_t start, int64_t stop)
{
    double phase = vco->phase;
    for (int64_t i = start; i < stop; i++) {
        double dt = C4_HZ / vco->sample_rate * exp2_(vco->tune + vco->voct[i]) * (1.0 + vco->fm * vco->modulation[i]);
        phase = phase + dt;
        phase -= floor(phase);
        vco->saw[i] = 5.0 * (2.0 * phase - 1.0 - blep(phase, dt));
        vco->sine[i] = 5.0 * sin1_(phase);
    }
    vco->phase = phase;
}

/* Runs `blocks` blocks of 64 frames, so that the caller's own cost does not count. */
void run(Vco *vco, int64_t blocks)
{
    for (int64_t block = 0; block < blocks; block++)
        process(vco, 0, 64);
}
