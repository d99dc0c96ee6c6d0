"""Rack patches wrong in thousands of ways: a line that says so, or a patch that can be kept and written."""

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from livepatch.errors import PatchError
from livepatch.patch import files
from livepatch.patch.vcv import reading
from tests.patch.vcv.racks import VERSIONS, panels, text, written
from tests.patch.vcv.test_container import rack_file

EACH = 600
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e300, 1e-300, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 10**40),
    *("", "\0", "x" * 5000, "../../etc", "Fundamental", "VCO", "😀", "\u202e", "param0", "2", "0.5", "2.6.6"),
    *([], {}, [[]], [{}], [None], {"": 0}, [1, 2, 3], [0] * 300, {"id": 1}, {"value": "a", "id": "b"}),
    *([1e9, -1e9], ["a", "b"], {"text": 5}, {"running": "yes"}, {"gates": 7}, {"r": "x", "g": None, "b": []}),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path]
    if isinstance(node, dict):
        for key, value in node.items():
            found += places(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            found += places(value, (*path, number))
    return found


def mutated(document: Any, random: Random) -> Any:
    """A document with a few places that hold something else, twice, or nothing."""
    document = copy.deepcopy(document)
    for _ in range(random.randint(1, 3)):
        path = random.choice(places(document))
        if not path:
            continue
        node = document
        for key in path[:-1]:
            node = node[key]
        what = random.random()
        if what < 0.2:
            del node[path[-1]]
        elif what < 0.3 and isinstance(node, list):
            node.append(copy.deepcopy(node[path[-1]]))
        elif what < 0.4:
            node[path[-1]] = copy.deepcopy(random.choice([document, node]))
        else:
            node[path[-1]] = copy.deepcopy(random.choice(ODD))
    return document


def check(rack: str) -> bool:
    """Whether it is read; what is read can be kept and written, what is not is told in a line."""
    patch, said = None, ""
    try:
        patch = reading.decode(rack, panels(), "x.vcv").patch
    except PatchError as error:
        said = str(error)
    if patch is None:
        assert said.startswith("x.vcv")
        assert "\n" not in said
        return False
    document = written(patch)
    kept = files.decode(files.encode(patch))
    assert kept.modules == patch.modules
    assert kept.cables == patch.cables
    assert written(kept) == document
    assert written(reading.decode(json.dumps(document), panels(), "again.vcv").patch) == document
    return True


@pytest.mark.parametrize("version", VERSIONS)
def test_any_value_anywhere_is_read_or_refused(version: str) -> None:
    document, random = json.loads(text(version)), Random(version)
    read = sum(check(json.dumps(mutated(document, random))) for _ in range(EACH))
    assert EACH // 4 < read < EACH


@pytest.mark.parametrize("version", VERSIONS)
def test_any_letters_are_read_or_refused(version: str) -> None:
    whole, random = text(version), Random(version)
    for _ in range(EACH):
        letters = list(whole)
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(letters))
            letters[place : place + random.randint(0, 3)] = random.choice(
                ['"', "{", "]", "9", "-", "e", "\\", "é", ""]
            )
        check("".join(letters))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_text_that_ends_anywhere_is_refused(version: str) -> None:
    whole = text(version).rstrip()
    for end in range(0, len(whole), 5):
        assert not check(whole[:end])


def test_any_bytes_of_a_file_are_read_or_refused_and_leave_nothing(tmp_path: Path) -> None:
    whole, random = rack_file(tmp_path / "a.vcv").read_bytes(), Random(1)
    bad, storage = tmp_path / "bad.vcv", tmp_path / "storage"
    for _ in range(EACH):
        content = bytearray(whole)
        for _ in range(random.randint(1, 3)):
            content[random.randrange(len(content))] = random.randrange(256)
        bad.write_bytes(content)
        said = ""
        try:
            reading.read(bad, panels(), storage)
        except PatchError as error:
            said = str(error)
        if said:
            assert "bad.vcv" in said
            assert "\n" not in said
            assert not storage.exists()
        for path in sorted(tmp_path.rglob("*"), reverse=True):
            if path.is_relative_to(storage):
                path.rmdir() if path.is_dir() else path.unlink()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.vcv", "bad.vcv"]
