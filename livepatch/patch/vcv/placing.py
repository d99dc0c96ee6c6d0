"""Where modules stand in Rack's rack: where they stood, or behind their neighbour if they were moved since."""

from livepatch.patch.patch import Patch
from livepatch.patch.vcv import document

WIDTH = 10
"""The HP that a module gets whose width is not known; Rack moves apart what overlaps."""


def positions(patch: Patch, ids: list[int]) -> dict[int, list[int] | None]:
    """The place of each module in HP and rows, None where it stands as Rack wrote it."""
    found: dict[int, list[int] | None] = {}
    racks = _rack_rows(patch, ids)
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
                found[id] = [x, _rack_row(racks, row)]
    return found


def _stood(patch: Patch, id: int) -> tuple[int, int] | None:
    """Where Rack had a module that was not moved since it was read."""
    kept = patch.unknown_of_modules.get(id, {})
    original = kept.get("vcv")
    if not isinstance(original, dict) or kept.get("vcv_position") != list(patch.modules[id].position):
        return None
    x, y = document.place_of(original)
    return round(x), round(y)


def _rack_rows(patch: Patch, ids: list[int]) -> dict[int, int]:
    """The row of Rack's that each of ours is, where a module in it was not moved."""
    rows: dict[int, int] = {}
    for id in ids:
        stood = _stood(patch, id)
        if stood is not None:
            rows.setdefault(patch.modules[id].position[1], stood[1])
    return rows


def _rack_row(rows: dict[int, int], row: int) -> int:
    """The row of Rack's that one of ours is; a new one lies as far from the nearest as here."""
    nearest = min(rows, key=lambda known: abs(known - row), default=row)
    return rows.get(nearest, row) + row - nearest
