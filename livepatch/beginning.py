"""The beginning of a new module: `livepatch new` writes its file and a test of it."""

import keyword
import sys
from pathlib import Path

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.session.sources import type_of

MODULE = '''\
"""{words}: say here what it is."""

from livepatch.dsp import absolute, maximum
from livepatch.module import Module, inlet, knob, light, outlet


class {title}(Module):
    """Say here in one sentence what it does; `livepatch modules` lists it."""

    # The panel, in the order in which it is shown. The first inlet and the first outlet are the main ones.
    level = knob(0.0, 2.0, 1.0, "Level", unit="%", multiplier=100.0, description="times the sound")
    audio = inlet("Audio")
    out = outlet("Audio")
    loud = light("Loud", colour="green")
    bypass = {{"audio": "out"}}  # while it is bypassed, sound goes straight through

    # State: it stays from one sample to the next, and when you save this file while it plays.
    height = 0.0

    def step(self) -> None:
        """Compute one sample of one voice: read knobs and inlets, assign outlets (volts) and lights (0 to 1)."""
        self.out = self.level * self.audio
        self.height = maximum(absolute(self.out), 0.9995 * self.height)
        self.loud = 0.1 * self.height
'''
TEST = '''\
"""What {type} does to volts: `{command} {test}`."""

from pathlib import Path
from runpy import run_path

{title} = run_path(str(Path(__file__).parents[{up}] / "modules" / "{type}.py"))["{title}"]


def test_the_level_multiplies_the_sound() -> None:
    module = {title}(sample_rate=48000.0)
    module.audio = 5.0
    module.level = 0.5
    module.step()
    assert module.out == 2.5


def test_the_light_goes_out_when_the_sound_is_gone() -> None:
    module = {title}(sample_rate=48000.0)
    module.audio = 5.0
    module.step()
    assert module.loud == 0.5
    module.audio = 0.0
    for _ in range(48000):
        module.step()
    assert module.loud < 1e-6
'''


def new_module(workspace: Path, name: str) -> int:
    """Write a module file and its test into the workspace and print their paths; 0.

    Raises: LivepatchError: if the name cannot be one, or there is such a file or built-in module already.
    """
    type = name.removesuffix(".py")
    if keyword.iskeyword(type):
        raise LivepatchError(f"a module cannot be called {name!r}, a word of Python's own; {type}_1 would do")
    if type_of(Path(f"{type}.py")) != type or type != type.lower() or not type.isascii():
        raise LivepatchError(f"a module cannot be called {name!r}; use small letters, digits and _, as in my_vco")
    tests = _tests_folder(workspace)
    module, test = workspace / "modules" / f"{type}.py", tests / f"test_{type}.py"
    for path in (module, test):
        if path.exists():
            raise LivepatchError(f"{path} is there already; choose another name")
    if (locations.bundled() / "modules" / f"{type}.py").exists():
        raise LivepatchError(
            f'{type} comes with livepatch: edit("{type}") gives you a copy, or choose another name'
        )
    title = "".join(word.capitalize() for word in type.split("_"))
    words = type.replace("_", " ").capitalize()
    up = len(tests.relative_to(workspace).parts)
    _write(module, MODULE.format(title=title, words=words))
    command = "./run test" if (workspace / "run").is_file() else "pytest"
    _write(test, TEST.format(title=title, type=type, up=up, command=command, test=test.relative_to(workspace)))
    sys.stdout.write(f"{module}\n{test}\n")
    return 0


def _tests_folder(workspace: Path) -> Path:
    """Where the workspace keeps tests of modules."""
    mirrored = workspace / "tests" / "modules"
    return mirrored if mirrored.is_dir() else workspace / "tests"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise LivepatchError(f"{path} cannot be written: {error.strerror}") from error
