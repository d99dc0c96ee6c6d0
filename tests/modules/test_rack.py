"""Rack's modules: every param, input and output has its place, or a reason to have none."""

import pytest

from livepatch.panel import RackModel
from tests.rendering import MODULES, panel_of_type

PORTS = {
    "8vert": (8, 8, 8),
    "ADSR": (9, 6, 1),
    "CVMix": (3, 3, 1),
    "Compare": (1, 2, 8),
    "Delay": (8, 6, 2),
    "Fade": (2, 3, 2),
    "Gates": (2, 3, 6),
    "Logic": (1, 2, 8),
    "Merge": (0, 16, 1),
    "MidSide": (2, 6, 4),
    "Mixer": (1, 6, 1),
    "Mult": (0, 1, 8),
    "Mutes": (10, 10, 10),
    "Octave": (1, 2, 1),
    "Process": (2, 3, 6),
    "Pulses": (10, 0, 20),
    "Push": (2, 2, 2),
    "Quantizer": (1, 1, 1),
    "Rescale": (4, 1, 1),
    "SEQ3": (39, 5, 16),
    "SHASR": (3, 16, 8),
    "SequentialSwitch1": (1, 3, 4),
    "SequentialSwitch2": (1, 6, 1),
    "Split": (0, 1, 16),
    "Sum": (1, 1, 1),
    "Unity": (2, 12, 4),
    "VCA": (2, 6, 2),
    "VCA-1": (2, 2, 1),
    "VCF": (7, 4, 2),
    "VCMixer": (5, 9, 5),
}
"""How many params, inputs and outputs a module of Fundamental has."""
MOMENTARY = {"SEQ3": {1, *range(28, 36)}, "Push": {1}, "VCF": {1}}
"""Params that only flip what a Rack patch keeps elsewhere, or that Rack 2 has no more."""
DATA = {
    "Merge": {"channels"},
    "Mixer": {"average", "invert"},
    "Push": {"hold"},
    "Quantizer": {"enabledNotes"},
    "Rescale": {"reflectMin", "reflectMax"},
    "SEQ3": {"clockPassthrough", "gates", "running"},
    "SequentialSwitch1": {"declick"},
    "SequentialSwitch2": {"declick"},
    "Unity": {"merge"},
    "VCMixer": {"chExp", "mixExp"},
}
"""What a module of Fundamental keeps besides, and ours has switches for."""
MODELS: dict[str, RackModel] = {}
for path in MODULES.glob("*.py"):
    MODELS |= panel_of_type(path.stem).rack


@pytest.mark.parametrize("model", [name for name in PORTS if f"Fundamental/{name}" in MODELS])
def test_every_param_input_and_output_has_its_place(model: str) -> None:
    params, inputs, outputs = PORTS[model]
    found = MODELS[f"Fundamental/{model}"]
    assert set(found.params) == set(range(params)) - MOMENTARY.get(model, set())
    assert set(found.inputs) == set(range(inputs))
    assert set(found.outputs) == set(range(outputs))
    assert set(found.data) >= DATA.get(model, set())
