"""An expander: gives out what its mother at the left counts, answers, and passes on."""

from livepatch.module import Module, outlet, receive, send


class Child(Module):
    """`out` is the sum of what was heard, `first` the count."""

    first = outlet()
    second = outlet()
    numbers = receive("left", 2)
    answer = send("left")

    def step(self) -> None:
        """One sample."""
        self.first = self.numbers[0]
        self.second = self.numbers[1]
        self.answer[0] = 2.0 * self.numbers[0] if self.left_neighbour else 0.0
