"""Kick: a bass drum whose pitch falls as it dies away."""

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    LOG2_10,
    clamp,
    divide,
    exp2,
    falling,
    frac,
    joint,
    next_word,
    schmitt,
    sin1,
    soft_clip,
    uniform,
)
from livepatch.module import Module, inlet, knob, outlet

CLICK_SECONDS = 0.008
JOIN_SECONDS = 0.003


class Kick(Module):
    """Each trigger is a stroke; every time is that in which 60 dB are gone."""

    tune = knob(-4.0, 0.0, -2.4, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    decay = knob(-1.5, 0.7, -0.2, "Decay", unit="s", base=10.0)
    bend = knob(0.0, 5.0, 2.5, "Bend", unit="octaves", description="how much higher the stroke begins")
    bend_time = knob(-2.5, 0.0, -1.0, "Bend time", unit="s", base=10.0)
    tone = knob(0.0, 1.0, 0.3, "Tone", unit="%", multiplier=100.0, description="the beater's click")
    drive = knob(0.0, 24.0, 3.0, "Drive", unit="dB")
    trigger = inlet("Trigger")
    accent = inlet("Accent", normal=10.0, description="how hard the stroke is: 10 V fully, 0 V not at all")
    voct = inlet("1 V/octave pitch")
    out = outlet("Out")

    edge = schmitt()
    phase = 0.0
    level = falling()
    high = falling()
    click = falling()
    whole = joint()
    word = 0

    def step(self) -> None:
        struck = self.edge.rises(self.trigger)
        hard = clamp(0.1 * self.accent, 0.0, 1.0)
        level = self.level.process(struck, hard, exp2(LOG2_10 * self.decay))
        high = self.high.process(struck, 1.0, exp2(LOG2_10 * self.bend_time))
        click = self.click.process(struck, hard * hard, CLICK_SECONDS)

        pitch = divide(C4_HZ, self.sample_rate) * exp2(self.tune + self.voct + self.bend * high)
        phase = 0.0 if struck else frac(self.phase + clamp(pitch, 0.0, 0.45))
        self.word = next_word(self.word, self.seed)
        beater = self.tone * click * (2.0 * uniform(self.word) - 1.0)
        gain = exp2(0.16609640474436813 * self.drive)
        drum = soft_clip(gain * (level * sin1(phase) + 0.5 * beater))
        self.out = AUDIO_VOLTS * self.whole.process(drum, struck, JOIN_SECONDS)
        self.phase = phase
