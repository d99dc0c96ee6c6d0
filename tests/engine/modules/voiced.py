"""Draws what each of its voices has."""

from livepatch.module import Canvas, Module, each, inlet, outlet, trace


class Voiced(Module):
    """`level` is what comes in, the curve what came in lately, twice."""

    a = inlet()
    out = outlet()
    level = 0.0
    curve = trace(4)
    place = 0

    def step(self) -> None:
        """One sample."""
        self.level = self.a
        self.curve[self.place] = 2.0 * self.a
        self.place = (self.place + 1) % 4
        self.out = self.a

    def draw(self, canvas: Canvas) -> None:
        """A bar and a curve for each voice."""
        for level in each(self.level):
            canvas.box(0.0, 0.0, 0.1, level)
        for curve in each(self.curve):
            canvas.curve(curve)
