"""A module that remembers numbers and buffers, short and long."""

from typing import Any

from livepatch.module import Module, buffer, outlet


class Keeper(Module):
    """`out` is the row at the place, `far` the tape at its end."""

    out = outlet()
    far = outlet()
    row = buffer(frames=4)
    tape = buffer(seconds=1.0)
    place = 0
    volts = 1.0
    on = False
    count = 0

    def on_add(self) -> None:
        """Something that what is given comes after."""
        self.row[0] = 9.0

    def step(self) -> None:
        """One sample."""
        self.count += 1
        self.out = self.row[self.place] + self.volts
        self.far = self.tape[47999] if self.on else 0.0

    def to_json(self) -> dict[str, Any]:
        """Kept."""
        return {"row": list(self.row), "volts": self.volts}

    def from_json(self, data: dict[str, Any]) -> None:
        """Taken back."""
        for index, volts in enumerate(data["row"]):
            self.row[index] = volts
        self.volts = data["volts"]
