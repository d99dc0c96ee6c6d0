"""Plug-ins of the VST3 kind."""
