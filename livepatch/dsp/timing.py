"""Time: how long something lasts, and every how many times something happens."""

from livepatch.block import Block
from livepatch.dsp.gates import schmitt
from livepatch.voltage import TRIGGER_SECONDS


class timer(Block):
    """Counts time from its last reset."""

    seconds = 0.0

    def process(self) -> float:
        """Seconds since the reset, this sample included; they add up to a billionth of themselves."""
        self.seconds += self.sample_seconds
        return self.seconds

    def reset(self) -> float:
        """Begin anew; the seconds there were."""
        seconds = self.seconds
        self.seconds = 0.0
        return seconds


class clock_divider(Block):
    """One in `division` of what happens: of samples, of triggers."""

    count = 0

    def __init__(self, division: int = 2) -> None:
        if division < 1:
            raise ValueError("a clock is divided by 1 or more")
        self.division = division

    def process(self) -> bool:
        """Whether this is the one: the first, then every `division`-th."""
        first = self.count == 0
        self.count = (self.count + 1) % self.division
        return first

    def reset(self) -> None:
        """Make the next one the first."""
        self.count = 0


class stepper(Block):
    """Counts the rises of a clock, round and round: at which of so many steps it is.

    A rise within a millisecond after one of the reset does not count, so that a clock that comes with it plays the
    first step.
    """

    place = 0
    since_reset = TRIGGER_SECONDS

    def __init__(self) -> None:
        self.clock_edge = schmitt()
        self.reset_edge = schmitt()

    def process(self, clock: float, reset: float, steps: int) -> int:
        """The step, from 0."""
        stepped = self.clock_edge.rises(clock)
        restarted = self.reset_edge.rises(reset)
        self.since_reset = 0.0 if restarted else self.since_reset + self.sample_seconds
        place = 0 if restarted else self.place
        place += 1 if stepped and self.since_reset >= TRIGGER_SECONDS else 0
        self.place = 0 if place >= steps else place
        return self.place
