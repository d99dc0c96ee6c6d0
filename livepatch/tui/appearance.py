"""How the performer likes the screen: its theme, and how bright the room of the rack is."""

from pathlib import Path
from typing import Annotated

import msgspec

from livepatch.disk import replace_file


class Appearance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept from one start to the next. `room`: from 0 to 1."""

    theme: str = ""
    """Empty: livepatch's own."""
    room: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 1.0


def read(path: Path) -> tuple[Appearance, str]:
    """What was kept, and a line if that cannot be read: it is put aside then, with `.broken` after its name."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Appearance), ""
    except FileNotFoundError:
        return Appearance(), ""
    except (OSError, msgspec.DecodeError) as error:
        why = f"{path} cannot be read ({error}); the screen looks as at first"
    broken = path.with_name(f"{path.name}.broken")
    try:
        path.replace(broken)
    except OSError as error:
        return Appearance(), f"{why}; it cannot be put aside: {error.strerror}"
    return Appearance(), f"{why}, and what was there is {broken.name} now"


def write(path: Path, appearance: Appearance) -> str:
    """Keep it; a line if the disk refuses."""
    try:
        replace_file(path, msgspec.json.format(msgspec.json.encode(appearance), indent=2) + b"\n")
    except OSError as error:
        return f"how the screen looks cannot be kept: {path}: {error.strerror}"
    return ""
