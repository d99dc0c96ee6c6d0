"""PROCESS: turns a saved module file into native code, or says what is wrong with it and where."""
