"""PROCESS: draws the modules' own pictures, so that one that never ends stalls nothing else."""
