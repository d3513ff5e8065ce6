"""Runs the parts of the service that are processes of their own."""

import click
from flask import Flask, current_app

from pro_service.core.access import Permission
from pro_service.entrypoints import metronome
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.log_lines import log_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired


@click.command("clock")
@with_database
@needs(Permission.OPERATE)
def clock() -> None:
    """Run the metronome in the foreground: any number of them may run at once."""
    log_to_stderr()
    click.echo("clock running, stop with Ctrl-C", err=True)
    metronome.in_foreground(_app(), every_s=wired().tick_s).start()


def _app() -> Flask:
    # The command outlives its own application context: beats push their own. Werkzeug names the way from the proxy
    # to its object with an underscore, documents it as public, and types the proxy as the object, which lacks it.
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001 - see above
