"""What every test may ask for: a JACK server of its own."""

pytest_plugins = ["tests.jack_server"]
