"""No patch.json, however it was changed, crashes anything, hangs, or takes the rack away."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livepatch import locations
from livepatch.errors import PatchError
from livepatch.patch import edits, files
from livepatch.protocol import client
from livepatch.protocol.messages import Replaced, ToFrontEnd
from livepatch.session.sources import Sources
from tests.session.guest import guest
from tests.session.table import Table

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**70), 10**400, 0.1, -0.0, 1e308, 1e-320, "",
    "a b", "load", "print", "class", "../../x", "a/b", "\ud800", "\x00", "\x1b[2J", "x" * 5000,
    " - at $.modules[0]",
    " - at [99999999999999999999]", "é", "vco", "vcf", [], {}, [[]], {"a": 1}, [1, 2], [1, 2, 3], ["a"],
)  # fmt: skip
REPOSITORY = Path(__file__).parents[2]
Mutation = Callable[[random.Random, str], str]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document: what it is in, and its key or index."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from places(item)


def replaced(chance: random.Random, text: str) -> str:
    document = json.loads(text)
    for _ in range(chance.choice((1, 1, 1, 3, 20))):
        holder, key = chance.choice(list(places(document)))
        holder[key] = deepcopy(chance.choice(NASTY))
        if not list(places(document)):
            break
    return json.dumps(document)


def rearranged(chance: random.Random, text: str) -> str:
    document = json.loads(text)
    everywhere = list(places(document))
    for _ in range(chance.choice((1, 3, 20))):
        (holder, key), (other, from_there) = chance.choice(everywhere), chance.choice(everywhere)
        try:
            holder[key] = json.loads(json.dumps(other[from_there]))
            if chance.random() < 0.3:
                del other[from_there]
        except (KeyError, IndexError):
            continue
    return json.dumps(document)


def renamed(chance: random.Random, text: str) -> str:
    document = json.loads(text)
    dicts = [document, *document["modules"], *document["cables"], *(each["knobs"] for each in document["modules"])]
    holder = chance.choice([each for each in dicts if each])
    key = chance.choice(list(holder))
    holder[str(chance.choice(NASTY))] = holder.pop(key)
    return json.dumps(document)


def torn(chance: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(chance.choice((1, 3, 10))):
        at = chance.randrange(len(letters))
        letters[at : at + chance.choice((0, 1, 1, 50))] = chance.choice(
            ("", "9", '"', "{", "}", "[", ",", "\0", "é")
        )
    return "".join(letters)


def deep(chance: random.Random, text: str) -> str:
    depth = chance.choice((50, 99, 150, 900, 100_000))
    return text.replace('"view": {}', '"view": {"a": ' + "[" * depth + "]" * depth + "}", 1)


MUTATIONS: tuple[Mutation, ...] = (replaced, replaced, rearranged, renamed, torn, torn, deep)


@pytest.fixture(scope="module")
def panels() -> Sources:
    sources = Sources([REPOSITORY / "modules"])
    for file in sources.scan():
        sources.read_panel(file)
    return sources


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_changed_patches_load_whole_or_not_at_all(table: Table, panels: Sources, seed: int) -> None:
    chance = random.Random(seed)
    table.sources.panels = dict(panels.panels)
    table.type('add("vco", "mine")')
    originals = [path.read_text("utf-8") for path in sorted((REPOSITORY / "patches").glob("*/patch.json"))]
    folder = table.workspace / "patches" / "changed"
    folder.mkdir()
    loaded = 0
    for _ in range(250):
        text = chance.choice(MUTATIONS)(chance, chance.choice(originals))
        (folder / files.FILE_NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
        before = table.rack.patch
        whole = files.encode(before)
        try:
            remarks = table.library.load("changed")
        except PatchError as refused:
            said = str(refused)
            assert table.rack.patch is before
            assert files.encode(before) == whole
            assert said.isprintable(), said
            continue
        loaded += 1
        assert all(len(remark.splitlines()) == 1 for remark in remarks)
        patch = table.rack.patch
        written = files.encode(patch)
        assert files.encode(files.decode(written)) == written
        modules, cables = tuple(patch.modules.values()), tuple(patch.cables.values())
        told = msgspec.msgpack.encode(Replaced("changed", modules, cables, patch.transport))
        msgspec.msgpack.decode(told, type=ToFrontEnd)
        msgspec.msgpack.encode(edits.ReplacePatch(patch.document()))
        table.type("rack()")
        for module in list(patch.modules.values())[:3]:
            repr(table.commands.handle(module.id))
        table.type("undo()")
        assert files.encode(table.rack.patch) == whole
    assert loaded > 20


@pytest.mark.timeout(300)
def test_a_session_plays_on_whatever_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled_cache: Path
) -> None:
    chance = random.Random(77)
    (tmp_path / "cache").symlink_to(compiled_cache)
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    folder = tmp_path / "ws" / "patches" / "changed"
    for made in (folder, tmp_path / "ws" / "modules"):
        made.mkdir(parents=True)
    original = (REPOSITORY / "patches" / "hello" / "patch.json").read_text("utf-8")
    try:
        with guest(tmp_path / "ws", "run") as here:
            for _ in range(80):
                text = chance.choice((replaced, rearranged, renamed))(chance, original)
                (folder / files.FILE_NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
                here.evaluate('load("changed")')
                here.waiting.clear()
            here.play("clear()", 'add("vco", "fresh")', 'load("hello")', "undo()")
            assert here.play("fresh.tune") != ""
        log = "".join(path.read_text() for path in (tmp_path / "state").glob("*.log"))
        assert "Traceback" not in log, log
        assert locations.runtime(tmp_path / "ws").is_dir()
    finally:
        client.stop(tmp_path / "ws")
