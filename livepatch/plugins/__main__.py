"""`python -m livepatch.plugins WORD`: the processes that plug-ins are loaded into."""
# ruff: noqa: PLC0415 - each loads what it needs

import sys


def main() -> None:
    """Do what the first word says."""
    word, words = sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:]
    if word == "describe":
        from livepatch.plugins import description

        description.main(words)
    sys.stderr.write("usage: python -m livepatch.plugins describe ...\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
