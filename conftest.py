"""What every test may ask for: a JACK server of its own, and pseudo-terminals where the system has any.

On a machine for checks (`CI=true`) hypothesis tries the same cases for the same code; elsewhere others each time.
"""

import os

import hypothesis
import pytest

pytest_plugins = ["tests.jack_server"]
hypothesis.settings.register_profile("checks", derandomize=True, deadline=None)
hypothesis.settings.register_profile("workshop", deadline=None)
hypothesis.settings.load_profile("checks" if os.environ.get("CI") == "true" else "workshop")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `terminal` in a bare chroot, which has no /dev/pts."""
    if _has_terminals():
        return
    for item in items:
        if item.get_closest_marker("terminal"):
            item.add_marker(pytest.mark.skip(reason="this system has no pseudo-terminals"))


def _has_terminals() -> bool:
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True
