"""Voltage standards: what a volt means on a cable.

Source: VCV Rack manual, Voltage Standards (facts only).
"""

from typing import Final

C4_HZ: Final = 261.6255653005986
"""Frequency at 0 V on a pitch cable, 1 V per octave."""
LFO_HZ: Final = 2.0
"""Frequency at 0 V of a clock or a low-frequency oscillator: 120 beats a minute."""
AUDIO_VOLTS: Final = 5.0
"""Peak of an audio signal."""
GATE_VOLTS: Final = 10.0
"""A gate or trigger that is on."""
TRIGGER_SECONDS: Final = 0.001
"""How long a trigger stays on."""
FULL_SCALE_VOLTS: Final = 10.0
"""What ±1.0 at the sound card is in volts."""
SCHMITT_LOW: Final = 0.1
"""A trigger input is off again at or below this voltage."""
SCHMITT_HIGH: Final = 1.0
"""A trigger input is on at or above this voltage."""
