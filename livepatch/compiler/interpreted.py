"""Generated text run as plain Python: slow, but it can be watched line by line."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from livepatch import locations

RUNTIME = "livepatch.runtime"


def load(text: str, path: Path | str, class_name: str) -> type[Any]:
    """The class of generated text, interpreted; `path` is what tracebacks call its file.

    It works whether or not the native runtime is loaded, which no interpreted class can be based on.
    """
    loaded = sys.modules.get(RUNTIME)
    sys.modules[RUNTIME] = _runtime()
    try:
        namespace: dict[str, Any] = {"__name__": class_name}
        exec(compile(text, str(path), "exec"), namespace)  # noqa: S102 - a module file is code that is to be run
    finally:
        if loaded is None:
            del sys.modules[RUNTIME]
        else:
            sys.modules[RUNTIME] = loaded
    found: type[Any] = namespace[class_name]
    return found


@cache
def _runtime() -> ModuleType:
    path = locations.PACKAGE / "runtime.py"
    spec = importlib.util.spec_from_file_location(RUNTIME, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
