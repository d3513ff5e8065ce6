"""The definitions that commands without a database work with: those of the installation's questionnaires folder."""

from collections.abc import Mapping

import click
from flask.cli import ScriptInfo

from pro_service.core.instrument import Instrument
from pro_service.core.protocol import Protocol
from pro_service.entrypoints.wiring import glanced_at
from pro_service.store.catalogue import Catalogue, load_instruments, load_protocols


def protocols_here() -> Mapping[str, Protocol]:
    """Protocols by version."""
    found = _of_application()
    return load_protocols() if found is None else found.protocols


def instruments_here() -> Mapping[str, Instrument]:
    """Instruments by code."""
    found = _of_application()
    return load_instruments() if found is None else found.instruments


def _of_application() -> Catalogue | None:
    """What the application has read at its start; None for a command that is run without one."""
    context = click.get_current_context(silent=True)
    found = context.find_object(ScriptInfo) if context else None
    if found is None:
        return None
    with found.load_app().app_context():
        return glanced_at().installation.catalogue
