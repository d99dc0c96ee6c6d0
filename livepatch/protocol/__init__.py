"""All that processes share: messages, channels, shared memory, starting children."""
