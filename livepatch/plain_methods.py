"""The methods of a module that are not compiled: they run as plain Python beside the sound, never in it."""

import ast
from collections.abc import Iterable

from livepatch.callbacks import BYPASSED, EVENTS, PLAIN, SOUNDING

_OWN = "self."


def module_class(tree: ast.Module) -> ast.ClassDef:
    """The class of a module file."""
    return next(node for node in tree.body if isinstance(node, ast.ClassDef))


def without_plain(tree: ast.Module, actions: Iterable[str] = ()) -> ast.Module:
    """The module file without the plain methods, what only those use, and functions that nothing uses.

    `actions` are methods that are plain too: those of its menu.
    """
    cls, found = module_class(tree), _definitions(tree)
    plain = reached(tree, (*PLAIN, *actions))
    others = [name.removeprefix(_OWN) for name in found if name not in plain]
    sounding = reached(tree, (*SOUNDING, *BYPASSED, *EVENTS, *others)).keys()
    dropped = {name for name in found if name not in sounding and (name in plain or not name.startswith(_OWN))}
    gone = {id(found[name]) for name in dropped}
    body = [node for node in cls.body if id(node) not in gone]
    lean = ast.copy_location(ast.ClassDef(cls.name, cls.bases, cls.keywords, body, cls.decorator_list), cls)
    kept = [lean if node is cls else node for node in tree.body if id(node) not in gone]
    return ast.Module(kept, tree.type_ignores)


def reached(tree: ast.Module, methods: Iterable[str]) -> dict[str, ast.FunctionDef]:
    """Those of `methods` that there are, and every method and function of the file that they come to use.

    A method stands under `self.name`, a function under its name.
    """
    definitions = _definitions(tree)
    waiting = [_OWN + name for name in methods if _OWN + name in definitions]
    found: dict[str, ast.FunctionDef] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = definitions[name]
        for node in ast.walk(definitions[name]):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=used) if _OWN + used in definitions:
                    waiting.append(_OWN + used)
                case ast.Name(id=used) if used in definitions:
                    waiting.append(used)
    return found


def _definitions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    methods = {_OWN + node.name: node for node in module_class(tree).body if isinstance(node, ast.FunctionDef)}
    return methods | {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
