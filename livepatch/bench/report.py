"""The figures as a table with the budgets, or as one JSON document."""

import json
import sys
from typing import Any, NamedTuple

from livepatch.bench import large, offline, plugins
from livepatch.bench.live import Stage


class Row(NamedTuple):
    """One line of the table: what `part` of the document's `key` is, and the `budget` that the design allows."""

    about: str
    key: str
    part: str
    unit: str
    budget: str


ROWS = (
    Row("save to sounding, median", "reload_ms", "median", "ms", "250"),
    Row("save to sounding, worst", "reload_ms", "worst", "ms", ""),
    Row("  of the median: noticing the file", "reload_ms", "stages.notice", "ms", ""),
    Row("  rewriting it", "reload_ms", "stages.rewrite", "ms", ""),
    Row("  translating that to C", "reload_ms", "stages.translate", "ms", ""),
    Row("  compiling the C", "reload_ms", "stages.compile", "ms", ""),
    Row("  rehearsing it", "reload_ms", "stages.rehearse", "ms", ""),
    Row("  swapping it in", "reload_ms", "stages.swap", "ms", ""),
    Row("  going from process to process", "reload_ms", "stages.between", "ms", ""),
    Row("step() against the same loop in C", "step_vs_c", "", "x", "1.15"),
    Row("an idle module, each quantum", "idle_module_us", "", "us", "1.33"),
    Row("one voice (vco, vcf, adsr, vca), whole engine", "voice_ns_per_sample", "", "ns/sample", ""),
    Row("a loop of three modules, one sample of delay", "feedback_ns_per_sample", "loop", "ns/sample", ""),
    Row("the same three modules in blocks", "feedback_ns_per_sample", "blockwise", "ns/sample", ""),
    Row("a step(), one voice", "voice_sample_ns", "1", "ns/sample", ""),
    Row("the same, each of 4 voices", "voice_sample_ns", "4", "ns/sample", ""),
    Row("the same, each of 16 voices", "voice_sample_ns", "16", "ns/sample", ""),
    Row("the same in C, each of any number of voices", "voice_sample_ns", "c", "ns/sample", ""),
    Row("16 voices, whole engine, times real time", "workloads", "voices", "x", "300"),
    Row("8 pairs in one-sample feedback", "workloads", "feedback", "x", "200"),
    Row("delays, plate, drives", "workloads", "effects", "x", "450"),
    Row("start to first sound, warm cache", "first_sound_ms", "", "ms", "1000"),
    Row("REPL line to applied, median", "repl_to_applied_ms", "median", "ms", "6.3"),
    Row("REPL line to applied, p99", "repl_to_applied_ms", "p99", "ms", ""),
    Row("a plug-in's block there and back, median", "plugin", "round_trip_us", "us", "20"),
    Row("  p99", "plugin", "round_trip_p99_us", "us", ""),
    Row("  of the median: in its own process", "plugin", "process_us", "us", ""),
    Row("16 plug-ins at once, of a quantum, median", "plugin", "of_a_quantum", "%", ""),
    Row("  p99", "plugin", "of_a_quantum_p99", "%", ""),
    Row("a plug-in's process, memory of its own", "plugin", "private_mb", "MB", ""),
    Row("  with what it shares", "plugin", "resident_mb", "MB", ""),
    Row("a plug-in, from its start to its first sound", "plugin", "first_sound_ms", "ms", ""),
    Row("500 modules, 2,000 cables: load", "large_rack", "load_ms", "ms", "1000"),
    Row("  undo", "large_rack", "undo_ms", "ms", "1000"),
    Row("  redo", "large_rack", "redo_ms", "ms", "1000"),
    Row("  save", "large_rack", "save_ms", "ms", "1000"),
    Row("  a knob to applied, against few modules", "large_rack", "turn", "x", "1.50"),
)


def run(as_json: bool = False) -> int:  # noqa: FBT001, FBT002 - the command line's switch
    """Measure, print, and return the exit code 0.

    Raises: LivepatchError: if something that is measured does not work.
    """
    document = measure()
    sys.stdout.write(json.dumps(document, indent=2) + "\n" if as_json else table(document))
    return 0


def measure() -> dict[str, Any]:
    """Every figure; takes about half a minute. Milliseconds, microseconds and nanoseconds as the keys say."""
    document: dict[str, Any] = {}
    with Stage() as stage:
        document["first_sound_ms"] = stage.first_sound_ms
        document["repl_to_applied_ms"] = stage.repl_to_applied()
        document["reload_ms"] = stage.reloads()
        document["large_rack"] = large.measure(stage)
    document.update(offline.measure())
    document["plugin"] = plugins.measure()
    return document


def table(document: dict[str, Any]) -> str:
    """The document for a reader."""
    lines = [f"{'':48}{'measured':>10} {'':10}{'budget':>8}"]
    for row in ROWS:
        value = document[row.key]
        if value is None:
            lines.append(f"{row.about:48}{'-':>10} {plugins.ABSENT}")
            continue
        for part in row.part.split(".") if row.part else ():
            value = value[part]
        lines.append(f"{row.about:48}{value:10.2f} {row.unit:10}{row.budget:>8}")
    return "\n".join(lines) + "\n"
