"""Python to C by mypy and mypyc, whose internals are used here and nowhere else (their version is pinned).

Every call leaves mypy's cache in the work folder, so that the next one only looks at what is new.
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import mypyc.build
from mypy.build import BuildResult, BuildSource
from mypy.errors import CompileError
from mypy.fscache import FileSystemCache
from mypy.main import process_options
from mypy.options import Options
from mypyc.codegen import emitmodule
from mypyc.errors import Errors
from mypyc.namegen import exported_name
from mypyc.options import CompilerOptions

from livepatch.compiler.counting import counted
from livepatch.compiler.primitives import register
from livepatch.locations import PACKAGE

SHIM = Path(mypyc.build.__file__).with_name("lib-rt") / "module_shim.tmpl"
PLAIN_PARTS = (
    "livepatch",
    "livepatch.voltage",
    "livepatch.dsp.functions",
    "livepatch.dsp.arithmetic",
    "livepatch.dsp.blocks",
    "livepatch.dsp.lanes",
)
"""Modules that compiled code imports and that stay Python: only their types are looked at."""
_MESSAGE = re.compile(r"^(?P<path>.*?):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<severity>\w+): (?P<text>.*)$")

register()


@dataclass(frozen=True)
class Complaint:
    """What mypy or mypyc says about a file, at its line and column (from 1)."""

    path: str
    line: int
    column: int
    text: str


class TranslationError(Exception):
    """The text cannot be translated; `complaints` say why."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__(
            "; ".join(f"{complaint.path}:{complaint.line}: {complaint.text}" for complaint in complaints)
        )
        self.complaints = complaints


@dataclass(frozen=True)
class Group:
    """Modules that become one library. `paths` has the file of each.

    `closed`: no other library derives from its classes. Then mypyc sees that what `__init__` sets is always
    there, and looks for it at no use.
    """

    name: str
    paths: dict[str, Path]
    closed: bool = True

    @property
    def sources(self) -> list[BuildSource]:
        """The modules as mypy wants them."""
        return [BuildSource(str(path), name, None) for name, path in self.paths.items()]


def part_path(name: str) -> Path:
    """The file of a part of livepatch."""
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def translate(groups: list[Group], work: Path, headers: Path) -> str:
    """The C text of the last of `groups`; the ones before it, which it builds on, were translated before.

    Its headers go to the folder `headers`: `work/c` if later groups are to find them, in which case the C goes
    there too, without which mypyc would translate the group again and again.

    Raises: TranslationError: if mypy or mypyc refuses the text.
    """
    result = check(groups, work)
    errors = Errors(result.manager.options)
    settings = settings_for(groups[-1], work)
    pairs: list[tuple[list[BuildSource], str | None]] = [(group.sources, group.name) for group in groups]
    try:
        _, texts, _ = emitmodule.compile_modules_to_c(
            result, compiler_options=settings, errors=errors, groups=pairs
        )
    finally:
        result.manager.metastore.close()
    if errors.num_errors:
        raise TranslationError(complaints(errors.new_messages()))
    if headers == work / "c":
        write(texts[-1], headers)
        files = [(name, text or _written(headers / name)) for name, text in texts[-1]]
    else:
        files = texts[-1]
        write([file for file in files if not file[0].endswith(".c")], headers)
    return with_shims(files, groups[-1])


def check(groups: list[Group], work: Path, options: dict[str, dict[str, object]] | None = None) -> BuildResult:
    """What mypy finds out about modules; its metastore is to be closed. `options` are those of single modules.

    Raises: TranslationError: if mypy refuses the text.
    """
    (work / "c").mkdir(parents=True, exist_ok=True)
    sources = [BuildSource(str(part_path(name)), name, None) for name in PLAIN_PARTS]
    pairs: list[tuple[list[BuildSource], str | None]] = [(group.sources, group.name) for group in groups]
    sources += [source for compiled, _ in pairs for source in compiled]
    cache = FileSystemCache()
    chosen = _options(work, cache, [source.module for compiled, _ in pairs for source in compiled])
    chosen.per_module_options.update(options or {})
    try:
        return emitmodule.parse_and_typecheck(sources, chosen, settings_for(groups[-1], work), pairs, cache)
    except CompileError as error:
        raise TranslationError(complaints(error.messages)) from error


def settings_for(group: Group, work: Path) -> CompilerOptions:
    """How mypyc is to compile a group."""
    settings = CompilerOptions(separate=True, target_dir=str(work / "c"), include_runtime_files=False)
    settings.global_opts = group.closed
    return settings


def _options(work: Path, cache: FileSystemCache, compiled: list[str]) -> Options:
    arguments = ["--strict", "--config-file=", f"--cache-dir={work / 'mypy'}", "--no-error-summary", os.devnull]
    _, options = process_options(arguments, fscache=cache, mypyc=True)
    options.python_version = sys.version_info[:2]
    options.export_types = True
    options.preserve_asts = True
    options.incremental = True
    options.sqlite_cache = False  # its files are opened anew in each process
    options.show_column_numbers = True
    options.hide_error_codes = True
    options.show_error_context = False
    options.follow_imports = "silent"
    for name in compiled:
        options.per_module_options.setdefault(name, {})["mypyc"] = True
    return options


def _written(path: Path) -> str:
    """What mypyc gives no second time: whoever had it translated was interrupted before it was compiled."""
    return path.read_text("utf-8") if path.exists() else ""


def write(files: list[tuple[str, str]], folder: Path) -> None:
    """Put files into a folder; what is empty is there already."""
    for name, text in files:
        if text:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")


def with_shims(files: list[tuple[str, str]], group: Group) -> str:
    """The C of a group, with what makes its modules importable.

    Raises: TranslationError: if there is none.
    """
    found = [text for name, text in files if name.endswith(".c")]
    if len(found) != 1 or not found[0]:
        raise TranslationError([Complaint("", 1, 1, "mypyc gave no C; delete livepatch's cache and try again")])
    return counted(found[0]) + "".join(_shim(name, group.name) for name in group.paths)


def _shim(name: str, group: str) -> str:
    """C that makes a module importable from the library of its group."""
    text = SHIM.read_text("utf-8").format(
        modname=name.rpartition(".")[2], libname=f"{group}__mypyc", full_modname=exported_name(name)
    )
    return "\n" + text[: text.index("// distutils")]


def complaints(messages: list[str]) -> list[Complaint]:
    """What mypy says in lines, apart from its notes."""
    found = []
    for message in messages:
        match = _MESSAGE.match(message)
        if match is None:
            found.append(Complaint("", 1, 1, message))
        elif match["severity"] == "error":
            found.append(Complaint(match["path"], int(match["line"]), int(match["column"] or 1), match["text"]))
    return found
