"""The session: the process that owns the patch and the performer's variables, and looks after the sound."""
