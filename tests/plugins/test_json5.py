import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.plugins.json5 import Json5Error, loads

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, 'b': 2, \"c\": [3,],}", {"a": 1, "b": 2, "c": [3]}),
        ("// first\n[1, /* a , ] */ 2 // next\n] // last", [1, 2]),
        ("/**/ null /***/", None),
        ("{$_ü1: true, \\u0061b: false}", {"$_ü1": True, "ab": False}),
        ("{null: 1, Infinity: 2}", {"null": 1, "Infinity": 2}),
        ("[0xC0FFEE, -0x10, +5, .5, 5., 5.e2, -1E-2, 0]", [0xC0FFEE, -16, 5, 0.5, 5.0, 500.0, -0.01, 0]),
        ("[Infinity, -Infinity, +Infinity]", [math.inf, -math.inf, math.inf]),
        (r"'it\'s \"here\"'", 'it\'s "here"'),
        ('"a\\\nb\\\r\nc"', "abc"),
        (r"'\x41\u00e4\0\v\a\/'", "A\u00e4\0\va/"),
        (r"'\ud83c\udfb9'", "\U0001f3b9"),
        (r"'\ud83c'", "\ufffd"),
        ("\ufeff\u00a0\u2028[ ]\v\f", []),
        ("{}", {}),
        ("{a: {b: []}}", {"a": {"b": []}}),
        ("'a//b /* c */, ]'", "a//b /* c */, ]"),
    ],
)
def test_what_json5_adds_to_json(text: str, value: Any) -> None:
    assert loads(text) == value


def test_there_is_a_number_that_is_none() -> None:
    assert math.isnan(loads("-NaN"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1, column 1: nothing is here"),
        ("{a: 1", "the end comes before its }"),
        ("{", "the end comes before its }"),
        ("[1 2]", "line 1, column 4: there should be a comma or ]"),
        ("[,]", "line 1, column 2: there should be a value"),
        ("{a 1}", "after 'a' there should be a colon"),
        ("{1: 2}", "there should be a name"),
        ("[1]\n]", "line 2, column 1: there is more after the end"),
        ("'abc", "a string that does not end"),
        ("'a\nb'", "a string that does not end"),
        (r"'\1'", "no such escape"),
        (r"'\x4'", "no such escape"),
        ("010", "there should be a value"),
        ("1x", "there should be a value"),
        ("0x", "there should be a value"),
        ("truely", "there should be a value"),
        ("+", "there should be a value"),
        ("/* [", "there should be a value"),
        ("[" * 1000, "nested more than 64 deep"),
        ("9" * 5000, "there should be a value"),
    ],
)
def test_what_is_no_json5_is_refused_where_it_goes_wrong(text: str, why: str) -> None:
    with pytest.raises(Json5Error) as refused:
        loads(text)
    assert why in str(refused.value)


@given(documents)
def test_all_json_is_json5(document: Any) -> None:
    assert loads(json.dumps(document)) == document
    assert loads(json.dumps(document, indent=2, ensure_ascii=False)) == document


@given(st.text("{}[]:,'\"\\/*\n+-.0x1eaInfty$_ ", max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        loads(text)
    except Json5Error as refused:
        assert str(refused).startswith("line ")  # noqa: PT017 - either is right
