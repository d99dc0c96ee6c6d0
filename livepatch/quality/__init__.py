"""`livepatch quality`: measures modules as they play, and writes what it found as a table.

Each file here with a TITLE measures one kind of module, which it knows by its ports. A new module is measured
without being named anywhere; only the formulas of the filters are listed, in `curves.py`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from livepatch import __version__, locations
from livepatch.errors import LivepatchError
from livepatch.quality import envelopes, filters, levels, oscillators, silence
from livepatch.quality.figures import Row, table
from livepatch.quality.rig import SAMPLE_RATE, Rig
from livepatch.session.sources import Sources

MEASUREMENTS: tuple[Any, ...] = (oscillators, filters, envelopes, levels, silence)
"""In the order of the page."""


def run(workspace: Path, types: list[str], output: Path | None, *, as_json: bool) -> int:
    """Measure modules, the built-in ones if none is named, and print or write the tables; 0.

    Raises: LivepatchError: if there is no such module, one is wrong, or the file cannot be written.
    """
    folders = locations.module_folders(workspace) if types else [locations.bundled() / "modules"]
    sources = Sources(folders)
    for file in sources.scan():
        sources.read_panel(file)
    for type in types:
        if type in sources.faults:
            raise LivepatchError(str(sources.faults[type][0]))
        if type not in sources.panels:
            raise LivepatchError(f"there is no module {type!r}; livepatch modules lists what there is")
    found = measure(sources, types or sorted(sources.panels))
    words = ["livepatch", "quality", *types, *(("-o", str(output)) if output else ())]
    named = " ".join(words)
    text = _document(found, named) if as_json else _page(found, named)
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LivepatchError(f"{output} cannot be written: {error.strerror}") from error
    return 0


def measure(sources: Sources, types: list[str]) -> dict[str, list[Row]]:
    """The rows of every measurement by its title.

    Raises: LivepatchError: if a module is wrong.
    """
    suited = {
        measurement.TITLE: [type for type in types if measurement.suits(sources.panels[type])]
        for measurement in MEASUREMENTS
    }
    measured = sorted({type for some in suited.values() for type in some})
    rig = Rig(sources, measured)
    return {
        measurement.TITLE: [
            row for type in suited[measurement.TITLE] for row in measurement.measure(rig, sources.panels[type])
        ]
        for measurement in MEASUREMENTS
    }


def _document(found: dict[str, list[Row]], command: str) -> str:
    document = {"livepatch": __version__, "sample_rate": SAMPLE_RATE, "command": command, "tables": found}
    return json.dumps(document, indent=2) + "\n"


def _page(found: dict[str, list[Row]], command: str) -> str:
    lines = [
        "# Quality",
        "",
        f"What the modules do to volts, measured on their compiled code in the engine: livepatch {__version__} at",
        f"{SAMPLE_RATE:g} Hz. `{command}` writes this page.",
        "",
    ]
    measured = [measurement for measurement in MEASUREMENTS if found[measurement.TITLE]]
    tables = [table(measurement, found[measurement.TITLE]) for measurement in measured]
    return "\n".join(lines) + "\n" + "\n".join(tables)
