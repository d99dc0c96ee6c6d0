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
CONTROL = ("to_json", "from_json", "on_save")
"""Called in a process beside the session, on a twin of the module."""
PLAIN = ("draw", *CONTROL)
"""Not compiled: they run as plain Python beside the sound, never in it."""
INNER = ("prepare", "refresh", "process_lanes", "load_voice", "keep_voice")
"""Methods that the compiler adds."""
_BLOCK = "(self, start: int, stop: int) -> None:"
SIGNATURES = {
    **{name: f"def {name}(self) -> None:" for name in (*EVENTS, "step", "step_bypass")},
    **{name: f"def {name}{_BLOCK}" for name in ("process", "process_bypass")},
    "draw": "def draw(self, canvas: Canvas) -> None:",
    "to_json": "def to_json(self) -> dict[str, Any]:",
    "from_json": "def from_json(self, data: dict[str, Any]) -> None:",
    "on_save": "def on_save(self) -> None:",
}
ARGUMENTS = {
    **dict.fromkeys((*EVENTS, "step", "step_bypass"), ("self",)),
    **dict.fromkeys(("process", "process_bypass"), ("self", "start", "stop")),
    "draw": ("self", "canvas"),
    "to_json": ("self",),
    "from_json": ("self", "data"),
    "on_save": ("self",),
}
"""The names of their arguments."""
