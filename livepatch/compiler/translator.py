"""Translates one module after the other, with what they all import kept in mypy's memory.

Of a build mypy spends two thirds on finding that builtins and the base of modules are still what they were. Here
it reads them once; then each new module is added to its graph, checked, translated, and taken out again.
"""

import os
from pathlib import Path

from mypy.build import SCC, BuildResult, BuildSource, State, load_graph, process_stale_scc
from mypy.errors import CompileError
from mypy.modules_state import modules_state
from mypy.nodes import MypyFile
from mypyc.codegen import emitmodule
from mypyc.errors import Errors
from mypyc.ir.ops import DeserMaps
from mypyc.irbuild.mapper import Mapper

from livepatch.compiler.translation import (
    PLAIN_PARTS,
    Group,
    TranslationError,
    check,
    complaints,
    settings_for,
    translate,
    with_shims,
    write,
)
from livepatch.disk import replace_file

PRELUDE = "livepatch_prelude"
"""A module that imports what generated text may, so that mypy has read all of it."""
IMPORTS = ("math", "typing", "librt.vecs", "mypy_extensions")
UNKEPT = {"mypyc": True, "cache_dir": os.devnull}
"""Options of a module that mypy is not to remember from one process to the next."""


class Translator:
    """Translates modules that derive from `base`, which has been translated in `work`. One thread."""

    def __init__(self, base: Group, work: Path) -> None:
        self._base = base
        self._work = work
        self._ground: BuildResult | None = None

    def translate(self, group: Group, headers: Path) -> str:
        """As `translation.translate` of the base and a `group` of one module, whose headers go to `headers`.

        Raises: TranslationError: if mypy or mypyc refuses the text.
        """
        (name,) = group.paths
        ground = self._ready()
        try:
            tree = _added(ground, name, group.paths[name])
            if tree is not None:
                return self._generate(ground, tree, group, headers)
        finally:
            _taken_out(ground, name)
        self._ground = None
        return translate([self._base, group], self._work, headers)

    def _ready(self) -> BuildResult:
        """What modules import, as mypy knows it; read anew if mypy has been used for something else."""
        if self._ground is None or modules_state.modules is not self._ground.manager.modules:
            group = Group(PRELUDE, {PRELUDE: self._prelude()})
            self._ground = check([self._base, group], self._work, {PRELUDE: UNKEPT})
            self._ground.manager.metastore.close()
        return self._ground

    def _prelude(self) -> Path:
        """The file of the prelude, which other processes may be reading: it is never there without its text."""
        path = self._work / f"{PRELUDE}.py"
        names = sorted({*IMPORTS, *PLAIN_PARTS, *self._base.paths})
        text = "".join(f"import {name}\n" for name in names)
        if not path.exists() or path.read_text("utf-8") != text:
            replace_file(path, text.encode())
        return path

    def _generate(self, ground: BuildResult, tree: MypyFile, group: Group, headers: Path) -> str:
        manager = ground.manager
        groups = [self._base, group]
        mapper = Mapper({name: each.name for each in groups for name in each.paths})
        errors = Errors(manager.options)
        manager.errors.set_file("<mypyc>", module=None, scope=None, options=manager.options)
        base = [found for name in self._base.paths if (found := ground.graph[name].tree) is not None]
        emitmodule.load_scc_from_cache(base, ground, mapper, DeserMaps({}, {}))
        settings = settings_for(group, self._work)
        modules = emitmodule.compile_scc_to_ir([tree], ground, mapper, settings, errors)
        if errors.num_errors:
            raise TranslationError(complaints(errors.new_messages()))
        pairs: list[tuple[list[BuildSource], str | None]] = [(each.sources, each.name) for each in groups]
        files = emitmodule.compile_ir_to_c(pairs, modules, ground, mapper, settings)[group.name]
        write([file for file in files if not file[0].endswith(".c")], headers)
        return with_shims(files, group)


def _added(ground: BuildResult, name: str, path: Path) -> MypyFile | None:
    """The module, checked; None if it imports what mypy has not read.

    Raises: TranslationError: if mypy refuses it.
    """
    manager, graph = ground.manager, ground.graph
    manager.options.per_module_options[name] = UNKEPT
    manager.options.build_per_module_cache()
    manager.errors.reset()
    ground.errors.clear()  # where mypy puts the lines that it has to say
    new: list[State] = []
    try:
        load_graph([BuildSource(str(path), name, None)], manager, graph, new)
        if len(new) > 1:
            for state in new:
                _taken_out(ground, state.id)
            return None
        manager.rechecked_modules.add(name)
        process_stale_scc(graph, SCC({name}), manager)
    except CompileError as error:
        raise TranslationError(complaints([*ground.errors, *error.messages])) from error
    if ground.errors:
        raise TranslationError(complaints(ground.errors))
    return graph[name].tree


def _taken_out(ground: BuildResult, name: str) -> None:
    """Forget a module."""
    ground.graph.pop(name, None)
    for known in (ground.manager.modules, ground.manager.ast_cache, ground.manager.import_map):
        known.pop(name, None)
