"""The line front end: a prompt in an ordinary terminal, in words alone."""
