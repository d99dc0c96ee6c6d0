"""A level that a picture shows."""

from livepatch.module import Canvas, Module, inlet, outlet, trace


class Swell(Module):
    """Gives twice what comes in, which `level` holds."""

    a = inlet()
    out = outlet()
    curve = trace(4)
    place = 0
    level = 0.0

    def step(self) -> None:
        self.level = 2.0 * self.a
        self.curve[self.place] = self.level
        self.place = (self.place + 1) % 4
        self.out = self.level

    def draw(self, canvas: Canvas) -> None:
        canvas.box(0.0, 0.0, self.level, 1.0)
