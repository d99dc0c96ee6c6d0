"""`livepatch render` and `livepatch replay`: they come to an end, though a module hangs or crashes."""
# ruff: noqa: PLC0415 - what is big is imported by the process that renders, which is forked before

import mmap
from pathlib import Path

from livepatch import watched, wave_file
from livepatch.command_parser import INTERRUPTED
from livepatch.errors import LivepatchError
from livepatch.protocol.pulse import MOST_FRAMES, NOWHERE, Loss, Pulse
from livepatch.wave_file import FRAME_BYTES, LARGEST_WAV


def render(  # noqa: PLR0913, PLR0917 - the command line's options
    workspace: Path, name: str, output: Path, seconds: float, sample_rate: int, block: int
) -> int:
    """Write what a patch sounds like into a file; the exit code. After Ctrl-C it has what was rendered until then.

    Raises: LivepatchError: if a module hangs or crashes; what was before that is in the file.
    """
    frames = round(seconds * sample_rate)
    if FRAME_BYTES * frames > LARGEST_WAV:
        raise LivepatchError(f"{output} would be over 4 GB, which WAV cannot be; render fewer seconds")
    pulse = Pulse()
    try:
        memory = mmap.mmap(-1, max(1, FRAME_BYTES * frames))
    except OSError as error:
        raise LivepatchError(f"there is no memory for {seconds:g} s; render fewer seconds") from error

    def work() -> None:
        import numpy as np

        from livepatch import rendering

        sound = np.frombuffer(memory, np.float32, 2 * frames).reshape(frames, 2)
        rendering.render(workspace, name, output, sample_rate, min(block, MOST_FRAMES), pulse, sound)

    end = watched.run(work)
    if not end.signal and end.code != INTERRUPTED:
        return end.code
    saved = pulse.frame > 0
    if saved:
        wave_file.save(output, memory[: FRAME_BYTES * pulse.frame], sample_rate)
    if not end.signal:
        return end.code
    module, type, file = pulse.modules.get(pulse.running, ("", "", ""))
    who = f"{module}: {type}" if module and end.own else f"the rendering of {name}"
    parts = (
        f"{who} {end.how} at {pulse.frame / sample_rate:.1f} s",
        f"{output} has what was before it" if saved else "",
        f"mend {file}" if file and end.own else "",
    )
    raise LivepatchError("; ".join(filter(None, parts)))


def replay(  # noqa: PLR0913 - the command line's options
    workspace: Path, journal: str, output: Path, *, seconds: float | None, block: int, trust: bool
) -> int:
    """Write a performance into a file again; the exit code.

    Where a module hangs or crashes it is rendered once more up to there, and goes on with the next engine that
    played then.

    Raises: LivepatchError: if that cannot be.
    """
    losses: dict[int, Loss] = {}

    def work() -> None:
        from livepatch import replaying

        replaying.replay(
            workspace, journal, output,
            seconds=seconds, block=min(block, MOST_FRAMES), trust=trust, pulse=pulse, losses=losses,
        )  # fmt: skip

    while True:
        pulse = Pulse()
        end = watched.run(work)
        if not end.signal:
            return end.code
        if not end.own or pulse.part in losses or pulse.part == NOWHERE:
            raise LivepatchError(f"the replay {end.how}; {output} may have what was before it")
        losses = {part: loss._replace(told=True) for part, loss in losses.items()}
        losses[pulse.part] = Loss(pulse.frame, pulse.running, end.how)
