"""livepatch bench, for real: every figure is there, and possible."""

import json
import sys
from pathlib import Path

import pytest

from livepatch.bench import report
from tests.real_session import real_session

STAGES = ("notice", "rewrite", "translate", "compile", "rehearse", "swap", "between")

pytestmark = pytest.mark.timeout(300)


def test_every_figure_is_measured(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        done = session.livepatch("bench", "--json")

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) == {row.key for row in report.ROWS}
    assert document["reload_ms"]["n"] == 20
    assert 0.0 < document["reload_ms"]["median"] <= document["reload_ms"]["worst"]
    assert set(document["reload_ms"]["stages"]) == set(STAGES)
    assert sum(document["reload_ms"]["stages"].values()) < 2.0 * document["reload_ms"]["worst"]
    assert 0.0 < document["repl_to_applied_ms"]["median"] <= document["repl_to_applied_ms"]["p99"]
    assert 0.2 < document["step_vs_c"] < 5.0
    assert document["voice_sample_ns"]["16"] < document["voice_sample_ns"]["1"]
    assert min(document["workloads"].values()) > 1.0
    assert min(document["large_rack"].values()) > 0.0
    plugin = document["plugin"]
    assert 0.0 < plugin["process_us"] < plugin["round_trip_us"] <= plugin["round_trip_p99_us"]
    assert 0.0 < plugin["of_a_quantum"] <= plugin["of_a_quantum_p99"]
    if sys.platform == "linux":
        assert 0.0 < plugin["private_mb"] < plugin["resident_mb"] < 100.0
    assert plugin["first_sound_ms"] > 0.0
    feedback = document["feedback_ns_per_sample"]
    assert feedback["loop"] > feedback["blockwise"] > 0.0


def test_the_table_shows_each_figure_beside_its_budget() -> None:
    document = {
        "reload_ms": {"median": 1.0, "worst": 2.0, "stages": dict.fromkeys(STAGES, 0.1)},
        "step_vs_c": 1.01,
        "idle_module_us": 0.1,
        "voice_ns_per_sample": 50.0,
        "feedback_ns_per_sample": {"loop": 90.0, "blockwise": 40.0},
        "voice_sample_ns": {"1": 9.0, "4": 4.0, "16": 1.0, "c": 9.0},
        "workloads": {"voices": 300.0, "feedback": 200.0, "effects": 450.0},
        "first_sound_ms": 800.0,
        "repl_to_applied_ms": {"median": 2.0, "p99": 4.0},
        "large_rack": {"load_ms": 90.0, "undo_ms": 9.0, "redo_ms": 90.0, "save_ms": 20.0, "turn": 1.1},
        "plugin": None,
    }

    lines = report.table(document).splitlines()

    assert lines[10].split()[-3:] == ["1.01", "x", "1.15"]
    assert len(lines) == 1 + len(report.ROWS)
    assert sum("there is no C compiler" in line for line in lines) == 8
