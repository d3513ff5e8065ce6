"""Decides: pure functions on frozen values; no input or output, no clock, no framework."""
