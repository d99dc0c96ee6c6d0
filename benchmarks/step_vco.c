/* The oscillator of step_vco.py, written by hand: one block loop, state in locals.
   `livepatch bench` puts the bodies of exp2, frac and sin1 in front, those that compiled modules use. */

#define C4_HZ 261.6255653005986

typedef struct {
    double sample_rate, tune, fm, phase;
    double *voct, *modulation, *saw, *sine;
} Vco;

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
        double octaves = vco->tune + vco->voct[i];
        double dt = C4_HZ / vco->sample_rate * livepatch_exp2(octaves) * (1.0 + vco->fm * vco->modulation[i]);
        phase = livepatch_frac(phase + dt);
        vco->saw[i] = 5.0 * (2.0 * phase - 1.0 - blep(phase, dt));
        vco->sine[i] = 5.0 * livepatch_sin1(phase);
    }
    vco->phase = phase;
}
