"""MIDI numbers and the voltages they are, exact to rounding: note 60 is C4 and 0 V."""

from livepatch.dsp.functions import clamp, exp2, floor, log2
from livepatch.voltage import C4_HZ


def note_to_volts(note: float) -> float:
    """The pitch voltage of a MIDI note, 1 V an octave; a bend in semitones adds to the note."""
    return (note - 60.0) * (1.0 / 12.0)


def volts_to_note(volts: float) -> float:
    """The MIDI note of a pitch voltage, 0 to 127; halves go up."""
    return clamp(floor(volts * 12.0 + 60.5), 0.0, 127.0)


def velocity_to_volts(velocity: float) -> float:
    """The voltage of a velocity, a pressure or a controller: 127 is 10 V."""
    return velocity * (10.0 / 127.0)


def volts_to_velocity(volts: float) -> float:
    """The velocity, pressure or controller of a voltage, 0 to 127; halves go up."""
    return clamp(floor(volts * 12.7 + 0.5), 0.0, 127.0)


def bend_to_share(bend: float) -> float:
    """What a pitch wheel of 0 to 16383 says, -1 to 1; at rest it is 8192, and 0."""
    return (bend - 8192.0) * (1.0 / (8192.0 if bend < 8192.0 else 8191.0))


def share_to_bend(share: float) -> float:
    """What a pitch wheel of 0 to 16383 says at -1 to 1; halves go up."""
    return clamp(floor(8192.5 + share * (8192.0 if share < 0.0 else 8191.0)), 0.0, 16383.0)


def volts_to_hz(volts: float) -> float:
    """The frequency of a pitch voltage, to 1e-12: 0 V is C4."""
    return C4_HZ * exp2(volts)


def hz_to_volts(hertz: float) -> float:
    """The pitch voltage of a frequency, to 1e-13 V."""
    return log2(hertz * (1.0 / C4_HZ))
