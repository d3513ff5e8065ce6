"""The application for WSGI servers and the flask command, with its settings from the environment."""

from pro_service.app import from_environment

app = from_environment()
