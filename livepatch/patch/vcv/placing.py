"""Where modules stand in Rack's rack: where they stood, or behind their neighbour if they were moved since."""

from livepatch.patch.patch import Patch
from livepatch.patch.vcv import document

WIDTH = 10
"""The HP that a module gets whose width is not known; Rack moves apart what overlaps."""


def positions(patch: Patch, ids: list[int]) -> dict[int, list[int] | None]:
    """The place of each module in HP and rows, None where it stands as Rack wrote it."""
    found: dict[int, list[int] | None] = {}
    top = _top(patch, ids)
    rows: dict[int, list[int]] = {}
    for id in ids:
        rows.setdefault(patch.modules[id].position[1], []).append(id)
    for row, members in rows.items():
        members.sort(key=lambda member: (patch.modules[member].position[0], member))
        stood = {id: _stood(patch, id) for id in members}
        if all(place is not None for place in stood.values()):
            found |= dict.fromkeys(members)
            continue
        x: int | None = None
        for id in members:
            place = stood[id]
            if place is not None and (x is None or place[0] > x):
                found[id], x = None, place[0]
            else:
                x = 0 if x is None else x + WIDTH
                found[id] = [x, row + top]
    return found


def _stood(patch: Patch, id: int) -> tuple[int, int] | None:
    """Where Rack had a module that was not moved since it was read."""
    kept = patch.unknown_of_modules.get(id, {})
    original = kept.get("vcv")
    if not isinstance(original, dict) or kept.get("vcv_position") != list(patch.modules[id].position):
        return None
    x, y = document.place_of(original)
    return round(x), round(y)


def _top(patch: Patch, ids: list[int]) -> int:
    """The row of Rack's that our first row is."""
    for id in ids:
        stood = _stood(patch, id)
        if stood is not None:
            return stood[1] - patch.modules[id].position[1]
    return 0
