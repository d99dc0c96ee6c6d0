"""The command line: `livepatch` and every word it takes."""
# ruff: noqa: PLC0415 - a command loads what it needs, so that each starts quickly

import argparse
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from livepatch import __version__, locations
from livepatch.command_parser import DONE, FAILED, INTERRUPTED, WRONG_USAGE, CommandParser, seconds, whole
from livepatch.errors import LivepatchError
from livepatch.likeness import hint

FIRST_PATCH = "hello"
FILES = (".vcv", ".livepatch")
"""How files end that are patches: those of VCV Rack, and packed ones."""
DESCRIPTION = """\
A modular synthesizer played by writing Python in a terminal.

`livepatch [PATCH]` opens the rack. The sound plays on when you leave; `livepatch stop` ends it.
"""

RECOVER_HELP = "after a session that was killed: the rack as it was, without what was changed last, or empty"
Command = Callable[[argparse.Namespace], int]


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed (one line on stderr), 2 wrong usage."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Do what the words of the command line say; the exit code."""
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if not words or (words[0] not in _COMMANDS and not words[0].startswith("-")):
        if mistyped := _mistyped(words):
            sys.stderr.write(f"{mistyped}\n")
            return WRONG_USAGE
        words = ["play", *words]
    if (
        words[0] == "plugins"
        and len(words) > 1
        and not words[1].startswith("-")
        and words[1] not in _ABOUT_PLUGINS
    ):
        return _no_word_of_plugins(words[1])
    options = _parser().read(words)
    command: Command = _COMMANDS[options.command][0]
    try:
        return command(options)
    except LivepatchError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stdout.close()
        return FAILED


def _play(options: argparse.Namespace) -> int:
    from livepatch.journal import recovery
    from livepatch.protocol import client

    workspace = locations.workspace()
    patch = _whole_path(options.patch)
    crash = None
    if patch is None and not client.running(workspace):
        crash = recovery.find(locations.journals(workspace))
        patch = _first_patch(workspace) if crash is None else None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from livepatch import headless

        return headless.run(workspace, patch, recover=options.recover)
    from livepatch.tui.app import run as run_tui

    return run_tui(workspace, patch, options.recover, crash)


def _whole_path(patch: str | None) -> str | None:
    """The patch as the session finds it, which may have another current folder: a file by its whole path."""
    is_file = patch is not None and patch.lower().endswith(FILES)
    return str(Path(patch).expanduser().absolute()) if patch is not None and is_file else patch


def _first_patch(workspace: Path) -> str | None:
    found = any((folder / FIRST_PATCH).is_dir() for folder in locations.patch_folders(workspace))
    return FIRST_PATCH if found else None


def _repl(options: argparse.Namespace) -> int:
    from livepatch.repl import prompt

    return prompt.run(locations.workspace(), options.recover)


def _eval(options: argparse.Namespace) -> int:
    from livepatch import headless

    code = sys.stdin.read() if options.code == "-" else options.code
    return headless.evaluate(locations.workspace(), code, options.recover)


def _run(options: argparse.Namespace) -> int:
    from livepatch import headless

    return headless.run(
        locations.workspace(), _whole_path(options.patch), seconds=options.seconds, driver=options.driver
    )


def _render(options: argparse.Namespace) -> int:
    from livepatch import offline

    return offline.render(
        locations.workspace(),
        options.patch,
        _wave(options.output),
        options.seconds,
        options.sample_rate,
        options.block,
    )


def _replay(options: argparse.Namespace) -> int:
    from livepatch import offline

    return offline.replay(
        locations.workspace(),
        options.journal,
        _wave(options.output),
        seconds=options.seconds,
        block=options.block,
        trust=options.trust,
    )


def _wave(output: str) -> Path:
    """Where sound is written. Raises: LivepatchError: if the name is that of another kind of file."""
    path = Path(output)
    if path.suffix.lower() not in {"", ".wav"}:
        raise LivepatchError(f"{output}: sound is written as .wav; call it {path.with_suffix('.wav')}")
    return path


def _check(options: argparse.Namespace) -> int:
    from livepatch import rendering

    return rendering.check(locations.workspace(), Path(options.module), as_json=options.json)


