"""Gates: what begins and ends with a gate."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, edge, exp2, maximum, schmitt
from livepatch.module import Module, buffer, button, inlet, knob, outlet

MILLISECOND = -9.965784284662087
TEN_SECONDS = 3.321928094887362
"""In octaves of a second, as the knob counts."""
EDGES = 1024
"""How many edges the delay remembers; the ones before are let go early."""


class Gates(Module):
    """Triggers at both ends of a gate, a gate for every second one, one of a length of its own, and a delay."""

    length = knob(
        MILLISECOND,
        TEN_SECONDS,
        -3.3219280949,
        "Length",
        unit="s",
        base=2.0,
        description="of timed, and of delayed",
    )
    clear = button("Reset")
    gate = inlet("Gate")
    reset = inlet("Reset", description="to flip, and the end of the timed gate")
    rise = outlet("Rise", description="10 V for 1 ms where the gate begins")
    fall = outlet("Fall", description="10 V for 1 ms where the gate ends")
    flip = outlet("Flip", description="on, until the first gate begins, and again with every second one")
    flop = outlet("Flop", description="on while flip is not")
    timed = outlet("Timed", description="a gate of the length of the knob, from where the gate begins")
    delayed = outlet("Delayed", description="the gate, later by the length of the knob")
    rack = {
        "Fundamental/Gates": {
            "params": {0: "length", 1: "clear"},
            "inputs": {0: "length", 1: "gate", 2: "reset"},
            "outputs": {0: "rise", 1: "fall", 2: "flip", 3: "flop", 4: "timed", 5: "delayed"},
        }
    }

    edges = buffer(frames=1024)
    now = 0.0
    written = 0
    passed = 0
    gate_edge = schmitt()
    reset_edge = schmitt()
    restart = edge()
    flopped = False
    rise_left = 0.0
    fall_left = 0.0
    timed_frames = -1.0

    def step(self) -> None:
        frames = TRIGGER_SECONDS * self.sample_rate
        length = self.sample_rate * exp2(self.length)
        was_on = self.gate_edge.on
        on = self.gate_edge.process(self.gate)
        restarted = self.restart.rises(self.reset_edge.process(self.reset) or self.clear)
        begins = on and not was_on
        ends = was_on and not on
        self.rise_left = frames if begins else maximum(self.rise_left - 1.0, 0.0)
        self.fall_left = frames if ends else maximum(self.fall_left - 1.0, 0.0)
        self.flopped = self.flopped != begins and not restarted
        timed = 0.0 if begins else self.timed_frames + 1.0 if self.timed_frames >= 0.0 else -1.0
        self.timed_frames = -1.0 if restarted or timed >= length else timed

        edges = self.edges
        written = self.written
        passed = self.passed
        if begins or ends:
            edges[written % EDGES] = self.now
            written += 1
            passed = written - EDGES if written - passed > EDGES else passed
        past = self.now - length
        while passed < written and edges[passed % EDGES] <= past:
            passed += 1
        while passed > 0 and passed > written - EDGES and edges[(passed - 1) % EDGES] > past:
            passed -= 1

        self.rise = GATE_VOLTS if self.rise_left > 0.0 else 0.0
        self.fall = GATE_VOLTS if self.fall_left > 0.0 else 0.0
        self.flip = 0.0 if self.flopped else GATE_VOLTS
        self.flop = GATE_VOLTS if self.flopped else 0.0
        self.timed = GATE_VOLTS if self.timed_frames >= 0.0 else 0.0
        self.delayed = GATE_VOLTS if passed % 2 == 1 else 0.0
        self.now += 1.0
        self.written = written
        self.passed = passed
