"""A block that Python hands to compiled code is let go when nobody has it any more."""

import gc
import sys
from collections.abc import Callable

from librt.vecs import vec

from livepatch.compiler.counting import counted
from tests.conftest import Playable

TEXT = '''"""Test."""

from livepatch.module import Module, buffer, inlet, outlet


class Test(Module):
    """Hands on what it hears."""

    audio = inlet("What to hand on")
    out = outlet("The same")
    tape = buffer(frames=4800)

    def step(self) -> None:
        self.tape[0] = self.audio
        self.out = self.tape[0]
'''
FRAMES = 48000
TIMES = 50


def _blocks_in_memory() -> int:
    """How many pieces of memory the interpreter has handed out and not taken back."""
    gc.collect()
    return sys.getallocatedblocks()


def test_a_block_set_from_python_is_not_kept_beyond_the_next(native: Callable[..., Playable]) -> None:
    module = native(TEXT).module
    for name in ("audio", "out", "tape"):
        setattr(module, name, vec[float]([0.0] * FRAMES))
        before = _blocks_in_memory()
        for _ in range(TIMES):
            setattr(module, name, vec[float]([0.0] * FRAMES))
        assert _blocks_in_memory() - before < TIMES / 2


def test_a_block_handed_to_a_function_is_given_back() -> None:
    taken = """            arg_block = VecFloatApi.unbox(obj_block);
            if (VEC_IS_ERROR(arg_block)) {
                CPy_TypeError("vec[float]", obj_block); goto fail;
            }
"""
    assert counted(taken) == taken + "            VEC_FLOAT_DECREF(arg_block);\n"
