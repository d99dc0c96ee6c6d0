"""Unity: two mixers that add six voltages each, as they are."""

from livepatch.dsp import divide, maximum
from livepatch.module import Module, connected, inlet, outlet, switch


class Unity(Module):
    """Sums of six, and both turned over. As averages they stay within the range of what goes in."""

    average_a = switch("sum", "average", label="A", description="the average is of the inlets with cables")
    average_b = switch("sum", "average", label="B", description="the average is of the inlets with cables")
    merge = switch("apart", "together", label="A and B", description="together both mix all twelve")
    a1 = inlet("A 1")
    a2 = inlet("A 2")
    a3 = inlet("A 3")
    a4 = inlet("A 4")
    a5 = inlet("A 5")
    a6 = inlet("A 6")
    b1 = inlet("B 1")
    b2 = inlet("B 2")
    b3 = inlet("B 3")
    b4 = inlet("B 4")
    b5 = inlet("B 5")
    b6 = inlet("B 6")
    mix_a = outlet("Mix A")
    inverted_a = outlet("Mix A, turned over")
    mix_b = outlet("Mix B")
    inverted_b = outlet("Mix B, turned over")
    rack = {
        "Fundamental/Unity": {
            "params": {0: "average_a", 1: "average_b"},
            "inputs": {
                0: "a1",
                1: "a2",
                2: "a3",
                3: "a4",
                4: "a5",
                5: "a6",
                6: "b1",
                7: "b2",
                8: "b3",
                9: "b4",
                10: "b5",
                11: "b6",
            },
            "outputs": {0: "mix_a", 1: "inverted_a", 2: "mix_b", 3: "inverted_b"},
            "data": {"merge": "merge"},
        }
    }

    def step(self) -> None:
        count_a = 1.0 if connected(self.a1) else 0.0
        count_a += 1.0 if connected(self.a2) else 0.0
        count_a += 1.0 if connected(self.a3) else 0.0
        count_a += 1.0 if connected(self.a4) else 0.0
        count_a += 1.0 if connected(self.a5) else 0.0
        count_a += 1.0 if connected(self.a6) else 0.0
        count_b = 1.0 if connected(self.b1) else 0.0
        count_b += 1.0 if connected(self.b2) else 0.0
        count_b += 1.0 if connected(self.b3) else 0.0
        count_b += 1.0 if connected(self.b4) else 0.0
        count_b += 1.0 if connected(self.b5) else 0.0
        count_b += 1.0 if connected(self.b6) else 0.0
        a = self.a1 + self.a2 + self.a3 + self.a4 + self.a5 + self.a6
        b = self.b1 + self.b2 + self.b3 + self.b4 + self.b5 + self.b6
        together = self.merge == 1
        sum_a = a + b if together else a
        sum_b = a + b if together else b
        of_a = count_a + count_b if together else count_a
        of_b = count_a + count_b if together else count_b
        mix_a = divide(sum_a, maximum(of_a, 1.0)) if self.average_a == 1 else sum_a
        mix_b = divide(sum_b, maximum(of_b, 1.0)) if self.average_b == 1 else sum_b
        self.mix_a = mix_a
        self.inverted_a = -mix_a
        self.mix_b = mix_b
        self.inverted_b = -mix_b
