"""`python -m livepatch.plugins.host_process`: the process of one plug-in."""

import sys
from typing import Any


def main() -> None:
    """Play the plug-in of the command line."""
    # msgspec asks it for what typing has as well; with it come inspect, ast and tokenize, and 1 MB of memory
    modules: dict[str, Any] = sys.modules
    modules.setdefault("typing_extensions", None)
    from livepatch.plugins import host  # noqa: PLC0415 - msgspec is imported here

    host.main()


if __name__ == "__main__":
    main()
