"""Split: the voices of one cable at an outlet each."""

from librt.vecs import vec

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, outlet, poly, signal


def take(target: vec[float], source: vec[float], voice: int, voices: int, start: int, stop: int) -> None:  # noqa: PLR0913, PLR0917  # two blocks and what of them
    """Write one voice, or silence where there is no such."""
    share = 1.0 if voice < voices else 0.0
    for i in range(start, stop):
        target[i] = share * source[i * VOICES + voice]


class Split(Module):
    """Each outlet is a voice; those that the cable has not are 0 V."""

    audio = inlet("All")
    out1 = outlet("Voice 1")
    out2 = outlet("Voice 2")
    out3 = outlet("Voice 3")
    out4 = outlet("Voice 4")
    out5 = outlet("Voice 5")
    out6 = outlet("Voice 6")
    out7 = outlet("Voice 7")
    out8 = outlet("Voice 8")
    out9 = outlet("Voice 9")
    out10 = outlet("Voice 10")
    out11 = outlet("Voice 11")
    out12 = outlet("Voice 12")
    out13 = outlet("Voice 13")
    out14 = outlet("Voice 14")
    out15 = outlet("Voice 15")
    out16 = outlet("Voice 16")
    bypass = {"audio": "out1"}
    rack = {
        "Fundamental/Split": {
            "inputs": {0: "audio"},
            "outputs": {
                0: "out1",
                1: "out2",
                2: "out3",
                3: "out4",
                4: "out5",
                5: "out6",
                6: "out7",
                7: "out8",
                8: "out9",
                9: "out10",
                10: "out11",
                11: "out12",
                12: "out13",
                13: "out14",
                14: "out15",
                15: "out16",
            },
        }
    }

    def process(self, start: int, stop: int) -> None:
        audio = poly(self.audio)
        voices = channels(self.audio)
        take(signal(self.out1), audio, 0, voices, start, stop)
        take(signal(self.out2), audio, 1, voices, start, stop)
        take(signal(self.out3), audio, 2, voices, start, stop)
        take(signal(self.out4), audio, 3, voices, start, stop)
        take(signal(self.out5), audio, 4, voices, start, stop)
        take(signal(self.out6), audio, 5, voices, start, stop)
        take(signal(self.out7), audio, 6, voices, start, stop)
        take(signal(self.out8), audio, 7, voices, start, stop)
        take(signal(self.out9), audio, 8, voices, start, stop)
        take(signal(self.out10), audio, 9, voices, start, stop)
        take(signal(self.out11), audio, 10, voices, start, stop)
        take(signal(self.out12), audio, 11, voices, start, stop)
        take(signal(self.out13), audio, 12, voices, start, stop)
        take(signal(self.out14), audio, 13, voices, start, stop)
        take(signal(self.out15), audio, 14, voices, start, stop)
        take(signal(self.out16), audio, 15, voices, start, stop)
