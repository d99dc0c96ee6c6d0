"""Oversampling: distortion at two, four or eight times the sample rate, so that it folds nothing back.

`a, b = self.over.up(volts)`, then `self.over.down(tanh(a), tanh(b))`. Each doubling is a half-band filter of two
chains of allpasses, with little delay and a phase that is not linear.

Source: R. A. Valenzuela and A. G. Constantinides, Digital signal processing schemes for efficient interpolation
and decimation, 1983. The coefficients are those of elliptic filters.
"""

from livepatch.block import Block
from livepatch.dsp.levels import SILENCE


class _Steep(Block):
    """Half of a steep half-band filter: a chain of four allpasses."""

    z0 = 0.0
    z1 = 0.0
    z2 = 0.0
    z3 = 0.0
    z4 = 0.0

    def __init__(self, c1: float, c2: float, c3: float, c4: float) -> None:
        self.c1 = c1
        self.c2 = c2
        self.c3 = c3
        self.c4 = c4

    def process(self, x: float) -> float:
        # in this order, what waits for the last sample waits for one multiplication and one addition
        y1 = (self.z0 + self.c1 * x) - self.c1 * self.z1
        y2 = (self.z1 + self.c2 * y1) - self.c2 * self.z2
        y3 = (self.z2 + self.c3 * y2) - self.c3 * self.z3
        y4 = (self.z3 + self.c4 * y3) - self.c4 * self.z4
        self.z0 = x + SILENCE
        self.z1 = y1
        self.z2 = y2
        self.z3 = y3
        self.z4 = y4
        return y4


class _Gentle(Block):
    """Half of a gentle half-band filter: a chain of two allpasses."""

    z0 = 0.0
    z1 = 0.0
    z2 = 0.0

    def __init__(self, c1: float, c2: float) -> None:
        self.c1 = c1
        self.c2 = c2

    def process(self, x: float) -> float:
        y1 = (self.z0 + self.c1 * x) - self.c1 * self.z1
        y2 = (self.z1 + self.c2 * y1) - self.c2 * self.z2
        self.z0 = x + SILENCE
        self.z1 = y1
        self.z2 = y2
        return y2


class _Gentle2(Block):
    """Doubles and halves a rate that is doubled already: -116 dB from 3/4 of the new band up, flat to 1/4."""

    def __init__(self) -> None:
        self.up_even = _Gentle(0.04245470986526757, 0.39331989319032623)
        self.up_odd = _Gentle(0.17073985049749862, 0.7457135887202139)
        self.down_even = _Gentle(0.04245470986526757, 0.39331989319032623)
        self.down_odd = _Gentle(0.17073985049749862, 0.7457135887202139)

    def up(self, x: float) -> tuple[float, float]:
        return self.up_even.process(x), self.up_odd.process(x)

    def down(self, a: float, b: float) -> float:
        return 0.5 * (self.down_even.process(b) + self.down_odd.process(a))


class oversampling2(Block):
    """Twice the sample rate. Flat to 1e-9 dB up to 0.45 of the sample rate (21.6 kHz), -106 dB from 0.55 up."""

    def __init__(self) -> None:
        self.up_even = _Steep(0.03583278843106211, 0.2720401433964576, 0.5720571972357003, 0.827124761997324)
        self.up_odd = _Steep(0.1340901419430669, 0.4243248712718685, 0.7062921421386394, 0.9415030941737551)
        self.down_even = _Steep(0.03583278843106211, 0.2720401433964576, 0.5720571972357003, 0.827124761997324)
        self.down_odd = _Steep(0.1340901419430669, 0.4243248712718685, 0.7062921421386394, 0.9415030941737551)

    def up(self, volts: float) -> tuple[float, float]:
        """Two samples for one, in their order."""
        return self.up_even.process(volts), self.up_odd.process(volts)

    def down(self, a: float, b: float) -> float:
        """One sample of two."""
        return 0.5 * (self.down_even.process(b) + self.down_odd.process(a))


class oversampling4(Block):
    """Four times the sample rate; flat and quiet as `oversampling2`."""

    def __init__(self) -> None:
        self.outer = oversampling2()
        self.inner = _Gentle2()

    def up(self, volts: float) -> tuple[float, float, float, float]:
        """Four samples for one, in their order."""
        first, second = self.outer.up(volts)
        a, b = self.inner.up(first)
        c, d = self.inner.up(second)
        return a, b, c, d

    def down(self, a: float, b: float, c: float, d: float) -> float:
        """One sample of four."""
        first = self.inner.down(a, b)
        second = self.inner.down(c, d)
        return self.outer.down(first, second)


class oversampling8(Block):
    """Eight times the sample rate; flat and quiet as `oversampling2`."""

    def __init__(self) -> None:
        self.outer = oversampling4()
        self.inner = _Gentle2()

    def up(self, volts: float) -> tuple[float, float, float, float, float, float, float, float]:
        """Eight samples for one, in their order."""
        first, second, third, fourth = self.outer.up(volts)
        a, b = self.inner.up(first)
        c, d = self.inner.up(second)
        e, f = self.inner.up(third)
        g, h = self.inner.up(fourth)
        return a, b, c, d, e, f, g, h

    def down(  # noqa: PLR0913, PLR0917  # eight samples
        self, a: float, b: float, c: float, d: float, e: float, f: float, g: float, h: float
    ) -> float:
        """One sample of eight."""
        first = self.inner.down(a, b)
        second = self.inner.down(c, d)
        third = self.inner.down(e, f)
        fourth = self.inner.down(g, h)
        return self.outer.down(first, second, third, fourth)
