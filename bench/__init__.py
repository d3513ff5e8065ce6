"""Figures of speed: what the service costs in processor time, statements and rows a second, beside their goals."""
