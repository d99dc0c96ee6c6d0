"""Reads what a module's menu offers: `menu = (...)` in its class body."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from livepatch.panel import MenuItem, Switch

EXAMPLE = (
    'menu = ("drift", separator(), action("load", "Load sample", asks="File"), submenu("Edit", action("copy")))'
)
ENTRIES = {"action": ("method", "label"), "separator": ("label",)}


class MenuReader:
    """Reads items; `constant` reads what is written out at a place, `refuse` raises.

    `declared` and `methods` are what the class has by name.
    """

    def __init__(
        self,
        declared: Mapping[str, Any],
        methods: Mapping[str, ast.FunctionDef],
        constant: Callable[[ast.expr], Any],
        refuse: Callable[[ast.AST, str], NoReturn],
    ) -> None:
        self._declared = declared
        self._methods = methods
        self._constant = constant
        self._refuse = refuse

    def read(self, value: ast.expr) -> tuple[MenuItem, ...]:
        """The items that `value` declares."""
        if not isinstance(value, ast.Tuple | ast.List):
            self._refuse(value, f"a menu is a row of items: {EXAMPLE}")
        return self._items(value.elts)

    def _items(self, nodes: list[ast.expr]) -> tuple[MenuItem, ...]:
        items: list[MenuItem] = []
        for node in nodes:
            item = self._item(node)
            if item.kind != "separator" and item.label in {other.label for other in items}:
                self._refuse(node, f"two items of one menu are called {item.label}")
            items.append(item)
        return tuple(items)

    def _item(self, node: ast.expr) -> MenuItem:
        match node:
            case ast.Constant(value=str(name)):
                return self._switch(node, name)
            case ast.Call(func=ast.Name(id="submenu"), args=[label, *items], keywords=[]):
                return MenuItem(kind="submenu", label=self._text(label), items=self._items(items))
            case ast.Call(func=ast.Name(id=kind)) if kind in ENTRIES:
                return self._entry(node, kind)
        self._refuse(node, f"a menu has names of switches, actions, separators and submenus: {EXAMPLE}")

    def _switch(self, node: ast.expr, name: str) -> MenuItem:
        switch = self._declared.get(name)
        if not isinstance(switch, Switch):
            self._refuse(
                node, f"{name} is not a switch; a menu names switches, such as {name} = switch('off', 'on')"
            )
        return MenuItem(kind="switch", label=switch.label or _words(name), name=name)

    def _entry(self, node: ast.Call, kind: str) -> MenuItem:
        given = dict(zip(ENTRIES[kind], map(self._text, node.args), strict=False))
        given |= {keyword.arg or "**": self._text(keyword.value) for keyword in node.keywords}
        if set(given) - {*ENTRIES[kind], "asks"} or len(node.args) > len(ENTRIES[kind]):
            self._refuse(node, f"this is no item of a menu: {EXAMPLE}")
        if kind == "separator":
            return MenuItem(kind=kind, label=given.get("label", ""))
        name, asks = given.get("method", ""), given.get("asks", "")
        self._check_method(node, name, 2 if asks else 1)
        return MenuItem(kind=kind, label=given.get("label") or _words(name), name=name, asks=asks)

    def _check_method(self, node: ast.AST, name: str, arguments: int) -> None:
        method = self._methods.get(name)
        wanted = f"def {name}(self, text: str) -> None:" if arguments == 2 else f"def {name}(self) -> None:"
        if method is None:
            self._refuse(node, f"there is no method {name}; write `{wanted}`")
        if len(method.args.args) != arguments:
            self._refuse(method, f"write `{wanted}`")

    def _text(self, node: ast.expr) -> str:
        found = self._constant(node)
        if not isinstance(found, str):
            self._refuse(node, f"{found!r} is not text")
        return found


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
