"""Wavetable: an oscillator that goes from wave to wave, without aliases."""

from typing import Any, Final

from librt.vecs import vec

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    VOICES,
    absolute,
    add_steps,
    clamp,
    crossfade,
    divide,
    exp2,
    floor,
    frac,
    log2,
    maximum,
    real_fft,
    take_edge,
)
from livepatch.module import (
    Module,
    action,
    buffer,
    channels,
    inlet,
    knob,
    outlet,
    poly,
    set_channels,
    signal,
    switch,
)

FRAMES: Final = 2048
"""Samples of a cycle."""
LEVELS: Final = 18
"""Each wave with fewer and fewer partials, half an octave from one to the next."""
PARTIALS: Final = 362.0
"""Of the richest level."""
SET: Final = 4
"""Waves in each of the sets."""
WAVES: Final = 12
ROOM: Final = WAVES * LEVELS * FRAMES
OWN: Final = 3
"""The choice of the performer's own waves."""
OWN_ROOM: Final = 16 * LEVELS * FRAMES
WAIT: Final = 64
"""Frames from one table that is made to the next: all are there after a fifth of a second."""
VOWELS: Final = (270.0, 2290.0, 530.0, 1840.0, 730.0, 1090.0, 300.0, 870.0)
"""The formants of i, e, a and u."""
LOUDNESS: Final = (1.0, 1.0, 1.0, 1.0, 0.294, 0.308, 0.254, 0.324, 0.236, 0.422, 0.251, 0.242)
"""What makes each wave as high as the sine."""


def basic(wave: int, number: int) -> float:
    """The same of sine, triangle, saw and square."""
    odd = number % 2 == 1
    if wave == 0:
        return 1.0 if number == 1 else 0.0
    if wave == 1:
        height = 0.8105694691387022 if number % 4 == 1 else -0.8105694691387022
        return divide(height, float(number * number)) if odd else 0.0
    if wave == 2:
        return divide(0.6366197723675814 if odd else -0.6366197723675814, float(number))
    return divide(1.2732395447351628, float(number)) if odd else 0.0


def partial(wave: int, number: int) -> float:
    """How loud a partial of a wave is, all in step with a sine."""
    k = float(number)
    if wave < SET:
        return basic(wave, number)
    if wave < 2 * SET:
        low = divide(110.0 * k - VOWELS[2 * (wave - SET)], 120.0)
        high = divide(110.0 * k - VOWELS[2 * (wave - SET) + 1], 180.0)
        return exp2(-low * low) + 0.5 * exp2(-high * high) + divide(0.1, k)
    if wave == 8:
        return 1.0 if number <= 4 or (number <= 8 and number % 2 == 0) else 0.0
    if wave == 9:
        return divide(1.0, k) if number % 3 == 1 else 0.0
    if wave == 10:
        return exp2(-0.5 * log2(k)) if number % 2 == 1 and number % 3 != 0 and number < 128 else 0.0
    return 1.0 if number & (number - 1) == 0 and number <= 64 else 0.0


def look(tables: vec[float], first: int, phase: float) -> float:
    """A table at a phase, between its samples along a cubic."""
    place = float(FRAMES) * phase
    whole = floor(place)
    t = place - whole
    n = int(whole)
    a = tables[first + ((n - 1) & 2047)]
    b = tables[first + (n & 2047)]
    c = tables[first + ((n + 1) & 2047)]
    d = tables[first + ((n + 2) & 2047)]
    rise = c - a * (1.0 / 3.0) - 0.5 * b - d * (1.0 / 6.0)
    curve = 0.5 * (a + c) - b
    bend = (d - a) * (1.0 / 6.0) + 0.5 * (b - c)
    return b + t * (rise + t * (curve + t * bend))


