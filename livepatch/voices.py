"""What draw() sees of a module that plays several voices."""

from typing import overload

from librt.vecs import vec


class Number(float):
    """The first voice's number, and those of all."""

    voices: list[float]


class Row(list[float]):
    """The first voice's buffer, and those of all."""

    voices: list[list[float]]


@overload
def each(state: float) -> list[float]: ...
@overload
def each(state: vec[float]) -> list[list[float]]: ...
def each(state: float | vec[float]) -> list[float] | list[list[float]]:
    """What every voice has as this state, in draw(); the state by itself is the first voice's."""
    if isinstance(state, Number | Row):
        return state.voices
    return [state] if isinstance(state, float) else [list(state)]
