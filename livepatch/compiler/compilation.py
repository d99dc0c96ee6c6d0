"""The C of one module in the C compiler: one voice, voices side by side and the boilerplate at the same time."""

from pathlib import Path
from typing import Self

from livepatch.compiler.boilerplate import Boilerplate
from livepatch.compiler.cold import part
from livepatch.compiler.parts import Parts
from livepatch.compiler.toolchain import Run


class Compilation:
    """Compiles C into objects in `folder`, from now on; a context that leaves none of them.

    `hurried`: what one voice needs is to be ready first.
    """

    def __init__(  # noqa: PLR0913 - what is to be done, and with what
        self, parts: Parts, boilerplate: Boilerplate, c: str, folder: Path, type: str, *, hurried: bool = False
    ) -> None:
        """Begin.

        Raises: NoCompilerError.
        """
        self._parts = parts
        self._boilerplate = boilerplate
        self._folder = folder
        # of the same length, since mypyc writes the lengths of strings before them
        hot, voices, cold = part(c.replace(folder.name, "-" * len(folder.name)))
        self._hot, self._cold, self._wide = (folder / f"{type}{end}.c" for end in ("", "-cold", "-lanes"))
        for path, text in ((self._hot, hot), (self._cold, cold), (self._wide, voices)):
            path.write_text(text, "utf-8")
        self._runs = [self._start(self._hot)]
        if not boilerplate.take(self._cold, self._cold.with_suffix(".o")):
            self._runs.append(self._start(self._cold, quickly=True))
        self._wide_run = self._start(self._wide, lanes=True) if voices else None
        if self._wide_run is not None and hurried:
            self._wide_run.step_aside()

    def _start(self, source: Path, *, quickly: bool = False, lanes: bool = False) -> Run:
        parts, output, folders = self._parts, source.with_suffix(".o"), (self._folder, self._parts.work / "c")
        return parts.toolchain.start(source, output, parts.kit, *folders, quickly=quickly, lanes=lanes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what still runs, and clean up."""
        for run in (*self._runs, self._wide_run):
            if run is not None:
                run.end()
        for leftover in self._folder.glob("*.[cho]"):
            leftover.unlink(missing_ok=True)  # gcc deletes what it was stopped at

    def voices_missing(self) -> bool:
        """Whether all voices side by side are still being compiled."""
        return self._wide_run is not None and self._wide_run.running()

    def link(self, output: Path, *, voices: bool = True) -> Path:
        """Make a library of it once it is compiled, without all voices side by side if so asked.

        Raises: CompilerFailedError, NoCompilerError.
        """
        while self._runs:
            self._runs[-1].wait()
            self._runs.pop()
        self._boilerplate.keep(self._cold, self._cold.with_suffix(".o"))
        sources = [self._hot, self._cold]
        if voices and self._wide_run is not None:
            self._wide_run.wait()
            sources.append(self._wide)
        self._parts.toolchain.link([source.with_suffix(".o") for source in sources], output, self._parts.kit)
        return output
