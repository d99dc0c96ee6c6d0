"""A module that uses the annex at its right: it reads what stands there, and writes an outlet of it."""

from livepatch.module import Module, connected, inlet, neighbour, outlet


class Desk(Module):
    """`out` is the annex's audio times its level."""

    audio = inlet()
    out = outlet()
    tapped = outlet()
    says = outlet()
    changed = outlet()
    more = neighbour("right", "annex")
    more_audio = more.inlet("audio")
    followed = more.inlet("side")
    own = more.inlet("own")
    level = more.knob("level")
    mode = more.switch("mode")
    hold = more.button("hold")
    double = more.outlet("double")
    seen = outlet()
    changes = 0
    there = 0.0

    def on_expander_change(self) -> None:
        """Count, and remember whether it is there."""
        self.changes += 1
        self.there = 1.0 if self.more.there else 0.0

    def step(self) -> None:
        """One sample."""
        self.out = (self.audio + self.more_audio) * self.level
        self.tapped = self.own + 100.0 * self.followed
        self.double = 2.0 * self.more_audio
        self.says = float(self.mode) + (10.0 if self.hold else 0.0) + (100.0 if connected(self.double) else 0.0)
        self.says = self.says + (1000.0 if self.more.there else 0.0)
        self.changed = float(self.changes)
        self.seen = self.there
