"""Patches of VCV Rack: `.vcv` of every version read, v2 written. Plain data, no processes."""
