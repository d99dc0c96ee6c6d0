"""The journal: everything that was done to the rack, on disk as it happens; plain files, no processes."""
