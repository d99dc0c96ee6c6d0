"""Boilerplate is compiled once for each text and headers, and what was not used for long goes."""

from pathlib import Path

import pytest

from livepatch.compiler import boilerplate
from livepatch.compiler.boilerplate import Boilerplate


class Bench:
    """A folder to compile in, with a compiler that counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = Boilerplate(folder / "kept")
        self.compiled = 0

    def compile(self, text: str, header: str = "") -> str:
        source, output = self.folder / "vco-cold.c", self.folder / "vco-cold.o"
        source.write_text(text)
        (self.folder / "vco.h").write_text(header)
        output.unlink(missing_ok=True)
        if not self.kept.take(source, output):
            self.compiled += 1
            output.write_text(f"object of {text}{header}")
            self.kept.keep(source, output)
        return output.read_text()


def test_the_same_text_is_compiled_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert bench.compile("a") == bench.compile("a") == "object of a"
    assert bench.compiled == 1


def test_another_text_or_header_is_compiled(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert [bench.compile("a"), bench.compile("b"), bench.compile("a", "h")] == [
        "object of a",
        "object of b",
        "object of ah",
    ]
    assert bench.compiled == 3


def test_what_was_not_used_for_long_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boilerplate, "KEPT", 2)
    bench = Bench(tmp_path)
    for text in "abc":
        bench.compile(text)
    assert len(list((tmp_path / "kept").iterdir())) == 2
