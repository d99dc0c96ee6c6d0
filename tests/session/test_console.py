import threading
import time

import pytest

from tests.session.table import Table


def test_the_value_of_the_last_expression_is_shown(table: Table) -> None:
    assert table.type("x = 3\nx * 2") == "6"
    assert table.type("_ + 1") == "7"
    assert not table.type("x;")
    assert not table.type("None")
    assert not table.type("")
    assert not table.type("# only a comment")


def test_a_traceback_shows_the_performers_own_lines_only(table: Table) -> None:
    table.type("def inner():\n    return 1 / 0")
    error = table.refused("import json\njson.loads('1', object_hook=None, parse_int=lambda _: inner())")
    assert error.splitlines()[0] == "Traceback (most recent call last):"
    assert "return 1 / 0" in error
    assert error.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "json/" not in error
    assert "console.py" not in error


def test_a_mistake_in_what_was_just_typed_is_one_line(table: Table) -> None:
    table.type('vco = add("vco")')
    assert table.refused("vcoo >> out") == "NameError: name 'vcoo' is not defined; did you mean 'vco'?"
    assert (
        table.refused("vcf >> vco") == "NameError: name 'vcf' is not defined; add(\"vcf\") puts one into the rack"
    )
    del table.sources.panels["out"]
    assert table.refused("vco >> out") == (
        "NameError: name 'out' is not defined; out = add(\"audio_out\") puts it into the rack"
    )
    assert table.refused("load(mine)") == (
        "NameError: name 'mine' is not defined; a text is typed in quotes: \"mine\""
    )
    assert table.refused("a = 1\na / 0") == "line 2: ZeroDivisionError: division by zero"


def test_the_marks_are_under_what_went_wrong(table: Table) -> None:
    table.type("def inner():\n    return 1 / 0")
    lines = table.refused("inner()").splitlines()
    assert lines[-3:] == ["    return 1 / 0", "           ~~^~~", "ZeroDivisionError: division by zero"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = = 3", "SyntaxError: invalid syntax (column 5: = 3)"),
        ("x = ", "SyntaxError: invalid syntax (column 5: the end)"),
        ("x = 1\nif x:\nx = 2", "line 3: IndentationError: expected an indented block"),
        ("x = = '" + "y" * 100 + "'", "SyntaxError: invalid syntax (column 5: = '" + "y" * 26 + "…)"),
    ],
)
def test_what_is_no_python_is_told_in_one_line_with_its_place(table: Table, code: str, said: str) -> None:
    error = table.refused(code)
    assert error.startswith(said)
    assert "\n" not in error


def test_what_livepatch_refuses_is_one_line(table: Table) -> None:
    assert table.refused('add("nothing")') == "there is no module 'nothing'; there are out, vcf, vco"


@pytest.mark.parametrize("line", ["raise SystemExit(3)", "exit()", "import sys; sys.exit()"])
def test_no_line_ends_the_session(table: Table, line: str) -> None:
    assert "SystemExit" in table.refused(line) or "NameError" in table.refused(line)


def test_a_repr_that_raises_is_told(table: Table) -> None:
    table.type("class Bad:\n    def __repr__(self): raise ValueError('no')")
    assert table.refused("Bad()").endswith("ValueError: no")


def test_a_very_long_value_is_cut(table: Table) -> None:
    assert table.type("'x' * 10_000_000").endswith("(10000002 characters)")


@pytest.mark.parametrize(
    "line",
    ["while True: pass", "import time; time.sleep(60)", "import threading; threading.Event().wait()"],
)
@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_an_interrupt_ends_a_runaway_line_however_early_it_comes(table: Table, line: str, seconds: float) -> None:
    table.interrupts.install()
    timer = threading.Timer(seconds, table.interrupts.request)
    table.namespace["go"] = timer.start
    began = time.monotonic()
    assert table.refused(f"go()\n{line}") == "interrupted"
    assert time.monotonic() - began < 30.0
    timer.join()


def test_an_interrupt_with_nothing_running_does_nothing(table: Table) -> None:
    table.interrupts.install()
    table.interrupts.request()
    assert table.type("1 + 1") == "2"


def test_an_interrupt_waits_until_an_edit_is_whole(table: Table) -> None:
    table.interrupts.install()
    table.type('vco = add("vco")', "n = 0")
    table.heard.clear()
    timer = threading.Timer(0.2, table.interrupts.request)
    table.namespace["go"] = timer.start
    assert table.refused("go()\nwhile True:\n    n += 1\n    vco.tune = n % 4") == "interrupted"
    timer.join()
    told = [edit.value for edit, _ in table.heard]
    assert table.rack.patch.modules[1].knobs["tune"] == told[-1]