def _modules(options: argparse.Namespace) -> int:
    from livepatch import catalogue

    return catalogue.modules(locations.workspace(), options.module, as_json=options.json)


def _patches(options: argparse.Namespace) -> int:
    from livepatch import catalogue

    return catalogue.patches(locations.workspace(), options.word, as_json=options.json)


def _plugins(options: argparse.Namespace) -> int:
    from livepatch import plug_ins

    if options.what == "scan":
        return plug_ins.scan(options.again, options.seconds, as_json=options.json)
    if options.what == "info":
        return plug_ins.info(options.plugin, as_json=options.json)
    if options.what == "presets":
        return plug_ins.presets(options.plugin, as_json=options.json)
    return plug_ins.listing(options.word if options.what else "", as_json=options.json)


def _mistyped(words: list[str]) -> str:
    """What to say of a word that is almost a command, where no patch is meant; "" if it is none."""
    if len(words) < 2 or words[1].startswith("-") or not (close := hint(words[0], _COMMANDS)):
        return ""
    return f"livepatch: there is no command {words[0]!r}{close}"


def _no_word_of_plugins(word: str) -> int:
    *others, last = _ABOUT_PLUGINS
    sys.stderr.write(
        f"livepatch plugins takes {', '.join(others)} or {last}, not {word!r}; "
        f"livepatch plugins list {word} lists those with that in them\n"
    )
    return WRONG_USAGE


def _convert(options: argparse.Namespace) -> int:
    from livepatch import conversion

    return conversion.convert(locations.workspace(), options.source, options.target)


def _pack(options: argparse.Namespace) -> int:
    from livepatch import packing

    return packing.pack(locations.workspace(), options.patch, options.output)


def _unpack(options: argparse.Namespace) -> int:
    from livepatch import packing

    return packing.unpack(locations.workspace(), options.file, options.output, large=options.large)


def _devices(options: argparse.Namespace) -> int:
    from livepatch import catalogue

    return catalogue.devices(as_json=options.json)


def _new(options: argparse.Namespace) -> int:
    from livepatch import beginning

    return beginning.new_module(locations.workspace(), options.module)


def _doctor(options: argparse.Namespace) -> int:
    from livepatch import doctor

    return doctor.run(options.json)


def _bench(options: argparse.Namespace) -> int:
    from livepatch import bench

    return int(bench.run(options.json))


def _quality(options: argparse.Namespace) -> int:
    from livepatch import quality

    output = Path(options.output) if options.output else None
    return quality.run(locations.workspace(), options.modules, output, as_json=options.json)


def _stop(_options: argparse.Namespace) -> int:
    from livepatch.protocol import client

    stopped = client.stop(locations.workspace())
    sys.stdout.write("stopped\n" if stopped else "no session was running here\n")
    return DONE


_COMMANDS: dict[str, tuple[Command, str]] = {
    "play": (_play, "the rack, in the terminal (also without the word play)"),
    "repl": (_repl, "a Python prompt"),
    "eval": (_eval, "run a piece of Python in the session and print its value"),
    "run": (_run, "play a patch without a rack on the screen"),
    "render": (_render, "write a patch's sound into a file, as fast as it goes"),
    "replay": (_replay, "write a performance into a file again, from its journal"),
    "check": (_check, "compile a module file and try it out"),
    "modules": (_modules, "list the modules that can be added, or tell all about one"),
    "plugins": (_plugins, "list the plug-ins (VST), look for them, tell all about one, list its presets"),
    "patches": (_patches, "list the patches that can be loaded"),
    "convert": (_convert, "make a patch of VCV Rack (.vcv) ours, or ours Rack's"),
    "pack": (_pack, "make one file of a patch and all that it has"),
    "unpack": (_unpack, "make such a file a patch again"),
    "devices": (_devices, "list the sound devices"),
    "new": (_new, "begin a module file, and a test of it"),
    "doctor": (_doctor, "tell what is there, and what to do about the rest"),
    "bench": (_bench, "measure this machine"),
    "quality": (_quality, "measure the modules: aliases, tuning, curves, times, levels, noise"),
    "stop": (_stop, "end the session and its sound"),
}
_ABOUT_PLUGINS = {
    "scan": "look for plug-ins that are new or have changed",
    "list": "what was found, and what cannot be used and why",
    "info": "all about one: its file, parameters, buses and programs",
    "presets": "the programs of one, and the preset files for it",
}
_WITH_JSON = ("check", "modules", "plugins", "patches", "devices", "doctor", "bench", "quality")


