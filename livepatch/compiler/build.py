"""One build: the text of a module file in, a native library out."""

import time
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import msgspec

from livepatch.compiler.advice import advice
from livepatch.compiler.boilerplate import Boilerplate
from livepatch.compiler.compilation import Compilation
from livepatch.compiler.even import evenly
from livepatch.compiler.library import Library
from livepatch.compiler.parts import Parts, runtime_group
from livepatch.compiler.primitives import NATIVE
from livepatch.compiler.rewrite import Rewritten, rewrite
from livepatch.compiler.translation import Group, TranslationError
from livepatch.compiler.translator import Translator
from livepatch.declarations import read_panel
from livepatch.errors import LivepatchError, ModuleError, Problem
from livepatch.panel import Panel
from livepatch.protocol.builds import ENDING, BuildFacts, module_name


@dataclass
class Stages:
    """How long each stage took, in milliseconds."""

    times: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def done(self, name: str) -> None:
        """Say that the stage `name` ends now."""
        now = time.perf_counter()
        self.times[name] = (now - self._last) * 1e3
        self._last = now


class Builder:
    """Builds modules with `parts`."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.library = Library(NATIVE)
        self._translator = Translator(runtime_group(), parts.work)
        self._boilerplate = Boilerplate(parts.work / "boilerplate")

    def begin(  # noqa: PLR0913 - what is to be built, and how
        self, path: str, text: str, source: str, folder: Path, stages: Stages, *, hurried: bool = False
    ) -> tuple[BuildFacts, Compilation]:
        """Translate the module file `text` in `folder`, and begin to compile it; `source` is its hash.

        Raises: ModuleError: if the file is wrong. NoCompilerError.
        """
        panel, rewritten, c = self.translate(path, text, folder, stages)
        compilation = Compilation(self.parts, self._boilerplate, c, folder, panel.type, hurried=hurried)
        facts = BuildFacts(
            type=panel.type,
            class_name=panel.class_name,
            source=source,
            so=f"{panel.type}{ENDING}",
            form=rewritten.form,
            lanes=rewritten.lanes,
            alone=rewritten.alone,
            counts=rewritten.counts,
            panel=panel,
            lines=rewritten.positions.lines,
            path=path,
            nanoseconds=0.0,
        )
        return facts, compilation

    def build(self, path: str, text: str, source: str, folder: Path, stages: Stages) -> BuildFacts:
        """Compile the module file `text` into `folder`; `source` is its hash.

        Raises: ModuleError: if the file is wrong. NoCompilerError, CompilerFailedError.
        """
        facts, compilation = self.begin(path, text, source, folder, stages)
        with compilation:
            compilation.link(folder / facts.so)
        stages.done("compile")
        save(facts, folder)
        return facts

    def translate(
        self, path: str, text: str, folder: Path, stages: Stages | None = None
    ) -> tuple[Panel, Rewritten, str]:
        """The panel of the module file `text`, what it is rewritten to, and the C of that; headers go to `folder`.

        Raises: ModuleError: if the file is wrong.
        """
        stages = stages or Stages()
        panel = read_panel(text, path)
        rewritten = rewrite(text, path, panel, self.library)
        stages.done("rewrite")
        name = module_name(panel.type)
        generated = folder / f"{panel.type}.py"
        # in a folder of its own: mypy takes a file of the same path, size and second for unchanged
        generated.write_text(rewritten.text, "utf-8")
        try:
            c = self._translator.translate(Group(name, {name: generated}), folder)
        except TranslationError as error:
            raise ModuleError(problems(error, rewritten, path, text, generated.name)) from error
        stages.done("translate")
        return panel, rewritten, evenly(c) if rewritten.form == "process" else c


def save(facts: BuildFacts, folder: Path) -> None:
    """Write build.json."""
    (folder / "build.json").write_bytes(msgspec.json.format(msgspec.json.encode(facts), indent=1))


def problems(error: TranslationError, rewritten: Rewritten, path: str, text: str, generated: str) -> list[Problem]:
    """What mypy said of the generated text, said of the author's `text`; what both loops have is said once.

    Raises: LivepatchError: if it is about another file.
    """
    found = []
    for complaint in error.complaints:
        if PurePath(complaint.path).name != generated:
            raise LivepatchError(f"a part of livepatch does not compile, which is its own mistake: {error}")
        line, column = rewritten.positions.author(complaint.line, complaint.column)
        message = rewritten.positions.wording(complaint.text)
        found.append(Problem(path, line, column, advice(message, text, line)))
    return sorted(set(found), key=lambda problem: (problem.line, problem.column))
