"""Reaches out: one thin module for each outside thing."""
