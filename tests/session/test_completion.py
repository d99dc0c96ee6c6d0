import pytest

from livepatch.session.completion import Completer
from tests.session.table import Table


@pytest.fixture
def completer(table: Table) -> Completer:
    table.type('vco = add("vco", tune=1); add("vcf", "filt")', "x = [1]")
    return Completer(table.namespace, table.commands)


def texts(completer: Completer, code: str) -> list[str]:
    items = completer.complete(code, len(code))
    assert all(code[item.start :].lower() in item.text.lower() for item in items)
    return [item.text for item in items]


def test_modules_commands_and_python_are_offered_by_name(completer: Completer) -> None:
    assert texts(completer, "vc") == ["vco"]
    assert texts(completer, "fi") == ["filt", "finally", "filter"]
    assert "add" in texts(completer, "y = ad")
    assert "isinstance" in texts(completer, "isin")
    assert texts(completer, "") == []


def test_knobs_and_ports_are_offered_with_what_they_are(completer: Completer) -> None:
    items = completer.complete("vco.", 4)
    assert [item.text for item in items] == ["tune", "shape", "restart", "voct", "saw", "sine"]
    assert items[0].meta == "1.00 oct"
    assert items[4].meta == "outlet  the bright one"
    assert texts(completer, "vco.saw >> filt.cu") == ["cutoff"]


def test_strings_of_commands_are_completed(completer: Completer, table: Table) -> None:
    assert texts(completer, 'add("vc') == ["vcf", "vco"]
    assert texts(completer, "add('") == ["out", "vcf", "vco"]
    table.type('save("set one")')
    assert texts(completer, 'load("set') == ["set one"]
    assert texts(completer, 'load("')[-1] == "last"
    assert texts(completer, 'remove("') == ["vco", "filt"]
    assert texts(completer, 'print("vc') == []
    assert texts(completer, 'add("vco", tu') == ["tune="]


def test_ordinary_python_is_completed(completer: Completer) -> None:
    assert "append" in texts(completer, "x.app")
    assert texts(completer, "import math\nmath.cos") == []
    assert texts(completer, "nothing.a") == []


def test_completion_runs_nothing_of_the_performers(completer: Completer, table: Table) -> None:
    table.type(
        "class Trap:\n"
        "    here = 1\n"
        "    @property\n"
        "    def boom(self): raise SystemError\n"
        "    def __getattr__(self, name): raise SystemError\n"
        "    def __dir__(self): raise SystemError\n"
        "trap = Trap()",
    )
    assert texts(completer, "trap.he") == ["here"]
    assert texts(completer, "trap.boom.re") == []
    assert texts(completer, "trap.nothing.re") == []


def test_a_removed_module_completes_to_nothing(completer: Completer, table: Table) -> None:
    table.type("keep = vco", "remove(vco)")
    assert texts(completer, "keep.") == []
