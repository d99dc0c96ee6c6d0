"""Renders edits at their frames with native code, in a process of its own.

    python render_score.py CORE SCORE FRAMES OUT.npy

SCORE is msgpack: [[[source, folder], ...], [[frame, edit], ...]].
"""

import sys
from pathlib import Path

import msgspec
import numpy as np

from livepatch.patch.edits import Edit
from livepatch.protocol.builds import load_core

Score = tuple[list[tuple[str, str]], list[tuple[int, Edit]]]


def render(core: Path, score: Path, frames: int, out: Path) -> None:
    """Render, as the file's first lines say."""
    load_core(core)
    from livepatch.engine.code import load_code
    from livepatch.engine.engine import Engine
    from livepatch.engine.offline import perform

    codes, edits = msgspec.msgpack.decode(score.read_bytes(), type=Score)
    engine = Engine(48000.0)
    for source, folder in codes:
        engine.load(load_code(Path(folder), source))
    np.save(out, perform(engine, edits, frames))


if __name__ == "__main__":
    render(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
