"""A module that counts, and sends its count to an expander at its right."""

from livepatch.module import Module, outlet, receive, send


class Mother(Module):
    """`out` is the count, `heard` what comes back, `changes` how often a neighbour came or went."""

    out = outlet()
    heard = outlet()
    changed = outlet()
    numbers = send("right", 2)
    answer = receive("right")
    count = 0.0
    changes = 0

    def on_expander_change(self) -> None:
        """Count."""
        self.changes += 1

    def step(self) -> None:
        """One sample."""
        self.count += 1.0
        self.numbers[0] = self.count
        self.numbers[1] = -self.count
        self.out = self.count
        self.heard = self.answer[0]
        self.changed = float(self.changes) if self.right_neighbour else -float(self.changes)
