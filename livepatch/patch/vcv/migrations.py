"""What older versions of Rack's modules meant by what they wrote, where the newest mean something else.

Facts of VCV Fundamental 2 as its modules read older patches; a module of Rack is named by plugin and model.
"""

import re
from collections.abc import Mapping
from typing import Any

Version = tuple[int, ...]

STARTS: dict[str, dict[int, float]] = {
    "Befaco/SlewLimiter": {1: 0.0, 2: 0.0},
    "Fundamental/ADSR": {0: 0.5, 1: 0.5, 3: 0.5, 4: 1.0, 5: 1.0, 6: 1.0, 7: 1.0},
    "Fundamental/Delay": {0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.0, 5: 1.0, 6: 1.0, 7: 1.0},
    "Fundamental/Fade": {1: 0.0},
    "Fundamental/LFO": {0: 1.0, 4: 0.0, 6: 0.0},
    "Fundamental/LFO2": {0: 1.0, 4: 0.0, 5: 1.0},
    "Fundamental/Random": {5: 0.2, 6: 1.0, 7: 1.0, 8: 1.0, 9: 1.0},
    "Fundamental/Rescale": {0: 0.0},
    "Fundamental/Scope": {0: 0.0, 2: 0.0},
    "Fundamental/VCF": {0: 0.5681, 5: 1.0, 6: 1.0},
    "Fundamental/VCO": {6: 0.0},
    "Fundamental/VCO2": {5: 1.0},
}
"""Where params stand that a patch does not have, if that is elsewhere than ours: at Rack's defaults.

Depths of inlets are at 1, as they were before there was a knob for them."""
DATA_STARTS: dict[str, dict[str, Any]] = {
    "Fundamental/Fade": {"panLaw": 0},
    "Fundamental/SEQ3": {"clockPassthrough": False},
}
"""The same of what modules keep besides."""
PLUGINS = {
    "AudibleInstrumentsPreview": "AudibleInstruments",
    "DelexanderVol1": "DelexandraVol1",
    "SequelSequencers": "DanielDavies",
    "VCV-Pro": "Fundamental",
    "VultModules": "VultModulesFree",
    "VultModulesFree": "VultModules",
}
"""Where else to look for a plugin's modules."""
_NUMBER = re.compile(r"\d+")
_RANDOM_MODE, _RANDOM_SPREAD = 3, 5
_SCOPE_XY, _SCOPE_TRIGGER = 5, 7
_MUTES = 10
_WITHOUT_DECLICK: Version = (2, 5)


def version_of(text: str) -> Version:
    """The numbers that a version begins with: 0.6.2b is (0, 6, 2), "2.beta.1" is (2,), "dev" has none."""
    numbers: list[int] = []
    for part in text.split("."):
        match = _NUMBER.match(part)
        if match is None:
            break
        numbers.append(int(match[0][:9]))
        if match[0] != part:
            break
    return tuple(numbers)


def params(model: str, read: Mapping[int, float], data: Any, *, all: bool = True) -> dict[int, float]:
    """The params of a module, with those that an older version kept elsewhere, and with `all` those it has not."""
    found = {**(STARTS.get(model, {}) if all else {}), **read}
    kept = data if isinstance(data, dict) else {}
    if model == "Fundamental/Random" and found.get(_RANDOM_MODE, 0.0) > 0.0:
        found[_RANDOM_SPREAD] = 1.0
    elif model == "Fundamental/Scope":
        for id, key in ((_SCOPE_XY, "lissajous"), (_SCOPE_TRIGGER, "external")):
            if isinstance(was := kept.get(key), int) and was:
                found[id] = 1.0
    elif model == "Fundamental/Mutes" and isinstance(states := kept.get("states"), list):
        found |= {id: 0.0 if state is True else 1.0 for id, state in enumerate(states[:_MUTES])}
    return found


def data(model: str, version: str, read: Any, *, all: bool = True) -> dict[str, Any]:
    """What a module keeps besides, with what an older version did without saying so, and with `all` the rest."""
    found = {**(DATA_STARTS.get(model, {}) if all else {}), **(read if isinstance(read, dict) else {})}
    before = version_of(version)
    if model.startswith("Fundamental/SequentialSwitch") and before and before < _WITHOUT_DECLICK:
        found.setdefault("declick", True)
    return found
