"""A module that tells by its volts which events it took, and plays one thing or another while bypassed."""

from livepatch.module import Module, buffer, inlet, knob, outlet


class Eventful(Module):
    """Each event counts in its own place; `order` is the order they came in."""

    level = knob(0.0, 10.0, 1.0)
    audio = inlet()
    out = outlet()
    order_out = outlet()
    frames_out = outlet()
    table_out = outlet()
    order = 0.0
    frames = 0
    resets = 0
    table = buffer(frames=4)

    def _note(self, digit: float) -> None:
        self.order = self.order * 10.0 + digit

    def on_sample_rate_change(self) -> None:
        """Five."""
        self._note(5.0)

    def on_add(self) -> None:
        """One, and a table to play from."""
        self._note(1.0)
        for i in range(4):
            self.table[i] = self.level + i

    def on_reset(self) -> None:
        """Two."""
        self._note(2.0)
        self.resets += 1

    def on_randomize(self) -> None:
        """Three."""
        self._note(3.0)

    def step(self) -> None:
        """Tell."""
        self.frames += 1
        self.out = self.level
        self.order_out = self.order
        self.frames_out = float(self.frames)
        self.table_out = self.table[self.frames % 4]

    def step_bypass(self) -> None:
        """Half of the audio, and the state goes on."""
        self.frames += 1
        self.out = 0.5 * self.audio
        self.order_out = self.order
        self.frames_out = float(self.frames)
