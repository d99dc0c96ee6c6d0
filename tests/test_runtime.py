"""The base of every compiled module."""

from livepatch.runtime import QUANTUM, Module


def test_a_module_without_code_plays_nothing() -> None:
    module = Module()
    module.prepare()
    module.process(0, QUANTUM)
    assert (module.sample_rate, module.seed, module.still) == (48000.0, 1, False)
