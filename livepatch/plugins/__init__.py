"""Plug-ins: what runs in a process of its own for each of them. VST is a trademark of Steinberg."""
