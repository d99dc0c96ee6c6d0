"""`python -m livepatch` is the `livepatch` command."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the current folder, before anything is imported from a file there

from livepatch.cli import main

if __name__ == "__main__":
    main()
