"""An expander that does next to nothing itself."""

from livepatch.module import Module, button, inlet, knob, outlet, switch


class Annex(Module):
    """`own` is half a volt; the desk at its left writes `double`."""

    level = knob(0.0, 2.0, 1.0)
    mode = switch("a", "b", "c", default=1)
    hold = button()
    audio = inlet(normal=0.25)
    side = inlet(normal="audio")
    own = outlet()
    double = outlet()

    def step(self) -> None:
        """One sample."""
        self.own = 0.5
