"""One build: the text of a module file in, a native library out."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath

import msgspec

from livepatch.compiler.boilerplate import Boilerplate
from livepatch.compiler.cold import part
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

    def build(self, path: str, text: str, source: str, folder: Path, stages: Stages) -> BuildFacts:
        """Compile the module file `text` into `folder`; `source` is its hash.

        Raises: ModuleError: if the file is wrong. NoCompilerError, CompilerFailedError.
        """
        panel, rewritten, c = self.translate(path, text, folder, stages)
        so = self._compile(c, folder, panel.type)
        stages.done("compile")
        facts = BuildFacts(
            type=panel.type,
            class_name=panel.class_name,
            source=source,
            so=so.name,
            form=rewritten.form,
            lanes=rewritten.lanes,
            alone=rewritten.alone,
            panel=panel,
            lines=rewritten.positions.lines,
            path=path,
            nanoseconds=0.0,
        )
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
            raise ModuleError(problems(error, rewritten, path, generated.name)) from error
        stages.done("translate")
        return panel, rewritten, evenly(c) if rewritten.form == "process" else c

    def _compile(self, c: str, folder: Path, type: str) -> Path:
        """What sounds is compiled with care and, beside it, the boilerplate quickly if it is new."""
        parts, so = self.parts, folder / f"{type}{ENDING}"
        # of the same length, since mypyc writes the lengths of strings before them
        anywhere = c.replace(folder.name, "-" * len(folder.name))
        ways = ((f"{type}.c", False), (f"{type}-lanes.c", False), (f"{type}-cold.c", True))
        targets: list[Path] = []
        texts: list[Path] = []

        def compile_one(source: Path, target: Path, *, quickly: bool) -> None:
            parts.toolchain.compile(source, target, parts.kit, folder, parts.work / "c", quickly=quickly)

        with ThreadPoolExecutor(len(ways)) as beside:
            work = []
            for (name, quickly), text in zip(ways, part(anywhere), strict=True):
                if not text:
                    continue
                texts.append(folder / name)
                targets.append(texts[-1].with_suffix(".o"))
                texts[-1].write_text(text, "utf-8")
                compile_it = partial(compile_one, texts[-1], targets[-1], quickly=quickly)
                kept = partial(self._boilerplate.compile, texts[-1], targets[-1], compile_it)
                work.append(beside.submit(kept if quickly else compile_it))
            for done in work:
                done.result()
        parts.toolchain.link(targets, so, parts.kit)
        for leftover in (*targets, *texts, *folder.glob("*.h")):
            leftover.unlink()
        return so


def save(facts: BuildFacts, folder: Path) -> None:
    """Write build.json."""
    (folder / "build.json").write_bytes(msgspec.json.format(msgspec.json.encode(facts), indent=1))


def problems(error: TranslationError, rewritten: Rewritten, path: str, generated: str) -> list[Problem]:
    """What mypy said of the generated text, said of the author's; what both loops have is said once.

    Raises: LivepatchError: if it is about another file.
    """
    found = []
    for complaint in error.complaints:
        if PurePath(complaint.path).name != generated:
            raise LivepatchError(f"a part of livepatch does not compile, which is its own mistake: {error}")
        line, column = rewritten.positions.author(complaint.line, complaint.column)
        found.append(Problem(path, line, column, rewritten.positions.wording(complaint.text)))
    return sorted(set(found), key=lambda problem: (problem.line, problem.column))
