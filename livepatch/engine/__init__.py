"""The engine process: it makes sound and nothing else."""
