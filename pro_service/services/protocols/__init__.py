"""Keeps protocol versions: which are in force, and that their files stay as they were."""
