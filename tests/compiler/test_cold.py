"""What sounds is parted from the boilerplate, and spends its time on nothing else."""

from pathlib import Path

from livepatch.compiler.attempt import Attempts
from livepatch.compiler.cold import halves, part
from tests.rendering import MODULES

LINES = "        twice = 2.0 * self.audio\n        if twice < 0.0:\n            self.level *= 1.0\n"


def test_what_sounds_neither_looks_whether_attributes_are_there_nor_counts_its_blocks(
    attempts: Attempts, tmp_path: Path
) -> None:
    _, _, c = attempts.builder.translate("vco.py", (MODULES / "vco.py").read_text("utf-8"), tmp_path)
    hot, _, cold = part(c)
    assert "___process(PyObject *" in hot
    assert "livepatch_advance_wave(" in hot
    assert "CPy_AttributeError" not in hot
    assert "VEC_FLOAT_INCREF" in c
    assert "CREF" not in hot
    assert "____init__(" in cold


def test_more_lines_in_a_step_and_in_a_function_change_none_of_the_boilerplate(
    attempts: Attempts, tmp_path: Path
) -> None:
    text = (MODULES / "slew.py").read_text("utf-8")
    longer = text.replace("    def step(self) -> None:\n", "    def step(self) -> None:\n" + LINES)
    assert longer != text
    parts = [part(attempts.builder.translate("slew.py", each, tmp_path)[2]) for each in (text, longer)]
    assert parts[0][0] != parts[1][0]
    assert parts[0][2] == parts[1][2]


def test_a_part_of_livepatch_is_halved_without_loss() -> None:
    sounds = "char CPyDef_node___Node___play(PyObject *self) {\n    return 1;\n}\n"
    first = "char CPyDef_node___Node_____init__(PyObject *self) {\n    return 1;\n}\n"
    hot, cold = halves(f'#include "node.h"\nint shared;\n{first}{sounds}')
    assert hot == f'#include "node.h"\n{sounds}'
    assert cold == f'#include "node.h"\nint shared;\n{first}'
