"""Merge: up to sixteen signals as the voices of one cable."""

from librt.vecs import vec

from livepatch.dsp import VOICES
from livepatch.module import Module, connected, inlet, knob, outlet, poly, set_channels, signal


def put(target: vec[float], voice: int, source: vec[float], start: int, stop: int) -> None:
    """Write one voice."""
    for i in range(start, stop):
        target[i * VOICES + voice] = source[i]


class Merge(Module):
    """Each inlet is a voice. As long as `voices` is 0, the last inlet with a cable is the last voice."""

    voices = knob(0.0, 16.0, 0.0, "Voices", description="0: as many as there are cables for", randomize=False)
    in1 = inlet("Voice 1")
    in2 = inlet("Voice 2")
    in3 = inlet("Voice 3")
    in4 = inlet("Voice 4")
    in5 = inlet("Voice 5")
    in6 = inlet("Voice 6")
    in7 = inlet("Voice 7")
    in8 = inlet("Voice 8")
    in9 = inlet("Voice 9")
    in10 = inlet("Voice 10")
    in11 = inlet("Voice 11")
    in12 = inlet("Voice 12")
    in13 = inlet("Voice 13")
    in14 = inlet("Voice 14")
    in15 = inlet("Voice 15")
    in16 = inlet("Voice 16")
    out = outlet("All")
    bypass = {"in1": "out"}
    # Rack's number of channels is -1 where ours of voices is 0.
    rack = {
        "Fundamental/Merge": {
            "inputs": {
                0: "in1",
                1: "in2",
                2: "in3",
                3: "in4",
                4: "in5",
                5: "in6",
                6: "in7",
                7: "in8",
                8: "in9",
                9: "in10",
                10: "in11",
                11: "in12",
                12: "in13",
                13: "in14",
                14: "in15",
                15: "in16",
            },
            "outputs": {0: "out"},
            "data": {"channels": "voices"},
        }
    }

    def process(self, start: int, stop: int) -> None:
        count = int(self.voices + 0.5)
        last = 1
        last = 2 if connected(self.in2) else last
        last = 3 if connected(self.in3) else last
        last = 4 if connected(self.in4) else last
        last = 5 if connected(self.in5) else last
        last = 6 if connected(self.in6) else last
        last = 7 if connected(self.in7) else last
        last = 8 if connected(self.in8) else last
        last = 9 if connected(self.in9) else last
        last = 10 if connected(self.in10) else last
        last = 11 if connected(self.in11) else last
        last = 12 if connected(self.in12) else last
        last = 13 if connected(self.in13) else last
        last = 14 if connected(self.in14) else last
        last = 15 if connected(self.in15) else last
        last = 16 if connected(self.in16) else last
        out = poly(self.out)
        set_channels(self.out, count if count > 0 else last)
        put(out, 0, signal(self.in1), start, stop)
        put(out, 1, signal(self.in2), start, stop)
        put(out, 2, signal(self.in3), start, stop)
        put(out, 3, signal(self.in4), start, stop)
        put(out, 4, signal(self.in5), start, stop)
        put(out, 5, signal(self.in6), start, stop)
        put(out, 6, signal(self.in7), start, stop)
        put(out, 7, signal(self.in8), start, stop)
        put(out, 8, signal(self.in9), start, stop)
        put(out, 9, signal(self.in10), start, stop)
        put(out, 10, signal(self.in11), start, stop)
        put(out, 11, signal(self.in12), start, stop)
        put(out, 12, signal(self.in13), start, stop)
        put(out, 13, signal(self.in14), start, stop)
        put(out, 14, signal(self.in15), start, stop)
        put(out, 15, signal(self.in16), start, stop)
