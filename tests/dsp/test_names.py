"""What the files of livepatch.dsp define: one name for each thing, since it may be copied into a module."""

import ast
from collections import Counter
from pathlib import Path

from livepatch import dsp


def test_no_two_files_define_the_same_name() -> None:
    found: Counter[str] = Counter()
    for path in Path(dsp.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            match node:
                case (
                    ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    found[name] += 1
    assert [name for name, count in found.items() if count > 1] == []
