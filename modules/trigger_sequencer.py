"""Trigger sequencer: four rows of sixteen steps, for drums."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, divide, schmitt
from livepatch.module import Module, inlet, knob, light, outlet, switch


def four(first: int, second: int, third: int, fourth: int) -> int:
    """Four steps in one number, a bit for each."""
    return first + 2 * second + 4 * third + 8 * fourth


class TriggerSequencer(Module):
    """Four rows of gates. Each row has its own number of steps, so that they can run against each other.

    After a reset the next clock is the first step, or the clock of up to 1 ms before it.
    """

    steps_a = knob(1.0, 16.0, 16.0, "Steps of row A")
    steps_b = knob(1.0, 16.0, 16.0, "Steps of row B")
    steps_c = knob(1.0, 16.0, 16.0, "Steps of row C")
    steps_d = knob(1.0, 16.0, 16.0, "Steps of row D")
    a1 = switch("off", "on", label="Row A, step 1")
    a2 = switch("off", "on", label="Row A, step 2")
    a3 = switch("off", "on", label="Row A, step 3")
    a4 = switch("off", "on", label="Row A, step 4")
    a5 = switch("off", "on", label="Row A, step 5")
    a6 = switch("off", "on", label="Row A, step 6")
    a7 = switch("off", "on", label="Row A, step 7")
    a8 = switch("off", "on", label="Row A, step 8")
    a9 = switch("off", "on", label="Row A, step 9")
    a10 = switch("off", "on", label="Row A, step 10")
    a11 = switch("off", "on", label="Row A, step 11")
    a12 = switch("off", "on", label="Row A, step 12")
    a13 = switch("off", "on", label="Row A, step 13")
    a14 = switch("off", "on", label="Row A, step 14")
    a15 = switch("off", "on", label="Row A, step 15")
    a16 = switch("off", "on", label="Row A, step 16")
    b1 = switch("off", "on", label="Row B, step 1")
    b2 = switch("off", "on", label="Row B, step 2")
    b3 = switch("off", "on", label="Row B, step 3")
    b4 = switch("off", "on", label="Row B, step 4")
    b5 = switch("off", "on", label="Row B, step 5")
    b6 = switch("off", "on", label="Row B, step 6")
    b7 = switch("off", "on", label="Row B, step 7")
    b8 = switch("off", "on", label="Row B, step 8")
    b9 = switch("off", "on", label="Row B, step 9")
    b10 = switch("off", "on", label="Row B, step 10")
    b11 = switch("off", "on", label="Row B, step 11")
    b12 = switch("off", "on", label="Row B, step 12")
    b13 = switch("off", "on", label="Row B, step 13")
    b14 = switch("off", "on", label="Row B, step 14")
    b15 = switch("off", "on", label="Row B, step 15")
    b16 = switch("off", "on", label="Row B, step 16")
    c1 = switch("off", "on", label="Row C, step 1")
    c2 = switch("off", "on", label="Row C, step 2")
    c3 = switch("off", "on", label="Row C, step 3")
    c4 = switch("off", "on", label="Row C, step 4")
    c5 = switch("off", "on", label="Row C, step 5")
    c6 = switch("off", "on", label="Row C, step 6")
    c7 = switch("off", "on", label="Row C, step 7")
    c8 = switch("off", "on", label="Row C, step 8")
    c9 = switch("off", "on", label="Row C, step 9")
    c10 = switch("off", "on", label="Row C, step 10")
    c11 = switch("off", "on", label="Row C, step 11")
    c12 = switch("off", "on", label="Row C, step 12")
    c13 = switch("off", "on", label="Row C, step 13")
    c14 = switch("off", "on", label="Row C, step 14")
    c15 = switch("off", "on", label="Row C, step 15")
    c16 = switch("off", "on", label="Row C, step 16")
    d1 = switch("off", "on", label="Row D, step 1")
    d2 = switch("off", "on", label="Row D, step 2")
    d3 = switch("off", "on", label="Row D, step 3")
    d4 = switch("off", "on", label="Row D, step 4")
    d5 = switch("off", "on", label="Row D, step 5")
    d6 = switch("off", "on", label="Row D, step 6")
    d7 = switch("off", "on", label="Row D, step 7")
    d8 = switch("off", "on", label="Row D, step 8")
    d9 = switch("off", "on", label="Row D, step 9")
    d10 = switch("off", "on", label="Row D, step 10")
    d11 = switch("off", "on", label="Row D, step 11")
    d12 = switch("off", "on", label="Row D, step 12")
    d13 = switch("off", "on", label="Row D, step 13")
    d14 = switch("off", "on", label="Row D, step 14")
    d15 = switch("off", "on", label="Row D, step 15")
    d16 = switch("off", "on", label="Row D, step 16")
    clock = inlet("Clock", description="each rise is a step; the gates are as long as it is high")
    reset = inlet("Reset", description="back to the first step of every row")
    a = outlet("Row A")
    b = outlet("Row B")
    c = outlet("Row C")
    d = outlet("Row D")
    first = outlet("First", description="the first step of row A, on or not")
    light_a = light("Row A", colour="green")
    light_b = light("Row B", colour="green")
    light_c = light("Row C", colour="green")
    light_d = light("Row D", colour="green")
    step1 = light("Step 1 of row A", colour="yellow")
    step2 = light("Step 2 of row A", colour="yellow")
    step3 = light("Step 3 of row A", colour="yellow")
    step4 = light("Step 4 of row A", colour="yellow")
    step5 = light("Step 5 of row A", colour="yellow")
    step6 = light("Step 6 of row A", colour="yellow")
    step7 = light("Step 7 of row A", colour="yellow")
    step8 = light("Step 8 of row A", colour="yellow")
    step9 = light("Step 9 of row A", colour="yellow")
    step10 = light("Step 10 of row A", colour="yellow")
    step11 = light("Step 11 of row A", colour="yellow")
    step12 = light("Step 12 of row A", colour="yellow")
    step13 = light("Step 13 of row A", colour="yellow")
    step14 = light("Step 14 of row A", colour="yellow")
    step15 = light("Step 15 of row A", colour="yellow")
    step16 = light("Step 16 of row A", colour="yellow")

    place_a = -1
    place_b = -1
    place_c = -1
    place_d = -1
    clock_edge = schmitt()
    reset_edge = schmitt()
    since_clock = 1.0

    def step(self) -> None:
        clocked = self.clock_edge.rises(self.clock)
        restarted = self.reset_edge.rises(self.reset)
        since_clock = 0.0 if clocked else self.since_clock + divide(1.0, self.sample_rate)
        again = restarted and since_clock < TRIGGER_SECONDS
        on = 1 if clocked else 0
        place_a = (-1 if restarted else self.place_a) + on
        place_a = 0 if again or place_a >= int(self.steps_a + 0.5) else place_a
        place_b = (-1 if restarted else self.place_b) + on
        place_b = 0 if again or place_b >= int(self.steps_b + 0.5) else place_b
        place_c = (-1 if restarted else self.place_c) + on
        place_c = 0 if again or place_c >= int(self.steps_c + 0.5) else place_c
        place_d = (-1 if restarted else self.place_d) + on
        place_d = 0 if again or place_d >= int(self.steps_d + 0.5) else place_d

        a = (
            four(self.a1, self.a2, self.a3, self.a4)
            + 16 * four(self.a5, self.a6, self.a7, self.a8)
            + 256 * four(self.a9, self.a10, self.a11, self.a12)
            + 4096 * four(self.a13, self.a14, self.a15, self.a16)
        )
        b = (
            four(self.b1, self.b2, self.b3, self.b4)
            + 16 * four(self.b5, self.b6, self.b7, self.b8)
            + 256 * four(self.b9, self.b10, self.b11, self.b12)
            + 4096 * four(self.b13, self.b14, self.b15, self.b16)
        )
        c = (
            four(self.c1, self.c2, self.c3, self.c4)
            + 16 * four(self.c5, self.c6, self.c7, self.c8)
            + 256 * four(self.c9, self.c10, self.c11, self.c12)
            + 4096 * four(self.c13, self.c14, self.c15, self.c16)
        )
        d = (
            four(self.d1, self.d2, self.d3, self.d4)
            + 16 * four(self.d5, self.d6, self.d7, self.d8)
            + 256 * four(self.d9, self.d10, self.d11, self.d12)
            + 4096 * four(self.d13, self.d14, self.d15, self.d16)
        )
        hit_a = self.clock_edge.on and place_a >= 0 and (a >> (place_a & 15)) & 1 == 1
        hit_b = self.clock_edge.on and place_b >= 0 and (b >> (place_b & 15)) & 1 == 1
        hit_c = self.clock_edge.on and place_c >= 0 and (c >> (place_c & 15)) & 1 == 1
        hit_d = self.clock_edge.on and place_d >= 0 and (d >> (place_d & 15)) & 1 == 1
        self.a = GATE_VOLTS if hit_a else 0.0
        self.b = GATE_VOLTS if hit_b else 0.0
        self.c = GATE_VOLTS if hit_c else 0.0
        self.d = GATE_VOLTS if hit_d else 0.0
        self.first = GATE_VOLTS if self.clock_edge.on and place_a == 0 else 0.0
        self.light_a = 1.0 if hit_a else 0.0
        self.light_b = 1.0 if hit_b else 0.0
        self.light_c = 1.0 if hit_c else 0.0
        self.light_d = 1.0 if hit_d else 0.0
        self.step1 = 1.0 if place_a == 0 else 0.0
        self.step2 = 1.0 if place_a == 1 else 0.0
        self.step3 = 1.0 if place_a == 2 else 0.0
        self.step4 = 1.0 if place_a == 3 else 0.0
        self.step5 = 1.0 if place_a == 4 else 0.0
        self.step6 = 1.0 if place_a == 5 else 0.0
        self.step7 = 1.0 if place_a == 6 else 0.0
        self.step8 = 1.0 if place_a == 7 else 0.0
        self.step9 = 1.0 if place_a == 8 else 0.0
        self.step10 = 1.0 if place_a == 9 else 0.0
        self.step11 = 1.0 if place_a == 10 else 0.0
        self.step12 = 1.0 if place_a == 11 else 0.0
        self.step13 = 1.0 if place_a == 12 else 0.0
        self.step14 = 1.0 if place_a == 13 else 0.0
        self.step15 = 1.0 if place_a == 14 else 0.0
        self.step16 = 1.0 if place_a == 15 else 0.0
        self.place_a = place_a
        self.place_b = place_b
        self.place_c = place_c
        self.place_d = place_d
        self.since_clock = since_clock
