"""Blank: room between modules."""

from livepatch.module import Module


class Blank(Module):
    """Does nothing, and takes a place in the rack."""

    rack: dict[str, dict[str, dict[int, str]]] = {"Core/Blank": {}}

    def step(self) -> None:
        pass
