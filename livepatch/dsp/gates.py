"""Gates and triggers: when a voltage counts as on, what has just begun, and how long a trigger lasts."""

from livepatch.block import Block
from livepatch.dsp.functions import maximum
from livepatch.voltage import SCHMITT_HIGH, SCHMITT_LOW, TRIGGER_SECONDS


class schmitt(Block):
    """A gate of a voltage: on from `high` volts up, off from `low` down, in between as it was."""

    on = False

    def __init__(self, low: float = SCHMITT_LOW, high: float = SCHMITT_HIGH) -> None:
        if low > high:
            raise ValueError("a gate goes off at a lower voltage than it goes on")
        self.low = low
        self.high = high

    def process(self, volts: float) -> bool:
        """Whether the gate is on now; `on` keeps it."""
        self.on = volts >= self.high or (self.on and volts > self.low)
        return self.on

    def rises(self, volts: float) -> bool:
        """Whether the gate goes on with this sample."""
        was_on = self.on
        return self.process(volts) and not was_on

    def falls(self, volts: float) -> bool:
        """Whether the gate goes off with this sample."""
        was_on = self.on
        return not self.process(volts) and was_on


class edge(Block):
    """Notices when something becomes true, such as a button or a comparison; a voltage needs `schmitt`."""

    on = False

    def rises(self, on: bool) -> bool:  # noqa: FBT001  # what it watches is true or false
        """Whether it becomes true with this sample."""
        was_on = self.on
        self.on = on
        return on and not was_on

    def falls(self, on: bool) -> bool:  # noqa: FBT001  # as above
        """Whether it becomes false with this sample."""
        was_on = self.on
        self.on = on
        return was_on and not on

    def changes(self, on: bool) -> bool:  # noqa: FBT001  # as above
        """Whether it becomes true or false with this sample."""
        was_on = self.on
        self.on = on
        return was_on != on


class pulse(Block):
    """A trigger that stays on for a time, to the nearest sample: 1 ms unless it is started for longer."""

    frames_left = 0.0

    def start(self, seconds: float = TRIGGER_SECONDS) -> None:
        """Go on with the next `process()`, or stay on, for `seconds` from now."""
        self.frames_left = maximum(self.frames_left, float(int(seconds * self.sample_rate + 0.5)))

    def process(self) -> bool:
        """Whether it is on in this sample."""
        on = self.frames_left > 0.0
        self.frames_left = self.frames_left - 1.0 if on else 0.0
        return on

    def stop(self) -> None:
        """Go off at once."""
        self.frames_left = 0.0
