"""The Python that livepatch's own processes run in."""

import sys

PYTHON = (sys.executable, "-P")
"""Begins the command; `-P`: nothing is imported from the current folder, whatever the files there are called."""
