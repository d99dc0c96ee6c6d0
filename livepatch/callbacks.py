"""The methods of a module that livepatch calls, and how each is written."""

EVENTS = (
    "on_add",
    "on_remove",
    "on_reset",
    "on_randomize",
    "on_sample_rate_change",
    "on_expander_change",
)
"""Called between two quanta, in the thread that plays: compiled, as `step()` is."""
SOUNDING = ("step", "process")
BYPASSED = ("step_bypass", "process_bypass")
"""What plays while the module is bypassed."""
PLAIN = ("draw",)
"""Not compiled: they run as plain Python beside the sound, never in it."""
_BLOCK = "(self, start: int, stop: int) -> None:"
SIGNATURES = {
    **{name: f"def {name}(self) -> None:" for name in (*EVENTS, "step", "step_bypass")},
    **{name: f"def {name}{_BLOCK}" for name in ("process", "process_bypass")},
    "draw": "def draw(self, canvas: Canvas) -> None:",
}
ARGUMENTS = {
    **dict.fromkeys((*EVENTS, "step", "step_bypass"), ("self",)),
    **dict.fromkeys(("process", "process_bypass"), ("self", "start", "stop")),
    "draw": ("self", "canvas"),
}
"""The names of their arguments."""
