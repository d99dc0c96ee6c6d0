"""`livepatch bench`: what this machine makes of livepatch, each figure beside its budget."""

from livepatch.bench.report import run

__all__ = ["run"]
