"""Back to the sample rate from four times it: what bends a sound makes overtones that must not fold down.

Source: R. A. Valenzuela and A. G. Constantinides, Digital Signal Processing Schemes for Efficient Interpolation
and Decimation, 1983.
"""

from typing import Final

from livepatch.block import Block

_A1: Final = 0.063783488778169
_A2: Final = 0.266768396835025
_A3: Final = 0.668537568057614
_B1: Final = 0.044183056069049
_B2: Final = 0.164192656822682
_B3: Final = 0.330750420349388
_B4: Final = 0.515094092222882
_B5: Final = 0.702058768416127
_B6: Final = 0.894892166145771
"""The allpasses of two half-bands, flat to 20 kHz of 48: A, 102 dB from four times to twice; B, 96 dB to once."""


class quarter(Block):
    """Four samples to one: flat to 20 kHz (at 48 kHz), and what would fold below that 96 dB down or more."""

    a0 = 0.0
    a1 = 0.0
    a2 = 0.0
    a3 = 0.0
    a4 = 0.0
    b0 = 0.0
    b1 = 0.0
    b2 = 0.0
    b3 = 0.0
    b4 = 0.0
    b5 = 0.0
    b6 = 0.0
    b7 = 0.0

    def process(self, s1: float, s2: float, s3: float, s4: float) -> float:
        """The sample that the next four make, the oldest first."""
        t1 = _allpass(_A1, s2, self.a0, self.a1)
        t2 = _allpass(_A3, t1, self.a1, self.a2)
        u1 = _allpass(_A2, s1, self.a3, self.a4)
        t3 = _allpass(_A1, s4, s2, t1)
        t4 = _allpass(_A3, t3, t1, t2)
        u2 = _allpass(_A2, s3, s1, u1)
        self.a0 = s4
        self.a1 = t3
        self.a2 = t4
        self.a3 = s3
        self.a4 = u2
        early = 0.5 * (t2 + u1)
        late = 0.5 * (t4 + u2)

        v1 = _allpass(_B1, late, self.b0, self.b1)
        v2 = _allpass(_B3, v1, self.b1, self.b2)
        v3 = _allpass(_B5, v2, self.b2, self.b3)
        w1 = _allpass(_B2, early, self.b4, self.b5)
        w2 = _allpass(_B4, w1, self.b5, self.b6)
        w3 = _allpass(_B6, w2, self.b6, self.b7)
        self.b0 = late
        self.b1 = v1
        self.b2 = v2
        self.b3 = v3
        self.b4 = early
        self.b5 = w1
        self.b6 = w2
        self.b7 = w3
        return 0.5 * (v3 + w3)


def _allpass(factor: float, x: float, last_x: float, last_y: float) -> float:
    return factor * (x - last_y) + last_x