def _parser() -> CommandParser:
    parser = CommandParser(
        prog="livepatch", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"livepatch {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    each = {
        word: commands.add_parser(word, help=about, description=about) for word, (_, about) in _COMMANDS.items()
    }
    each["play"].add_argument("patch", nargs="?", metavar="PATCH")
    each["eval"].add_argument("code", metavar="CODE", help="Python, or - to read it from stdin")
    for word in ("play", "repl", "eval"):
        each[word].add_argument("--recover", choices=("whole", "without", "empty"), help=RECOVER_HELP)
    each["run"].add_argument("patch", metavar="PATCH")
    each["run"].add_argument("--seconds", type=seconds, help="stop after so long (until Ctrl-C without it)")
    each["run"].add_argument("--driver", choices=("sounddevice", "null"))
    each["render"].add_argument("patch", metavar="PATCH", help="name or folder")
    each["render"].add_argument("-o", "--output", required=True, metavar="OUT.wav")
    each["render"].add_argument("--seconds", type=seconds, required=True)
    each["render"].add_argument("--sample-rate", type=whole(8000, 384000), default=48000, metavar="HZ")
    each["render"].add_argument("--block", type=whole(1, 65536), default=256, metavar="FRAMES")
    each["replay"].add_argument("journal", metavar="JOURNAL", help="its folder, its number, or last")
    each["replay"].add_argument("-o", "--output", required=True, metavar="OUT.wav")
    each["replay"].add_argument("--trust", action="store_true", help="run the code in a journal from elsewhere")
    each["replay"].add_argument("--seconds", type=seconds, help="only so much of its beginning")
    each["replay"].add_argument("--block", type=whole(1, 65536), default=256, metavar="FRAMES")
    each["convert"].add_argument("source", metavar="IN", help="a .vcv file, or the name or folder of a patch")
    each["convert"].add_argument("target", metavar="OUT", help="the name or folder of a patch, or a .vcv file")
    each["pack"].add_argument("patch", metavar="PATCH", help="name or folder")
    each["pack"].add_argument("-o", "--output", metavar="OUT.livepatch", help="PATCH.livepatch here without it")
    each["unpack"].add_argument("file", metavar="FILE.livepatch")
    each["unpack"].add_argument("-o", "--output", metavar="PATCH", help="the name or folder of the patch")
    each["unpack"].add_argument("--large", action="store_true", help="though it grows far beyond the file's size")
    each["check"].add_argument("module", metavar="MODULE.py")
    each["modules"].add_argument("module", nargs="?", metavar="MODULE", help="all about this one")
    each["patches"].add_argument("word", nargs="?", default="", metavar="WORD", help="only those with it in them")
    each["new"].add_argument("module", metavar="MODULE")
    each["quality"].add_argument("modules", nargs="*", metavar="MODULE", help="without one: every built-in one")
    each["quality"].add_argument("-o", "--output", metavar="FILE", help="write into this file")
    _plugin_words(each["plugins"])
    for word in _WITH_JSON:
        each[word].add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def _plugin_words(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", metavar=" | ".join(_ABOUT_PLUGINS))
    each = {word: words.add_parser(word, help=about, description=about) for word, about in _ABOUT_PLUGINS.items()}
    each["scan"].add_argument(
        "--again", nargs="?", const="", metavar="NAME_OR_PATH", help="look at all of them, or this one, once more"
    )
    each["scan"].add_argument(
        "--seconds", type=seconds, default=30.0, help="give each plug-in so long (30 without it)"
    )
    each["list"].add_argument("word", nargs="?", default="", metavar="WORD", help="only those with it in them")
    for word in ("info", "presets"):
        each[word].add_argument("plugin", metavar="NAME_OR_PATH", help="or its id, or a part of its name")
    for one in each.values():
        one.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="one JSON document on stdout"
        )
