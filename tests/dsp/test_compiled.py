"""The plain functions give the same compiled."""

import numpy as np
import pytest

from tests.dsp.playing import Native, played

FUNCTIONS = {
    "levels": "gain_to_db(self.y) + db_to_gain(self.x) + squared(self.x) + cubed(self.x)",
    "bends": "exponential_bipolar(10.0, clamp(self.x, -3.0, 3.0)) + exponential_bipolar(1.5, self.y)",
    "pan laws": "pan_linear(self.x) + 2.0 * pan_power(self.x) + pan_between(self.x) - pan_balance(self.x)",
    "notes": "note_to_volts(self.x) + volts_to_note(self.x) + volts_to_hz(self.x) + hz_to_volts(self.y)",
    "velocities": "velocity_to_volts(self.x) + volts_to_velocity(self.x)",
    "wheels": "bend_to_share(4e3 * self.x + 8e3) + share_to_bend(0.3 * self.x)",
    "windows": "hann(self.y) + 2.0 * hamming(self.y) + 3.0 * blackman(self.y) + 4.0 * nuttall(self.y)",
    "more windows": "blackman_nuttall(self.y) + 2.0 * blackman_harris(self.y) + 3.0 * sinc(self.x)",
}


@pytest.mark.parametrize("expression", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_is_the_same_compiled(native: Native, expression: str) -> None:
    x = np.linspace(-5.0, 5.0, 401)
    out, _ = played(native, "", f"self.out = {expression}", frames=401, x=x, y=0.1 * (x + 5.0), k=0.0)
    assert np.ptp(out) > 0.1


EDGES = """
up = self.up.rises(self.x > 0.0)
down = self.down.falls(self.x > self.y)
turn = self.turn.changes(self.x < self.y)
self.out = (1.0 if up else 0.0) + (2.0 if down else 0.0) + (4.0 if turn else 0.0)"""


def test_edges_are_the_same_compiled(native: Native) -> None:
    noise = np.random.default_rng(3).uniform(-1.0, 1.0, (2, 300))
    out, _ = played(native, "up = edge()\ndown = edge()\nturn = edge()", EDGES, frames=300, x=noise[0], y=noise[1])
    assert {0.0, 1.0, 4.0, 6.0} <= set(out)
