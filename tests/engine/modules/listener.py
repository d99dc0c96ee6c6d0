"""Listener: hears the sum of a cable's voices, at an inlet and at one that follows it."""

from livepatch.module import Module, inlet, outlet, signal


class Listener(Module):
    """What comes in, and what the follower hears."""

    a = inlet("A", summed=True)
    b = inlet("B", normal="a", summed=True)
    heard = outlet("Heard")
    followed = outlet("Followed")

    def process(self, start: int, stop: int) -> None:
        """Give both back."""
        a, b = signal(self.a), signal(self.b)
        heard, followed = signal(self.heard), signal(self.followed)
        for i in range(start, stop):
            heard[i] = a[i]
            followed[i] = b[i]
