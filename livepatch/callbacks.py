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
_BLOCK = "(self, start: int, stop: int) -> None:"
SIGNATURES = {
    **{name: f"def {name}(self) -> None:" for name in (*EVENTS, "step", "step_bypass")},
    **{name: f"def {name}{_BLOCK}" for name in ("process", "process_bypass")},
}
ARGUMENTS = {
    **dict.fromkeys((*EVENTS, "step", "step_bypass"), ("self",)),
    **dict.fromkeys(("process", "process_bypass"), ("self", "start", "stop")),
}
"""The names of their arguments."""
