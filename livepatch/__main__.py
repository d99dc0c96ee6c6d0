"""`python -m livepatch` is the `livepatch` command."""

from livepatch.cli import main

if __name__ == "__main__":
    main()
