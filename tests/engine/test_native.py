"""The same tests with the engine and its modules as native code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.playing import NATIVE

HERE = Path(__file__).parent
SAME = (
    "test_graph.py",
    "test_swap.py",
    "test_events.py",
    "test_states.py",
    "test_expanders.py",
    "test_neighbours.py",
    "test_faults.py",
    "test_lights.py",
    "test_output.py",
    "test_outlets.py",
    "test_offline.py",
    "test_frames.py",
    "test_transport.py",
    "test_glides.py",
    "test_schedule.py",
    "test_voices.py",
    "test_latency.py",
    "test_alignment.py",
    "test_intake.py",
    "test_hearing.py",
)


@pytest.mark.skipif(NATIVE, reason="this is the native run")
@pytest.mark.timeout(300)
def test_the_native_engine_passes_every_test_of_the_plain_one(compiled_cache: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", *(str(HERE / name) for name in SAME)]
    environment = {**os.environ, "LIVEPATCH_TEST_NATIVE": str(compiled_cache)}
    done = subprocess.run(
        command, env=environment, cwd=HERE.parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
