"""The plug-ins of the tests, compiled once a session."""

from pathlib import Path

import pytest

from tests.plugins.building import build


@pytest.fixture(scope="session")
def vst2_synth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The VST2 instrument and effect whose parameters `fixtures/vst2_synth.c` lists at its top."""
    return build("vst2_synth.c", tmp_path_factory.mktemp("vst2"))
