"""The performer's patches: saving, loading, and keeping what was never saved."""

import tempfile
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from livepatch import locations
from livepatch.errors import PatchError
from livepatch.patch import code, files, parcel, placeholder, vcv
from livepatch.patch.listing import Listed, listing
from livepatch.patch.patch import Patch, copied
from livepatch.session.fit import fit_patch
from livepatch.session.generations import Generations
from livepatch.session.opening import Opened, Opening
from livepatch.session.plugins import Plugins
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources
from livepatch.session.storage import Storage
from livepatch.session.trust import Trust
from livepatch.session.twins import Twins

LAST = "last"


class Library:
    """Patches on disk, for one rack; `taken` are names that no module may have. Any thread.

    `journaled` waits until the journal has what was done: what is kept is never newer, or a crash would lose it.
    `named` is told what name the rack has since it was saved.
    """

    def __init__(self, workspace: Path, rack: Rack, sources: Sources, taken: Collection[str] = ()) -> None:
        self._workspace = workspace
        self._taken = taken
        self._rack = rack
        self._sources = sources
        name = locations.runtime(workspace).name
        self._last = locations.state() / "last" / name
        self.storage = Storage(locations.state() / "storage" / name)
        self.trust = Trust(locations.state() / "code", sources)
        self._generations = Generations(locations.state() / "autosave" / name)
        self.twins: Twins | None = None
        self.plugins: Plugins | None = None
        self.journaled: Callable[[], None] = lambda: None
        self.named: Callable[[str], None] = lambda _: None
        self._writing = threading.Lock()

    def listing(self, word: str = "") -> list[Listed]:
        """Every patch that can be loaded by name, and has the word in it."""
        return listing(locations.patch_folders(self._workspace), word)

    def live(self, listed: Listed) -> str:
        """How many modules a patch has, and how many of them would play."""
        with self._rack.lock:
            known = {*self._sources.panels, *self.trust.among(listed.code)}
        return listed.size(known)

    def save(self, name: str) -> Path:
        """Write the rack as the patch `name`, or under the name it has; the file written.

        Raises: PatchError: if it has none, the name cannot be one, or the disk refuses.
        """
        name = name or self._rack.name
        if not name:
            raise PatchError('the patch has no name yet: save("name")')
        if vcv.is_name(name):
            raise PatchError(f'{name} is of VCV Rack: save("name") makes the rack a patch of yours')
        if parcel.is_name(name):
            raise PatchError(f'save("name") makes a patch, and `livepatch pack name` a {parcel.SUFFIX} file of it')
        folder = locations.patch_folders(self._workspace)[0] / files.check_name(name)
        self.remember(files=True)
        with self._rack.lock:
            patch, texts = self._snapshot()
            unsaved, self._rack.unsaved = self._rack.unsaved, False
        try:
            path = self._write(patch, texts, folder)
        except BaseException:
            self._rack.unsaved = unsaved
            raise
        self._rack.name = name
        self.named(name)
        return path

    def export(self, name: str) -> tuple[str, ...]:
        """Write the rack into a file of VCV Rack; lines about what could not go in.

        Raises: PatchError: if the disk refuses; what was there before is still there.
        """
        self.remember(files=True)
        with self._rack.lock:
            patch, panels = self._rack.copy(), dict(self._sources.panels)
        return vcv.write(patch, panels, Path(name).expanduser(), patch.storage)

    def types(self, name: str) -> frozenset[str]:
        """The module types in a patch on disk.

        Raises: PatchError: if there is none or it cannot be read.
        """
        if vcv.is_name(name) or parcel.is_name(name):
            return frozenset()  # which of ours they are is known once the panels are read
        return frozenset(module.type for module in files.read(self._find(name)).modules.values())

    def load(self, name: str) -> tuple[str, ...]:
        """Put the patch `name`, or in a file of VCV Rack, into the rack; lines about what had to be made to fit.

        Raises: PatchError: if there is none or it cannot be read; the rack is then as it was.
        """
        with tempfile.TemporaryDirectory() as scratch:
            opened = Opening(self._find, self._taken, Path(scratch)).open(name, dict(self._sources.panels))
            patch, folder = opened.patch, opened.folder
            renewed: list[str] = []
            if self.plugins is not None:
                with self._rack.lock:
                    renewed = self.plugins.catalogue.meet(patch)
            with self._writing:
                self.storage.load(patch, folder)
            self.remember()
            with self._rack.lock:
                self.trust.open(patch, folder)
                self.trust.follow(patch)
                remarks = (*renewed, *self._remarks(opened))
                self._rack.replace(patch, "" if self._is_kept(folder) else opened.name)
        return remarks

    def _remarks(self, opened: Opened) -> tuple[str, ...]:
        """What is to be said of a patch that is about to play; its knobs are made to fit."""
        missing = opened.remarks or placeholder.remarks(opened.patch, self._sources.panels, self.trust.pending())
        return (*self.trust.remarks(), *missing, *self._fit(opened.patch))

    def keep_for_last(self, patch: Patch) -> None:
        """Keep a patch that is not in the rack where `load("last")` finds it, and as an autosave.

        Raises: PatchError: if the disk refuses.
        """
        with self._rack.lock:
            texts = self._carried(patch)
        self._write(patch, texts, self._last)
        self.keep_generation()

    def keep_last(self) -> Path | None:
        """Keep the rack where `load("last")` finds it, if it has any module; the file written.

        Raises: PatchError: if the disk refuses.
        """
        with self._rack.lock:
            if not self._rack.patch.modules:
                return None
            patch, texts = self._snapshot()
        self.journaled()
        return self._write(patch, texts, self._last)

    def has_last(self) -> bool:
        """Whether `load("last")` finds a rack."""
        return (self._last / files.FILE_NAME).is_file()

    def keep_generation(self) -> Path | None:
        """Keep what keep_last() wrote as the newest of ten autosaves, if it is another; its folder.

        Raises: PatchError: if the disk refuses.
        """
        with self._writing:
            return self._generations.keep(self._last) if self.has_last() else None

    def remember(self, *, files: bool = False) -> bool:
        """Have modules tell what is to be kept of them, and write their files too; whether any of it is new."""
        kept = self.plugins.remember() if self.plugins is not None else False
        if self.twins is None:
            return kept
        if files:
            self.twins.save()
        return self.twins.collect() or kept

    def _snapshot(self) -> tuple[Patch, dict[str, str]]:
        """The patch as it is now, and the module files that go with it; the rack is locked."""
        texts = self._carried(self._rack.patch)
        return copied(self._rack.patch), texts

    def _carried(self, patch: Patch) -> dict[str, str]:
        texts = self.trust.carried(patch)
        patch.code = {type: code.hash_of(text) for type, text in texts.items()}
        return texts

    def _write(self, patch: Patch, texts: dict[str, str], folder: Path) -> Path:
        """Write a patch and all that goes with it; nobody who turns a knob waits for the disk.

        What is new comes first, then patch.json, and at last what it does not need any more goes: whatever is
        killed meanwhile, a whole patch is there.
        """
        with self._writing:
            self.storage.save(patch, folder)
            code.write(folder, texts)
            path = files.write(patch, folder)
            code.prune(folder, patch.code)
            self.storage.tidy(patch, folder)
        return path

    def _find(self, name: str) -> Path:
        if (generation := self._generations.find(name)) is not None:
            return generation
        folders = locations.patch_folders(self._workspace)
        own = any((folder / LAST / files.FILE_NAME).is_file() for folder in folders)
        if name == LAST and not own and self.has_last():
            return self._last
        return files.find(name, folders)

    def _is_kept(self, folder: Path) -> bool:
        """Whether a folder holds no patch of the performer's, but what was kept by itself."""
        return folder == self._last or self._generations.has(folder)

    def _fit(self, patch: Patch) -> tuple[str, ...]:
        remarks = fit_patch(patch, self._sources.panels, frozenset(self._taken))
        for module in patch.modules.values():
            playing = self._sources.playing(module.type)
            module.source = playing.source if playing is not None else ""
        return remarks
