"""Numbers too small to hear count as 0 in the thread that asks: they would slow plug-ins down a hundred times."""

import ctypes  # the C library's view of the processor's control word has no other way in
import platform

CONTROL_WORD = 28
"""Where the control word of SSE lies in what fegetenv(3) gives, on x86-64."""
FLUSH_TO_ZERO = 0x8000
DENORMALS_ARE_ZERO = 0x0040
SIZE = 32
_LIBRARIES = ("libm.so.6", "libm.so")


def forget_small_numbers() -> bool:
    """Treat them as 0 in this thread; whether that is possible here (on x86-64 under Linux)."""
    if platform.system() != "Linux" or platform.machine() not in {"x86_64", "AMD64"}:
        return False
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        environment = (ctypes.c_uint8 * SIZE)()
        library.fegetenv(environment)
        word = int.from_bytes(bytes(environment[CONTROL_WORD:SIZE]), "little")
        word |= FLUSH_TO_ZERO | DENORMALS_ARE_ZERO
        environment[CONTROL_WORD:SIZE] = list(word.to_bytes(4, "little"))
        library.fesetenv(environment)
        return True
    return False
