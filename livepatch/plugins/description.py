"""`python -m livepatch.plugins describe`: looks at one plug-in file, and is allowed to crash."""

import argparse
import faulthandler
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from livepatch.plugins.plugin import PluginError
from livepatch.protocol.children import follow_parent
from livepatch.protocol.plugin_facts import Facts

GRACE_SECONDS = 5
"""How much longer than it may the process stays, if the one that started it is gone."""
NICENESS = 10


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The plug-ins of a file, or why there are none."""

    plugins: tuple[Facts, ...] = ()
    problem: str = ""


def main(words: Sequence[str]) -> NoReturn:
    """Write the answer, as one JSON document, to the descriptor that the command line names, and end at once."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.plugins describe")
    parser.add_argument("format", choices=("vst2", "vst3"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--answer-fd", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(words)
    follow_parent()
    os.set_inheritable(options.answer_fd, False)
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    _die_first()
    signal.alarm(int(options.seconds) + GRACE_SECONDS)
    sys.stderr.write(f"--- {options.path}\n")
    sys.stderr.flush()
    answer = encode(describe(options.format, options.path))
    with open(options.answer_fd, "wb") as output:  # noqa: PTH123 - a descriptor has no path
        output.write(answer)
    sys.stderr.flush()
    os._exit(0)  # unloading is what crashes most


def encode(answer: Answer) -> bytes:
    """The JSON document; of what no document can say, such as a parameter that is no number, that."""
    try:
        data = msgspec.json.encode(answer)
        msgspec.json.decode(data, type=Answer)
    except (ValueError, msgspec.MsgspecError) as error:
        return msgspec.json.encode(Answer(problem=f"it says something of itself that cannot be ({error})"))
    return data


def _die_first() -> None:
    """Have the system take the memory of this process, not of the one that sounds, if a plug-in uses it all up."""
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        score.write_text("1000")


def describe(format: str, path: Path) -> Answer:
    """The plug-ins of a file, which is loaded into this process."""
    try:
        plugins = tuple(_plugins(format, path))
    except PluginError as error:
        return Answer(problem=" ".join(str(error).split()))
    except Exception as error:  # noqa: BLE001 - whatever a plug-in makes go wrong, the next one is scanned
        traceback.print_exc()
        return Answer(problem=f"livepatch cannot tell what it is ({type(error).__name__}: {error})")
    return Answer(plugins) if plugins else Answer(problem=f"{path} has no plug-in")


def _plugins(format: str, path: Path) -> list[Facts]:
    if format == "vst3":
        from livepatch.plugins.vst3 import loading as vst3  # noqa: PLC0415 - only one of them is needed

        return vst3.describe(path)
    from livepatch.plugins.vst2 import loading as vst2  # noqa: PLC0415 - as above

    return vst2.describe(path)
