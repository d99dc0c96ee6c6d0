"""The preset files of a plug-in, by name, as `livepatch plugins presets` lists them."""

import subprocess
from pathlib import Path

import msgspec

from livepatch.errors import PatchError
from livepatch.interpreter import PYTHON
from livepatch.protocol.plugin_facts import Facts

PATIENCE_SECONDS = 20.0


class Preset(msgspec.Struct, frozen=True):
    """A preset file; `type` says who made it and for whom, `problem` why it cannot be loaded, if so.

    `title` is what it calls itself if its file has another name, `category` the kind of sound that it is.
    """

    name: str
    path: str
    type: str
    problem: str = ""
    title: str = ""
    category: str = ""

    @property
    def about(self) -> str:
        """What is listed of it beside its name."""
        return self.problem or ", ".join(filter(None, (self.type, self.title, self.category)))


class PresetLibrary(msgspec.Struct, frozen=True):
    """The preset files of one plug-in, the performer's own first, and the folder that those belong in."""

    folder: str
    files: tuple[Preset, ...] = ()

    @classmethod
    def of(cls, facts: Facts) -> "PresetLibrary":
        """Look for them, in a process of its own. Raises: PatchError: if that is not possible."""
        command = [*PYTHON, "-m", "livepatch", "plugins", "presets", facts.uid, "--json"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=True)
            return msgspec.json.decode(done.stdout, type=cls)
        except subprocess.CalledProcessError as error:
            why = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise PatchError(f"the presets of {facts.name} cannot be listed: {why}") from error
        except (OSError, subprocess.TimeoutExpired, msgspec.DecodeError) as error:
            raise PatchError(f"the presets of {facts.name} cannot be listed: {error}") from error

    def find(self, word: str) -> Path | None:
        """The first file of this name, with its ending or without, else of this title; None if there is none."""
        wanted = word.casefold()
        for preset in self.files:
            if wanted in {preset.name.casefold(), Path(preset.path).name.casefold()}:
                return Path(preset.path)
        return next((Path(preset.path) for preset in self.files if wanted == preset.title.casefold()), None)
