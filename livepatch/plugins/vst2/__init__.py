"""Plug-ins of the VST2 kind."""
