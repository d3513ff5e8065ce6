"""Runs the service: the metronome as a process of its own, and the demonstration."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from pro_service.entrypoints import metronome
from pro_service.entrypoints.wiring import wired


@click.command("clock")
@with_appcontext
def clock() -> None:
    """Run the metronome in the foreground: any number of them may run at once."""
    click.echo("clock running, stop with Ctrl-C", err=True)
    metronome.in_foreground(_app(), every_s=wired().tick_s).start()


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Set up the demonstration if need be, and serve it in the foreground."""


def _app() -> Flask:
    # The command outlives its own application context: beats push their own.
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001
