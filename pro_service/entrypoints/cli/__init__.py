"""The commands of `flask`: one module a group."""

from flask import Flask

from pro_service.entrypoints.cli.demo import demo
from pro_service.entrypoints.cli.export import export
from pro_service.entrypoints.cli.instruments import instruments, score
from pro_service.entrypoints.cli.operate import clock
from pro_service.entrypoints.cli.patients import patients
from pro_service.entrypoints.cli.protocol import protocol
from pro_service.entrypoints.cli.rescore import rescore
from pro_service.entrypoints.cli.simulate import simulate
from pro_service.entrypoints.cli.wording import wording

_COMMANDS = (instruments, score, protocol, patients, simulate, export, rescore, wording, clock, demo)


def register(app: Flask) -> None:
    """Add our commands beside Flask's own."""
    for command in _COMMANDS:
        app.cli.add_command(command)
