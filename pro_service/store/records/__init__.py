"""Rows to core values and back, by noun; each function takes the session of its use case."""