class Wavetable(Module):
    """A set of waves and a place among them, 1 V per octave; 0 V is C4.

    Up to 16 waves of your own, from the menu: `wavetable.menu["Load waves"]("waves.wav")`, cycles of 2048 samples,
    or of 256, or all of it one cycle. Of more, 16 at even distances are taken.
    """

    tune = knob(-6.25, 6.25, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    position = knob(
        0.0, 1.0, 0.0, "Position", unit="%", multiplier=100.0, description="from the first wave to the last"
    )
    position_depth = knob(-1.0, 1.0, 1.0, "Position depth", unit="%", multiplier=100.0)
    fm_depth = knob(-1.0, 1.0, 0.0, "FM depth", unit="%", multiplier=100.0)
    waves = switch(
        "basic",
        "vowels",
        "overtones",
        "own",
        label="Waves",
        description="sine, triangle, saw, square; i, e, a, u; organ, thirds, bell, octaves; a file of yours",
    )
    fm_kind = switch(
        "exponential",
        "linear",
        "hertz",
        label="FM kind",
        description="octaves; times the pitch, through 0; hertz, through 0, as in VCV Rack",
    )
    sync_kind = switch("hard", "soft", label="Sync kind", description="hard: restarts the cycle; soft: turns back")
    voct = inlet("1 V/octave pitch")
    fm = inlet(
        "FM",
        description="at full depth 1 V is an octave; linear: once the pitch; hertz: 261.63 Hz, whatever the pitch",
    )
    sync = inlet("Sync", description="where it rises through 0 V")
    position_cv = inlet("Position", description="10 V is 100 % at full depth")
    out = outlet("Out")
    rack = {
        "Fundamental/VCO2": {
            # 0, an analogue mode, is gone since Rack 2
            "params": {
                1: "sync_kind",
                2: ("tune", 1 / 12),
                3: "position",
                4: "fm_depth",
                5: "position_depth",
                6: ("fm_kind", 2.0),
            },
            "inputs": {0: "fm", 1: "sync", 2: "position_cv", 3: "voct"},
            "outputs": {0: "out"},
            "data": {"waveLen": ("waves", 0.0, 3.0)},  # it comes with waves of its own
        }
    }

    menu = (action("load", "Load waves", asks="File"), action("clear", "Forget the waves"))

    tables = buffer(frames=ROOM)
    own_tables = buffer(frames=OWN_ROOM)
    own_waves = 0
    file = 0
    wave_length = FRAMES
    made = 0
    waited = 0
    real = buffer(frames=1025)
    imaginary = buffer(frames=1025)
    samples = buffer(frames=FRAMES)
    transform = real_fft(FRAMES)
    phases = buffer(frames=16)
    backwards = buffer(frames=16)
    last_sync = buffer(frames=16)
    first_edges = buffer(frames=64)
    second_edges = buffer(frames=64)
    third_edges = buffer(frames=64)
    fourth_edges = buffer(frames=64)
    edge_place = 0

    def make(self) -> None:
        """Make one more of the tables, the poorest of all waves first."""
        level = LEVELS - 1 - self.made // WAVES
        wave = self.made % WAVES
        highest = int(PARTIALS * exp2(-0.5 * float(level)) + 0.01)
        for number in range(1025):
            self.real[number] = 0.0
            self.imaginary[number] = -1024.0 * partial(wave, number) if 0 < number <= highest else 0.0
        self.transform.inverse(self.real, self.imaginary, self.samples)
        first = (wave * LEVELS + level) * FRAMES
        for frame in range(FRAMES):
            self.tables[first + frame] = LOUDNESS[wave] * self.samples[frame]
        self.made += 1

    def wave(self, level: int, place: float, phase: float) -> float:
        """The waves to either side of a place, blended; `place` counts from the first wave of the set."""
        own = self.waves == OWN and self.own_waves > 0
        last = self.own_waves - 1 if own else SET - 1
        which = int(clamp(floor(place), 0.0, maximum(float(last) - 1.0, 0.0)))
        share = clamp(place - float(which), 0.0, 1.0)
        if own:
            first = (which * LEVELS + level) * FRAMES
            one = look(self.own_tables, first, phase)
            return (
                crossfade(one, look(self.own_tables, first + LEVELS * FRAMES, phase), share) if last > 0 else one
            )
        set = self.waves if self.waves < OWN else 0
        first = ((set * SET + which) * LEVELS + level) * FRAMES
        one = look(self.tables, first, phase)
        return crossfade(one, look(self.tables, first + LEVELS * FRAMES, phase), share)

    def jump(self, voice: int, age: float, height: float) -> None:
        """Take the aliases from a jump of a voice."""
        four = voice & 3
        a = height if four == 0 else 0.0
        b = height if four == 1 else 0.0
        c = height if four == 2 else 0.0
        d = height if four == 3 else 0.0
        if voice < 4:
            add_steps(self.first_edges, self.edge_place, age, a, b, c, d)
        elif voice < 8:
            add_steps(self.second_edges, self.edge_place, age, a, b, c, d)
        elif voice < 12:
            add_steps(self.third_edges, self.edge_place, age, a, b, c, d)
        else:
            add_steps(self.fourth_edges, self.edge_place, age, a, b, c, d)

    def edge(self, voice: int) -> float:
        """What the jumps of a voice still have to say."""
        place = 4 * self.edge_place + (voice & 3)
        if voice < 4:
            return take_edge(self.first_edges, place)
        if voice < 8:
            return take_edge(self.second_edges, place)
        return take_edge(self.third_edges, place) if voice < 12 else take_edge(self.fourth_edges, place)

    def process(self, start: int, stop: int) -> None:
        tune = signal(self.tune)
        fine = signal(self.fine)
        position = signal(self.position)
        position_depth = signal(self.position_depth)
        fm_depth = signal(self.fm_depth)
        voct = poly(self.voct)
        fm = poly(self.fm)
        sync = poly(self.sync)
        position_cv = poly(self.position_cv)
        out = poly(self.out)
        voices = int(maximum(float(channels(self.voct)), float(channels(self.fm))))
        set_channels(self.out, voices)
        middle = divide(C4_HZ, self.sample_rate)
        octaves = 1.0 if self.fm_kind == 0 else 0.0
        share = 1.0 if self.fm_kind == 1 else 0.0
        more = middle if self.fm_kind == 2 else 0.0
        own = self.waves == OWN and self.own_waves > 0
        reach = float(self.own_waves - 1) if own else 3.0
        for i in range(start, stop):
            self.waited += 1
            if self.waited >= WAIT and self.made < WAVES * LEVELS:
                self.waited = 0
                self.make()
            poorest = 0 if own else LEVELS - self.made // WAVES
            low = middle * exp2(tune[i] + fine[i] * (1.0 / 12.0))
            for voice in range(voices):
                at = i * VOICES + voice
                swing = fm_depth[i] * fm[at]
                pitch = low * exp2(voct[at] + octaves * swing)
                way = -1.0 if self.backwards[voice] > 0.0 and self.sync_kind == 1 else 1.0
                turn = way * clamp(pitch * (1.0 + share * swing) + more * swing, -0.45, 0.45)
                steps = 2.0 * log2(724.0 * maximum(absolute(turn), 1e-6)) - 0.25
                level = int(clamp(-floor(-steps), float(poorest), float(LEVELS) - 1.0))
                place = reach * clamp(position[i] + 0.1 * position_depth[i] * position_cv[at], 0.0, 1.0)
                phase = frac(self.phases[voice] + turn)
                before = self.last_sync[voice]
                now = sync[at]
                if now > 0.0 and before <= 0.0:
                    late = divide(now, now - before)
                    if self.sync_kind == 1:
                        self.backwards[voice] = 1.0 - self.backwards[voice]
                        phase = frac(phase - 2.0 * turn * late)
                    else:
                        old = self.wave(level, place, frac(phase - turn * late))
                        self.jump(voice, late, self.wave(level, place, 0.0) - old)
                        phase = frac(turn * late)
                self.last_sync[voice] = now
                self.phases[voice] = phase
                wave = self.wave(level, place, phase) if own or self.made >= WAVES else 0.0
                out[at] = AUDIO_VOLTS * (wave + self.edge(voice))
            self.edge_place = (self.edge_place + 1) & 15

    def load(self, path: str) -> None:
        """Take waves from a sound file, one after the other."""
        from pathlib import Path

        import soundfile

        file = Path(path).expanduser()
        if not file.is_file():
            raise FileNotFoundError(f"no such file: {file}")
        sound, rate = soundfile.read(file, always_2d=True)
        length = next((frames for frames in (FRAMES, 256) if len(sound) % frames == 0), max(len(sound), 1))
        cycles = self.take(sound[:, 0], length)
        self.file = 1
        while self.former().exists():
            self.file += 1
        self.wave_length = FRAMES
        soundfile.write(self.former(), cycles.ravel(), rate, subtype="FLOAT")
        self.keep()
        self.waves = OWN

    def clear(self) -> None:
        """Forget the performer's own waves."""
        self.file = 0
        self.own_waves = 0
        self.keep()

    def former(self) -> Any:
        """Where these waves stay for undo(), as all that were loaded do; that is not saved."""
        return self.storage / f"wavetable-{self.file}.wav"

    def keep(self) -> None:
        """Have these waves, or none, in the file that is saved: Rack reads and writes it under this name."""
        kept = self.storage / "wavetable.wav"
        if self.file == 0:
            kept.unlink(missing_ok=True)
        elif self.former().is_file():
            kept.write_bytes(self.former().read_bytes())
        elif kept.is_file():
            self.former().write_bytes(kept.read_bytes())

    def to_json(self) -> dict[str, Any]:
        """Which waves these are, and how long each is in the file, as Rack has it."""
        return {"file": self.file, "waveLen": self.wave_length, "storage": ["wavetable.wav"]}

    def from_json(self, data: dict[str, Any]) -> None:
        """The waves that came with the patch, or were there before; Rack says how long they are."""
        import soundfile

        kept = self.storage / "wavetable.wav"
        length = data.get("waveLen", FRAMES)
        self.wave_length = length if isinstance(length, int) and length > 1 else FRAMES
        file = data.get("file", 1)
        self.file = file if isinstance(file, int) and file >= 0 else 1  # of a patch, which may say anything
        self.own_waves = 0
        self.keep()
        if kept.is_file():
            sound, _ = soundfile.read(kept, always_2d=True)
            self.take(sound[:, 0], self.wave_length)

    def take(self, sound: Any, length: int) -> Any:
        """Make the tables of waves of so many samples each; the waves that were taken, 2048 samples each."""
        import numpy as np

        count = len(sound) // length
        if count == 0:
            raise ValueError("the file is empty: it must hold one cycle of a wave, or more")
        chosen = np.unique(np.round(np.linspace(0, count - 1, min(count, 16))).astype(int))
        spectra = np.fft.rfft(sound[: count * length].reshape(count, length)[chosen])[:, : FRAMES // 2]
        spectra[:, 0] = 0.0
        whole = np.fft.irfft(spectra, FRAMES)
        loudest = max(float(np.abs(whole).max()), 1e-9)
        tables = np.asarray(self.own_tables)[: len(chosen) * LEVELS * FRAMES].reshape(len(chosen), LEVELS, FRAMES)
        for level in range(LEVELS):
            highest = int(PARTIALS * 2.0 ** (-0.5 * level) + 0.01)
            tables[:, level] = np.fft.irfft(spectra[:, : highest + 1], FRAMES) / loudest
        self.own_waves = len(chosen)
        return whole / loudest
