"""Remembers: tables and files; it decides nothing."""
