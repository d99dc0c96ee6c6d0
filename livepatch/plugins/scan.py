"""Looking for plug-ins: which files there are, which of them are new, and what is in those."""

from collections.abc import Callable, Generator
from pathlib import Path

import msgspec

from livepatch.plugins import module_info
from livepatch.plugins.bundle import Bundle
from livepatch.plugins.description import Answer
from livepatch.plugins.examination import PATIENCE_SECONDS, examine
from livepatch.plugins.places import Candidate, Folders, search
from livepatch.plugins.plugin import PluginError
from livepatch.plugins.surroundings import Surroundings
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import VERSION, PluginIndex, Scanned

ENDINGS = {".vst3": "vst3", ".so": "vst2", ".dll": "vst2", ".vst": "vst2"}
"""The formats of files by how they end."""


class Scan:
    """One scan. Files that have not changed since the last one are left out, whatever became of them."""

    def __init__(
        self,
        around: Surroundings,
        where: Folders,
        known: PluginIndex,
        log: Path,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """List what there is. `log` is where what plug-ins print goes, `seconds` what each of them may take."""
        self._around = around
        self._log = log
        self._seconds = seconds
        self._known = {file.path: file for file in known.files}
        self._results: dict[str, Scanned] = {}
        self.due: list[Candidate] = []
        """What is to be looked at, in this order."""
        self._candidates = {str(found.path): found for found in search(around.system, where, self._cannot_list)}
        self._listed = frozenset(self._candidates)
        for file in known.files:
            if file.by_hand and file.path not in self._candidates and Path(file.path).exists():
                self._candidates[file.path] = Candidate(file.format, Path(file.path))
        self.due = [found for path, found in self._candidates.items() if self._is_new(path)]

    def again(self, path: Path | None) -> None:
        """Look at everything again; or at a file, known or not, or all that is known in a folder.

        Raises: PluginError: if there is no such file, or nothing in the folder.
        """
        if path is None:
            self.due = list(self._candidates.values())
            return
        path = path.expanduser().absolute()
        found = self._candidates.values()
        self.due = [each for each in found if each.path.resolve() == path.resolve() or path in each.path.parents]
        if not self.due:
            self.due = [self._candidates.setdefault(str(path), candidate(path))]

    def run(self, starting: Callable[[Candidate], None] = lambda _: None) -> Generator[Scanned]:
        """Look at what is due; each as soon as it is done. No process is left when this ends.

        `starting` is told of each file that is loaded when it is its turn.

        Raises: OSError: if the system refuses a process.
        """
        loaded: list[Candidate] = []
        for found in self.due:
            if (problem := self._unloadable(found)) is not None:
                yield self._keep(found, Answer(problem=problem))
            else:
                loaded.append(found)
        for found, answer in examine(loaded, self._log, seconds=self._seconds, starting=starting):
            yield self._keep(found, answer)

    def index(self) -> PluginIndex:
        """What is known now, in the order of the folders: new results, and older ones of what is still there."""
        kept = [self._results.get(path) or self._known.get(path) for path in self._candidates]
        unlisted = [file for path, file in self._results.items() if path not in self._candidates]
        return PluginIndex([*(file for file in kept if file is not None), *unlisted])

    def _cannot_list(self, folder: Path, why: str) -> None:
        problem = f"the folder cannot be listed: {why}"
        self._results[str(folder)] = Scanned(path=str(folder), format="", problem=problem)

    def _is_new(self, path: str) -> bool:
        known = self._known.get(path)
        found = self._candidates[path]
        return known is None or (known.version, known.size, known.changed) != (VERSION, *fingerprint(found.path))

    def _unloadable(self, found: Candidate) -> str | None:
        """Why a bundle need not be loaded: it has nothing for this machine, or says that it has no plug-in."""
        if found.format != "vst3":
            return None
        bundle = Bundle(found.path)
        try:
            bundle.library(self._around)
        except PluginError as error:
            return str(error)
        named = _named(bundle)
        return None if named is None or named else "its moduleinfo.json names no plug-in for audio"

    def _keep(self, found: Candidate, answer: Answer) -> Scanned:
        size, changed = fingerprint(found.path)
        path = str(found.path)
        scanned = Scanned(
            path=path,
            format=found.format,
            size=size,
            changed=changed,
            plugins=tuple(_with_pictures(facts) for facts in answer.plugins),
            problem=_told(found, answer.problem),
            by_hand=path not in self._listed,
            version=VERSION,
        )
        self._results[path] = scanned
        return scanned


def candidate(path: Path) -> Candidate:
    """A file or bundle that somebody named.

    Raises: PluginError: if it is not there, or its name is no plug-in's.
    """
    if not path.exists():
        raise PluginError(f"there is no file {path}")
    format = ENDINGS.get(path.suffix.lower())
    if format is None:
        raise PluginError(f"{path} is no plug-in: those end in {', '.join(ENDINGS)}")
    return Candidate(format, path)


def fingerprint(path: Path) -> tuple[int, int]:
    """Size in bytes, and when it was changed in nanoseconds since 1970; of a bundle what its code is in.

    Both are 0 of what went away meanwhile.
    """
    paths = [path, *path.glob("Contents/*"), *path.glob("Contents/*/*")] if path.is_dir() else [path]
    try:
        found = [each.stat() for each in paths if each.is_file()]
    except OSError:
        return 0, 0
    return sum(each.st_size for each in found), max((each.st_mtime_ns for each in found), default=0)


def _named(bundle: Bundle) -> list[Facts] | None:
    """The plug-ins that a bundle's moduleinfo.json names; None if it does not say."""
    try:
        info = module_info.read(bundle)
    except PluginError:
        return None  # the library says it all again
    return module_info.facts(info, bundle) if info is not None and info.classes else None


def _told(found: Candidate, problem: str) -> str:
    """The problem, with the names of the plug-ins that cannot be used where they are known all the same."""
    if problem.startswith(f"{found.path} "):  # whoever tells it begins with the path
        problem = f"it {problem.removeprefix(f'{found.path} ')}"
    problem = problem.removeprefix(f"{found.path}: ")
    named = _named(Bundle(found.path)) if problem and found.format == "vst3" else None
    return f"{problem}; it is {', '.join(facts.name for facts in named)}" if named else problem


def _with_pictures(facts: Facts) -> Facts:
    if facts.format != "vst3" or facts.snapshots:
        return facts
    return msgspec.structs.replace(facts, snapshots=Bundle(Path(facts.path)).snapshots(facts.uid))
