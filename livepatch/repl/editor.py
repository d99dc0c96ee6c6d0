"""The performer's own editor, on a module's file."""

import os
import shlex
import subprocess
from pathlib import Path

from livepatch import settings


def edit(path: Path) -> str:
    """Open the file and wait until the editor is left; a line for the performer if it does not open, or nothing.

    The editor is the setting `editor`, $VISUAL or $EDITOR, the first that is there.
    """
    chosen = settings.load().editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    words = shlex.split(chosen)
    if not words:
        return "# no editor is set: open it in yours, or set $EDITOR\n"
    try:
        subprocess.run([*words, str(path)], check=False)
    except OSError as error:
        return f"# warning: {words[0]} does not start: {error.strerror}\n"
    return ""
