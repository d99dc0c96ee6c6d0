"""Front end: the rack and the REPL in a terminal."""
