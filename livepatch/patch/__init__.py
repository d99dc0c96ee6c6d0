"""The document: a patch, the edits that change it, and its files. Plain data, no processes."""
