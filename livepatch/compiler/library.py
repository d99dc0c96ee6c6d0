"""The functions of livepatch.dsp that are copied into a module's generated text, for gcc to inline."""

import ast
from pathlib import Path

from livepatch import dsp
from livepatch.block import Block
from livepatch.compiler.kinds import FLOAT, Signature, sequence_kind
from livepatch.compiler.trees import copied, walk

FOLDER = Path(dsp.__file__).parent


class Library:
    """The source of livepatch.dsp. `native` names what the compiler has its own C for: never copied."""

    def __init__(self, native: frozenset[str], folder: Path = FOLDER) -> None:
        self.native = native
        self._defined: dict[str, tuple[str, ast.stmt]] = {}
        self._imported: dict[str, dict[str, str]] = {}
        self.blocks: dict[str, ast.ClassDef] = {}
        for path in sorted(folder.glob("*.py")):
            if path.name != "__init__.py":
                self._read(path)
        self._methods = {name: self._own_methods(block) for name, block in self.blocks.items()}
        self._block_uses = {name: self._uses_of_block(block) for name, block in self.blocks.items()}

        functions = {name: node for name, (_, node) in self._defined.items() if isinstance(node, ast.FunctionDef)}
        self._functions = {name: node for name, node in functions.items() if name not in native}
        self._signatures = {name: Signature.of(node) for name, node in functions.items()}
        constants = {name: node for name, (_, node) in self._defined.items() if isinstance(node, ast.AnnAssign)}
        own = {name: sequence_kind(node.value) for name, node in constants.items() if node.value is not None}
        self._constants = {name: FLOAT for name in dsp.__all__ if name.isupper()} | own

    def __contains__(self, name: str) -> bool:
        return name in self._defined or name in dsp.__all__

    def functions(self) -> dict[str, ast.FunctionDef]:
        """The functions that are copied."""
        return dict(self._functions)

    def signatures(self) -> dict[str, Signature]:
        """What every function takes and gives."""
        return dict(self._signatures)

    def constants(self) -> dict[str, str]:
        """The kind of every constant."""
        return dict(self._constants)

    def needs(self, names: list[str]) -> set[str]:
        """Every name that comes along when `names` are imported."""
        imports: dict[str, ast.stmt] = {}
        definitions: dict[str, ast.stmt] = {}
        for name in names:
            self._collect(name, imports, definitions)
        return imports.keys() | definitions.keys()

    def copies(self, names: list[str], at: ast.stmt) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """Imports and definitions that give `names` to a module; every node is placed at the import `at`."""
        imports: dict[str, ast.stmt] = {}
        definitions: dict[str, ast.stmt] = {}
        for name in names:
            self._collect(name, imports, definitions)
        placed = [[_placed(node, at) for node in nodes.values()] for nodes in (imports, definitions)]
        return placed[0], placed[1]

    def methods(self, block: type[Block]) -> dict[str, ast.FunctionDef]:
        """The methods of a block by name, those it inherits too."""
        found: dict[str, ast.FunctionDef] = {}
        for cls in block.__mro__:
            found = self._methods.get(cls.__name__, {}) | found
        return found

    def _own_methods(self, block: ast.ClassDef) -> dict[str, ast.FunctionDef]:
        methods = [node for node in block.body if isinstance(node, ast.FunctionDef)]
        return {method.name: method for method in methods if method.name != "__init__"}

    def _uses_of_block(self, block: ast.ClassDef) -> tuple[str, ...]:
        """The names that a block's methods use, and its inner blocks and bases; the methods are inlined."""
        used = [inner.id for inner in walk(block) if isinstance(inner, ast.Name) and inner.id in self.blocks]
        for method in self._own_methods(block).values():
            for line in (*method.body, *method.args.defaults):
                used += [inner.id for inner in walk(line) if isinstance(inner, ast.Name)]
                if any(
                    isinstance(inner, ast.Attribute) and inner.attr == "sample_seconds" for inner in walk(line)
                ):
                    used.append("divide")
        return tuple(dict.fromkeys(name for name in used if name != block.name))

    def _read(self, path: Path) -> None:
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                    self._defined[name] = (path.stem, node)
                case ast.ClassDef(name=name):
                    self._defined[name] = (path.stem, node)
                    self.blocks[name] = node
                case ast.ImportFrom(module=str(source), names=aliases):
                    imported = self._imported.setdefault(path.stem, {})
                    imported.update({alias.asname or alias.name: source for alias in aliases})

    def _collect(self, name: str, imports: dict[str, ast.stmt], definitions: dict[str, ast.stmt]) -> None:
        if name in imports or name in definitions:
            return
        if name not in self._defined:
            imports[name] = _import("livepatch.voltage", name)
            return
        stem, node = self._defined[name]
        if name in self.native:
            imports[name] = _import(f"livepatch.dsp.{stem}", name)
            return
        if isinstance(node, ast.ClassDef):
            uses = self._block_uses[name]
        else:
            uses = tuple(inner.id for inner in walk(node) if isinstance(inner, ast.Name) and inner.id != name)
        imported = self._imported.get(stem, {})
        for used in dict.fromkeys(uses):
            if used in self._defined:
                self._collect(used, imports, definitions)
            elif used in imported and used != "Final":
                imports[used] = _import(imported[used], used)
            elif used == "math":
                imports["math"] = ast.Import([ast.alias("math")])
        if not isinstance(node, ast.ClassDef):
            definitions[name] = copied(node)


def _import(module: str, name: str) -> ast.stmt:
    return ast.ImportFrom(module=module, names=[ast.alias(name)], level=0)


def _placed(node: ast.stmt, at: ast.stmt) -> ast.stmt:
    for inner in walk(node):
        if isinstance(inner, ast.stmt | ast.expr | ast.arg | ast.keyword | ast.alias):
            ast.copy_location(inner, at)
    return node
