"""Reads the words of a command line; a wrong one is told in one line."""

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
"""The exit codes of every command."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose words know it: `parser` of what it read is the one of the innermost command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_defaults(parser=self)

    def read(self, words: list[str]) -> argparse.Namespace:
        """What the words say; if that is nothing, one line on stderr, and an end with code 2."""
        options, unknown = self.parse_known_args(words)
        if unknown:
            parser: CommandParser = options.parser
            parser.error(f"does not take {' '.join(unknown)}")
        return options

    def error(self, message: str) -> NoReturn:
        """End with one line: what is wrong, and what is possible."""
        argument, _, text = message.partition(": ")
        if argument.startswith("argument ") and text.startswith("takes "):
            self.exit(WRONG_USAGE, f"{self.prog}: {argument.removeprefix('argument ')} {text}\n")
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        joint = " " if message.startswith("does not take ") else ": "
        self.exit(WRONG_USAGE, f"{self.prog}{joint}{message}; usage: {usage}\n")


def seconds(text: str) -> float:
    """A time. Raises: argparse.ArgumentTypeError: if it is none."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"takes a number of seconds above 0, not {text!r}")
    return number


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Reads whole numbers within bounds, and raises argparse.ArgumentTypeError at others."""

    def convert(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else lowest - 1
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"takes a whole number from {lowest} to {highest}, not {text!r}")
        return number

    return convert
