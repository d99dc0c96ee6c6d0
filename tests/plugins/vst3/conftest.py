"""The plug-in of the tests, built once."""

from pathlib import Path

import pytest

from tests.plugins.vst3.synth_bundle import vst3_bundle


@pytest.fixture(scope="session", params=["", "SINGLE"], ids=["separate", "single"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plug-in with its halves apart, and as one."""
    return vst3_bundle(tmp_path_factory.mktemp("vst3"), "Synth", *filter(None, [request.param]))


@pytest.fixture(scope="session")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plug-in with its halves apart."""
    return vst3_bundle(tmp_path_factory.mktemp("vst3"))
