"""Recursive filters of any order, from coefficients that were designed elsewhere.

Source: Alan Oppenheim and Ronald Schafer, Discrete-Time Signal Processing, 1989, the transposed direct form II.
"""

from livepatch.block import Block, buffer
from livepatch.dsp.levels import SILENCE


class iir(Block):
    """A filter of `order` poles and zeros, exact to rounding: (b0 + b1 z^-1 + ...) / (1 + a1 z^-1 + ...).

    It is silent until `weigh` says what it does. Above an order of 4 or so a row of biquads() is quieter.
    """

    def __init__(self, order: int) -> None:
        if not 1 <= order <= 64:
            raise ValueError("an order from 1 to 64")
        self.order = order
        self.forward = buffer(frames=order + 1)
        self.back = buffer(frames=order + 1)
        self.sums = buffer(frames=order + 1)

    def weigh(self, age: int, b: float, a: float) -> None:
        """Set what the input (`b`) and the output (`a`) of `age` samples ago count; `a` of age 0 is always 1."""
        if 0 <= age <= self.order:
            self.forward[age] = b
            self.back[age] = a

    def process(self, volts: float) -> float:
        """The next sample."""
        out = self.forward[0] * volts + self.sums[0] + SILENCE
        for age in range(self.order):
            self.sums[age] = self.sums[age + 1] + self.forward[age + 1] * volts - self.back[age + 1] * out
        return out
