"""What sounds is parted from the boilerplate, and spends its time on nothing else."""

from pathlib import Path

from livepatch.compiler.attempt import Attempts
from livepatch.compiler.cold import part
from livepatch.compiler.parts import runtime_group
from livepatch.compiler.rewrite import rewrite
from livepatch.compiler.translation import Group, translate
from livepatch.protocol.builds import module_name
from tests.rendering import MODULES, panel_of_type


def test_what_sounds_neither_looks_whether_attributes_are_there_nor_counts_its_blocks(
    attempts: Attempts, tmp_path: Path
) -> None:
    text = (MODULES / "vco.py").read_text("utf-8")
    generated = tmp_path / "vco.py"
    generated.write_text(rewrite(text, "vco.py", panel_of_type("vco"), attempts.builder.library).text, "utf-8")
    name = module_name("vco")
    c = translate([runtime_group(), Group(name, {name: generated})], attempts.builder.parts.work, tmp_path)
    hot, _, cold = part(c)
    assert "___process(PyObject *" in hot
    assert "livepatch_advance_wave(" in hot
    assert "CPy_AttributeError" not in hot
    assert "VEC_FLOAT_INCREF" in c
    assert "CREF" not in hot
    assert "____init__(" in cold
