"""What a module may use to make sound: `from livepatch.dsp import exp2, sin1`."""

from livepatch.dsp.biquad import biquad
from livepatch.dsp.blocks import VOICES
from livepatch.dsp.chance import next_word, uniform
from livepatch.dsp.convolution import convolver, fir, sinc
from livepatch.dsp.delays import delay_line, double_ring_buffer, ring_buffer
from livepatch.dsp.edges import (
    EDGE_DELAY,
    add_corner,
    add_corners,
    add_step,
    add_steps,
    advance_wave,
    blep,
    start_wave,
    take_edge,
)
from livepatch.dsp.fourier import fft, real_fft
from livepatch.dsp.functions import (
    LOG2_10,
    absolute,
    clamp,
    cos1,
    crossfade,
    divide,
    exp,
    exp2,
    floor,
    frac,
    log,
    log2,
    maximum,
    minimum,
    nearest,
    sign,
    sin1,
    sqrt,
    tan,
    tanh,
)
from livepatch.dsp.gates import edge, pulse, schmitt
from livepatch.dsp.interpolation import interpolator
from livepatch.dsp.ladder import ladder
from livepatch.dsp.levels import (
    SILENCE,
    cubed,
    db_to_gain,
    exponential_bipolar,
    gain_to_db,
    soft_clip,
    soft_limit,
    squared,
)
from livepatch.dsp.lines import tap
from livepatch.dsp.meters import vu_meter
from livepatch.dsp.midi import (
    bend_to_share,
    hz_to_volts,
    note_to_volts,
    share_to_bend,
    velocity_to_volts,
    volts_to_hz,
    volts_to_note,
    volts_to_velocity,
)
from livepatch.dsp.midi_messages import midi_generator
from livepatch.dsp.noise import (
    blue_noise,
    grey_filter,
    grey_noise,
    pink_filter,
    pink_noise,
    red_noise,
    violet_noise,
    white_noise,
)
from livepatch.dsp.ode import ode, ode2, ode3
from livepatch.dsp.onepole import one_pole
from livepatch.dsp.oversampling import oversampling2, oversampling4, oversampling8
from livepatch.dsp.panning import pan_balance, pan_between, pan_linear, pan_power
from livepatch.dsp.recursion import iir
from livepatch.dsp.resampling import resampler
from livepatch.dsp.samples import from_pcm, to_pcm
from livepatch.dsp.slewing import exponential_slew, slew
from livepatch.dsp.state_variable import state_variable
from livepatch.dsp.strings import string
from livepatch.dsp.strokes import falling, joint
from livepatch.dsp.timing import clock_divider, stepper, timer
from livepatch.dsp.waves import quarter_sine, sine1, triangle1
from livepatch.dsp.windows import blackman, blackman_harris, blackman_nuttall, hamming, hann, nuttall
from livepatch.voltage import (
    AUDIO_VOLTS,
    C4_HZ,
    FULL_SCALE_VOLTS,
    GATE_VOLTS,
    LFO_HZ,
    SCHMITT_HIGH,
    SCHMITT_LOW,
    TRIGGER_SECONDS,
)

__all__ = [
    "AUDIO_VOLTS",
    "C4_HZ",
    "EDGE_DELAY",
    "FULL_SCALE_VOLTS",
    "GATE_VOLTS",
    "LFO_HZ",
    "LOG2_10",
    "SCHMITT_HIGH",
    "SCHMITT_LOW",
    "SILENCE",
    "TRIGGER_SECONDS",
    "VOICES",
    "absolute",
    "add_corner",
    "add_corners",
    "add_step",
    "add_steps",
    "advance_wave",
    "bend_to_share",
    "biquad",
    "blackman",
    "blackman_harris",
    "blackman_nuttall",
    "blep",
    "blue_noise",
    "clamp",
    "clock_divider",
    "convolver",
    "cos1",
    "crossfade",
    "cubed",
    "db_to_gain",
    "delay_line",
    "divide",
    "double_ring_buffer",
    "edge",
    "exp",
    "exp2",
    "exponential_bipolar",
    "exponential_slew",
    "falling",
    "fft",
    "fir",
    "floor",
    "frac",
    "from_pcm",
    "gain_to_db",
    "grey_filter",
    "grey_noise",
    "hamming",
    "hann",
    "hz_to_volts",
    "iir",
    "interpolator",
    "joint",
    "ladder",
    "log",
    "log2",
    "maximum",
    "midi_generator",
    "minimum",
    "nearest",
    "next_word",
    "note_to_volts",
    "nuttall",
    "ode",
    "ode2",
    "ode3",
    "one_pole",
    "oversampling2",
    "oversampling4",
    "oversampling8",
    "pan_balance",
    "pan_between",
    "pan_linear",
    "pan_power",
    "pink_filter",
    "pink_noise",
    "pulse",
    "quarter_sine",
    "real_fft",
    "red_noise",
    "resampler",
    "ring_buffer",
    "schmitt",
    "share_to_bend",
    "sign",
    "sin1",
    "sinc",
    "sine1",
    "slew",
    "soft_clip",
    "soft_limit",
    "sqrt",
    "squared",
    "start_wave",
    "state_variable",
    "stepper",
    "string",
    "take_edge",
    "tan",
    "tanh",
    "tap",
    "timer",
    "to_pcm",
    "triangle1",
    "uniform",
    "velocity_to_volts",
    "violet_noise",
    "volts_to_hz",
    "volts_to_note",
    "volts_to_velocity",
    "vu_meter",
    "white_noise",
]
