"""How the tests of the modules render them."""

import pytest

from tests.rendering import Render, render_plain


@pytest.fixture(scope="session")
def render() -> Render:
    return render_plain
