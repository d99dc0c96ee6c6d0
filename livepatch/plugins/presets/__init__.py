"""Preset files of plug-ins, read and written as bytes: .vstpreset of VST3, .fxp and .fxb of VST2."""
