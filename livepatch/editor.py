"""The performer's own editor, and which file to open in it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from livepatch import settings
from livepatch.locations import module_folders

TAKES_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "kak", "micro", "ne", "joe", "mcedit", "hx"}
"""Editors that understand `+12 FILE`; hx understands `FILE:12`."""


def source_file(workspace: Path, type: str) -> Path | None:
    """The file a module type is played from; None if it is nowhere."""
    files = (folder / f"{type}.py" for folder in module_folders(workspace))
    return next((file for file in files if file.is_file()), None)


def editor_command(file: Path, line: int = 0) -> list[str] | None:
    """What to run to edit a file, at a line if the editor can; None if none is set.

    The editor is the setting `editor`, $VISUAL or $EDITOR, the first that is there.
    """
    words = shlex.split(settings.load().editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not words:
        return None
    name = Path(words[0]).name
    if line <= 0 or name not in TAKES_LINE:
        return [*words, str(file)]
    return [*words, f"{file}:{line}"] if name == "hx" else [*words, f"+{line}", str(file)]


def run_editor(command: list[str]) -> str:
    """Run the editor in this terminal until it is left; an empty string, or one line on why it does not start."""
    try:
        subprocess.run(command, check=False, stderr=sys.__stderr__)
    except OSError as error:
        return f"{command[0]} does not start: {error.strerror}"
    return ""
