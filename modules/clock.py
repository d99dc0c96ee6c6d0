"""Clock: the beat, its divisions, and swing."""

from livepatch.dsp import GATE_VOLTS, frac, schmitt
from livepatch.module import Module, inlet, knob, light, outlet, switch


class Clock(Module):
    """Gates for sixteenths, eighths, quarters and bars of four."""

    tempo = knob(20.0, 300.0, 120.0, "Tempo", unit="BPM")
    swing = knob(
        0.5, 0.75, 0.5, "Swing", unit="%", multiplier=100.0, description="where in the eighth its second half is"
    )
    length = knob(0.05, 0.95, 0.5, "Gate length", unit="%", multiplier=100.0)
    run = switch("stopped", "running", default=1, label="Run")
    reset = inlet("Reset", description="back to the first beat of the bar")
    sixteenth = outlet("Sixteenths")
    eighth = outlet("Eighths")
    quarter = outlet("Quarters")
    bar = outlet("Bars")
    beat = light("Beat", colour="green")

    place = 0.0
    restart = schmitt()

    def step(self) -> None:
        restarted = self.restart.rises(self.reset)
        place = 0.0 if restarted else self.place
        running = self.run == 1 and not restarted
        half = frac(2.0 * place)
        second = half >= self.swing
        since = half - (self.swing if second else 0.0)
        share = 1.0 - self.swing if second else self.swing
        gate = GATE_VOLTS if running else 0.0
        self.sixteenth = gate if since < self.length * share else 0.0
        self.eighth = gate if half < self.length else 0.0
        self.quarter = gate if frac(place) < self.length else 0.0
        self.bar = gate if place < self.length else 0.0
        self.beat = 1.0 if frac(place) < 0.2 and running else 0.0
        advance = self.tempo * (1.0 / 60.0) / self.sample_rate
        place += advance if running else 0.0
        self.place = place - 4.0 if place >= 4.0 else place
