"""Recorder: keeps a minute of two signals, as a sound file in the patch or wherever you say."""

from typing import Any

from livepatch.dsp import AUDIO_VOLTS, schmitt
from livepatch.module import Module, action, buffer, inlet, light, outlet, switch

FULL_SCALE = 2.0 * AUDIO_VOLTS
"""Volts that are ±1.0 in the file."""


class Recorder(Module):
    """Records from where the switch or the gate goes on to where it goes off, a minute at most.

    The take is written when the patch is saved, as `take.wav` in the module's storage, or at once from the
    menu: `recorder.menu["Write take"]("take.wav")`. The next recording replaces it.
    """

    record = switch("off", "on", label="Record", randomize=False)
    left = inlet("Left")
    right = inlet("Right", normal="left")
    gate = inlet("Record", description="records while it is on")
    left_out = outlet("Left")
    right_out = outlet("Right")
    recording = light("Records", colour="red")
    menu = (action("write", "Write take", asks="File"),)
    bypass = {"left": "left_out", "right": "right_out"}

    take = buffer(seconds=120.0)
    frames = 0
    going = False
    gated = schmitt()

    def step(self) -> None:
        self.gated.rises(self.gate)
        on = self.record == 1 or self.gated.on
        if on and not self.going:
            self.frames = 0
        self.going = on
        place = 2 * self.frames
        if on and place + 1 < len(self.take):
            self.take[place] = self.left
            self.take[place + 1] = self.right
            self.frames += 1
        self.recording = 1.0 if on and place + 1 < len(self.take) else 0.0
        self.left_out = self.left
        self.right_out = self.right

    def write(self, path: str) -> None:
        """Write what was recorded last to a sound file of 24 bits."""
        from pathlib import Path

        import numpy as np
        import soundfile

        if self.frames == 0:
            raise ValueError("nothing was recorded yet; switch record on")
        volts: Any = np.asarray(self.take)[: 2 * self.frames].reshape(-1, 2)
        soundfile.write(Path(path).expanduser(), volts / FULL_SCALE, round(self.sample_rate), subtype="PCM_24")

    def on_save(self) -> None:
        """Keep the take with the patch."""
        if self.frames > 0:
            self.write(str(self.storage / "take.wav"))
