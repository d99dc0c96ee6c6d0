"""How the tests of the modules render them: compiled."""

from collections.abc import Callable, Mapping

import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render, Rendered, Setup, Volts, panel_of_type


class CompiledRender:
    """Renders built-in modules as native code; only the inlets that are given have a cable."""

    def __init__(self, native: Callable[..., Playable]) -> None:
        self.native = native

    def __call__(
        self,
        type: str,
        frames: int,
        given: Mapping[str, Volts],
        *,
        sample_rate: float = 48000.0,
        seed: int = 1,
        block: int = 64,
    ) -> Rendered:
        setup = Setup(panel_of_type(type).whole(), frames, given)
        playable = self.native(MODULES / f"{type}.py", sample_rate=sample_rate, seed=seed)
        for outlet in playable.panel.outlets:
            if hasattr(playable.module, f"connected_{outlet.name}"):
                setattr(playable.module, f"connected_{outlet.name}", True)
        normalled = {inlet.name for inlet in setup.panel.inlets if isinstance(inlet.normal, str)}
        inlets = {name: volts for name, volts in setup.inlets.items() if name in given or name in normalled}
        return playable.render(frames, {**setup.knobs, **inlets, **setup.switches, **setup.buttons}, block=block)


@pytest.fixture(scope="session")
def render(native: Callable[..., Playable]) -> Render:
    return CompiledRender(native)
