"""How long it has to be silent around a plug-in until it may rest."""

from typing import Final

from livepatch.protocol.plugin_facts import ENDLESS, Facts

NEVER: Final = -1.0
SECONDS: Final = 30.0
"""Besides its tail, which most do not know, some say wrong, and a knob may change: no echo comes after that."""
SAID_SECONDS: Final = 5.0
"""The same, where the plug-in says all the time that it is silent: for what goes on in it unheard."""


def rest_after(facts: Facts, sample_rate: float) -> tuple[float, float]:
    """Frames of silence after which it may rest, and those where it says that all its outputs are silent.

    NEVER for what sounds by itself, or may: instruments, what sends notes, and endless tails.
    """
    inputs = sum(bus.channels for bus in facts.inputs)
    if not inputs or facts.instrument or facts.notes_out or facts.tail == ENDLESS:
        return NEVER, NEVER
    ring = float(facts.latency + max(facts.tail, 0))
    return ring + SECONDS * sample_rate, ring + SAID_SECONDS * sample_rate
