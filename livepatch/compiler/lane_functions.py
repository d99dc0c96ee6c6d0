"""What functions become when voices play side by side."""

from livepatch.dsp import lanes

_NUMBERS = (
    *("floor", "nearest", "frac", "absolute", "sign", "minimum", "maximum", "clamp", "crossfade", "sqrt"),
    *("divide", "exp2", "log2", "exp", "log", "cos1", "sin1", "quarter_sine", "tan", "tanh"),
)
FUNCTIONS: dict[str, tuple[str, str, bool]] = {
    **{name: (f"lanes_{name}", "lanes", False) for name in _NUMBERS},
    "whole_floor": ("lanes_floor", "lanes", True),
    "whole": ("lanes_whole", "lanes", True),
    "is_finite": ("lanes_is_finite", "mask", False),
}
"""Of a function of livepatch.dsp: its twin, what that gives, and whether these are whole numbers."""
MATH = {
    "floor": "whole_floor",
    "trunc": "whole",
    "fabs": "absolute",
    "sqrt": "sqrt",
    "isfinite": "is_finite",
    "exp2": "exp2",
    "exp": "exp",
}
"""The same of a function of math, by way of that table."""
ON_BUFFERS: dict[str, tuple[str, bool]] = {
    **{name: (f"lanes_{name}", True) for name in ("take_edge", "advance_wave", "start_wave")},
    **{name: (f"lanes_{name}", False) for name in ("add_step", "add_corner", "add_steps", "add_corners")},
}
"""Of a function that works on a buffer: its twin, which takes the voices it is for last; whether it gives one."""
_WORK = (
    *("divide", "over", "exp2", "log2", "exp", "log", "cos1", "sin1", "quarter_sine", "tan", "tanh"),
    *("power", "get", "put"),
)
COSTLY = frozenset({f"lanes_{name}" for name in _WORK} | {twin for twin, _ in ON_BUFFERS.values()})
"""What an arm is worth skipping for."""
TWINS = frozenset(name for name in vars(lanes) if name.startswith("lanes_"))
"""Every function that generated text may call."""
