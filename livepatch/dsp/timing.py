"""Time: how long something lasts, and every how many times something happens."""

from livepatch.block import Block


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
