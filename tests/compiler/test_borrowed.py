"""Blocks that a function only reads are not counted; as soon as it may change or keep one, they are."""

import pytest

from livepatch.compiler.borrowed import borrowed

READS = """char CPyDef_vco___Vco___process(PyObject *cpy_r_self, int64_t cpy_r_start) {
    VecFloat cpy_r_r0;
    VecFloat cpy_r_block;
    double cpy_r_r1;
    cpy_r_r0 = ((VcoObject *)cpy_r_self)->_saw;
    VEC_FLOAT_INCREF(cpy_r_r0);
    cpy_r_block = cpy_r_r0;
    cpy_r_r1 = livepatch_peek(cpy_r_block, cpy_r_start);
    ((VcoObject *)cpy_r_self)->_phase = cpy_r_r1;
    VEC_FLOAT_DECREF(cpy_r_block);
    return 1;
}"""


def test_what_is_only_read_is_not_counted() -> None:
    assert "CREF" not in borrowed(READS)
    assert borrowed(READS).count("\n") == READS.count("\n") - 2


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("return 1;", "return cpy_r_block;"),
        ("_phase = cpy_r_r1;", "_saw = cpy_r_block;"),
        ("return 1;", "cpy_r_r2 = CPyDef_vco___Vco___renew(cpy_r_self);\n    return 1;"),
        ("return 1;", "cpy_r_r2 = VecFloatApi.box(cpy_r_block);\n    return 1;"),
        ("cpy_r_block = cpy_r_r0;", "cpy_r_block = CPyDef_vco___made();"),
    ],
)
def test_what_may_be_kept_or_changed_is_counted(line: str, changed: str) -> None:
    function = READS.replace(line, changed)
    assert function != READS
    assert borrowed(function) == function
