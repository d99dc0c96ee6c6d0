"""Sampler: plays a sound file at any pitch; the file goes into the patch."""

from typing import Any, Final

from livepatch.dsp import (
    GATE_VOLTS,
    SCHMITT_HIGH,
    SCHMITT_LOW,
    VOICES,
    clamp,
    divide,
    exp2,
    floor,
    interpolator,
    log2,
    maximum,
)
from livepatch.module import (
    Module,
    action,
    buffer,
    channels,
    inlet,
    knob,
    light,
    outlet,
    poly,
    set_channels,
    signal,
    switch,
)

SIDE: Final = 8
"""Octaves of a side: the sound, and the same an octave duller each time, for what plays faster than it was."""
MARGIN: Final = 26
"""Silent samples around each, so that no weight reaches the next."""
JOIN_SECONDS: Final = 0.003
"""In which a jump is smoothed to a thousandth."""


class Sampler(Module):
    """Plays while its gate is on, or once through, or round and round; 0 V is the pitch of the file.

    Up to 20 s of mono or 10 s of stereo. Load a file from the menu: `sampler.menu["Load sample"]("kick.wav")`.
    """

    tune = knob(-4.0, 4.0, 0.0, "Tune", unit="x", base=2.0, description="Octaves from the pitch of the file")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    start = knob(0.0, 1.0, 0.0, "Start", unit="%", multiplier=100.0)
    end = knob(
        0.0, 1.0, 1.0, "End", unit="%", multiplier=100.0, description="before the start, it plays backwards"
    )
    level = knob(0.0, 2.0, 1.0, "Level", unit="dB", base=-10.0, multiplier=20.0)
    mode = switch("once", "gate", "loop", label="Mode", description="gate and loop play while the gate is on")
    gate = inlet("Gate", description="starts it")
    voct = inlet("1 V/octave pitch")
    accent = inlet("Accent", normal=10.0, description="how loud it is from its start: 10 V fully, 0 V not at all")
    left = outlet("Left")
    right = outlet("Right")
    done = outlet("Done", description="10 V where a voice does not play")
    playing = light("Plays", colour="green")
    menu = (action("load", "Load sample", asks="File"), action("clear", "Silence"))

    file = 0
    sound = buffer(seconds=42.0)
    firsts = buffer(frames=16)
    between = interpolator()
    frames = 0
    stereo = False
    rate = 48000.0
    places = buffer(frames=16)
    plays = buffer(frames=16)
    gates = buffer(frames=16)
    forces = buffer(frames=16)
    lasts = buffer(frames=32)
    joints = buffer(frames=32)

    def heard(self, side: int, octave: int, place: float) -> float:
        """A side of the sound at a place, as dull as it must be."""
        first = self.firsts[(SIDE if self.stereo else 0) * side + octave]
        return self.between.read(self.sound, first + place * exp2(-float(octave)))

    def process(self, start: int, stop: int) -> None:
        tune = signal(self.tune)
        fine = signal(self.fine)
        begin = signal(self.start)
        end = signal(self.end)
        level = signal(self.level)
        gate = poly(self.gate)
        voct = poly(self.voct)
        accent = poly(self.accent)
        left = poly(self.left)
        right = poly(self.right)
        done = poly(self.done)
        voices = int(maximum(float(channels(self.gate)), float(channels(self.voct))))
        set_channels(self.left, voices)
        set_channels(self.right, voices)
        set_channels(self.done, voices)
        fade = exp2(-divide(9.965784284662087, JOIN_SECONDS * self.sample_rate))
        length = float(self.frames)
        sounding = 0.0
        for i in range(start, stop):
            first = begin[i] * length
            last = end[i] * length
            way = 1.0 if last >= first else -1.0
            for voice in range(voices):
                at = i * VOICES + voice
                was_on = self.gates[voice] > 0.0
                on = gate[at] >= SCHMITT_HIGH or (was_on and gate[at] > SCHMITT_LOW)
                struck = on and not was_on
                self.gates[voice] = 1.0 if on else 0.0
                octaves = tune[i] + fine[i] * (1.0 / 12.0) + voct[at]
                speed = clamp(divide(self.rate, self.sample_rate) * exp2(octaves), 1e-6, 100.0)
                place = first if struck else self.places[voice] + way * speed
                plays = struck or (self.plays[voice] > 0.0 and (on or self.mode == 0))
                jumped = struck or (self.plays[voice] > 0.0 and not plays)
                if plays and not struck and (last - place) * way <= 0.0:
                    jumped = True
                    plays = self.mode == 2
                    place = first
                self.forces[voice] = clamp(0.1 * accent[at], 0.0, 1.0) if struck else self.forces[voice]
                loud = level[i] * self.forces[voice] if plays and length > 0.0 else 0.0
                octave = int(clamp(-floor(-log2(speed) + 0.05), 0.0, SIDE - 1.0))
                one = loud * self.heard(0, octave, place) if plays else 0.0
                other = (loud * self.heard(1, octave, place) if self.stereo else one) if plays else 0.0
                rest = self.joints[2 * voice] * fade
                other_rest = self.joints[2 * voice + 1] * fade
                jump = self.lasts[2 * voice] - self.joints[2 * voice] - one
                other_jump = self.lasts[2 * voice + 1] - self.joints[2 * voice + 1] - other
                rest = rest + jump if jumped else rest
                other_rest = other_rest + other_jump if jumped else other_rest
                rest = clamp(rest, -20.0, 20.0) if rest * rest > 1e-18 else 0.0
                other_rest = clamp(other_rest, -20.0, 20.0) if other_rest * other_rest > 1e-18 else 0.0
                self.joints[2 * voice] = rest
                self.joints[2 * voice + 1] = other_rest
                self.lasts[2 * voice] = one + rest
                self.lasts[2 * voice + 1] = other + other_rest
                self.places[voice] = place
                self.plays[voice] = 1.0 if plays else 0.0
                left[at] = one + rest
                right[at] = other + other_rest
                done[at] = 0.0 if plays else GATE_VOLTS
                sounding = 1.0 if plays else sounding
        self.playing = sounding

    def load(self, path: str) -> None:
        """Play another file, of any format that libsndfile reads; full scale is 10 V. What is too long is cut."""
        from pathlib import Path

        import soundfile

        file = Path(path).expanduser()
        if not file.is_file():
            raise FileNotFoundError(f"no such file: {file}")
        sound, rate = soundfile.read(file, always_2d=True)
        self.take(sound, float(rate))
        self.file = 1
        while self.kept().exists():
            self.file += 1
        soundfile.write(self.kept(), sound[: self.frames, :2], rate, subtype="FLOAT")

    def clear(self) -> None:
        """Forget the sound."""
        self.file = 0
        self.frames = 0

    def kept(self) -> Any:
        """The file of the sound; those of former ones stay for undo() and are not saved."""
        return self.storage / ("sound.wav" if self.file == 1 else f"sound-{self.file}.wav")

    def to_json(self) -> dict[str, Any]:
        """Which file it is; the file has the rest."""
        return {"file": self.file, "storage": [self.kept().name] if self.file > 0 else []}

    def from_json(self, data: dict[str, Any]) -> None:
        """The sound that came with the patch, or was there before."""
        import soundfile

        self.clear()
        file = data.get("file", 1)
        self.file = file if isinstance(file, int) and file >= 0 else 1  # of a patch, which may say anything
        if self.file > 0 and self.kept().is_file():
            sound, rate = soundfile.read(self.kept(), always_2d=True)
            self.take(sound, float(rate))

    def take(self, sound: Any, rate: float) -> None:
        """Lay out a sound, `(frames, sides)` and ±1.0, octave by octave."""
        import numpy as np

        sides = min(sound.shape[1], 2)
        room = len(self.sound) // sides - SIDE * (2 * MARGIN + 1)
        frames = min(len(sound), room // 2)
        tape = np.asarray(self.sound)
        tape[:] = 0.0
        place = 0
        for side in range(sides):
            spectrum = np.fft.rfft(10.0 * sound[:frames, side], 2 * frames) if frames else np.zeros(1)
            for octave in range(SIDE):
                count = -(-frames >> octave)
                self.firsts[SIDE * side + octave] = float(place + MARGIN)
                if count > 0:
                    kept = np.zeros(count + 1, complex)
                    part = spectrum[: count + 1]
                    kept[: len(part)] = part
                    tape[place + MARGIN : place + MARGIN + count] = np.fft.irfft(kept, 2 * count)[:count] * (
                        count / frames
                    )
                place += count + 2 * MARGIN
        self.frames = frames
        self.stereo = sides == 2
        self.rate = rate
