"""livepatch: a modular synthesizer played by writing Python in a terminal."""

__version__ = "0.1.0"
