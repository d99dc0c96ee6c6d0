"""A port or knob of a module that runs as plain Python."""

from typing import Self

from librt.vecs import vec

BLOCK_FRAMES = 64
"""Frames in the block that a port holds when a module runs as plain Python."""
VOICES = 16
"""Voices in a wide block."""


class Port(float):
    """A port or knob of a module that runs as plain Python: a number that owns blocks of volts.

    `block` is of one voice, `wide` of all, of which `channels` count.
    """

    block: vec[float]
    wide: vec[float]
    channels: int
    connected: bool
    name = ""
    placed = False
    """Whether it is a module's: then only its volts go to another."""

    def __new__(cls, volts: float) -> Self:
        """Make a port whose every frame holds `volts`."""
        port = super().__new__(cls, volts)
        port.block = vec[float]([volts] * BLOCK_FRAMES)
        port.wide = vec[float]([volts] * (BLOCK_FRAMES * VOICES))
        port.channels = 1
        port.connected = False
        return port

    def __set_name__(self, _owner: type, name: str) -> None:
        """Learn under which name it is declared."""
        self.name = name

    def __set__(self, module: object, volts: float) -> None:
        """Put volts on a module's port: a plain number, but where a cable is, for `connected` to find it."""
        ports = vars(module)
        held = ports.get(self.name)
        if isinstance(volts, Port) and not volts.placed:
            volts.placed = True
            ports[self.name] = volts
        elif isinstance(held, Port) and held.connected:
            port = float.__new__(Port, volts)
            vars(port).update(vars(held))
            ports[self.name] = port
        else:
            ports[self.name] = float(volts)
