"""Starts: translates the outside into one service call, and the result back."""
