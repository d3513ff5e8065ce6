"""`flask keyring`: the master keys, their replacement, and what cannot be read."""

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.keyring import rotation
from pro_service.services.keyring.unreadable import unreadable
from pro_service.services.refusals import NotFoundError

_NOT_ALL = 1
_BAD_INPUT = 2


@click.group("keyring")
def keyring() -> None:
    """The master keys of this installation (docs/operations.md, Keys)."""


@keyring.command("status")
@with_database
@needs(Permission.OPERATE)
def status() -> None:
    """Tell of each key what still needs it, and which rows nobody can read. Status 1 if there are such rows."""
    installation = wired().installation
    for key in rotation.status(installation):
        role = "current" if key.current else "retired" if key.retired else "older"
        uses = ", ".join(f"{name}: {count}" for name, count in key.uses.items()) or "nothing needs it"
        click.echo(f"key {key.key_id} ({role}): {uses}")
    damaged = unreadable()
    for notice in damaged:
        click.echo(f"unreadable since {notice.raised_at:%Y-%m-%d %H:%M} UTC: {notice.subject}", err=True)
    if damaged:
        raise click.exceptions.Exit(_NOT_ALL)


@keyring.command("rotate")
@with_database
@needs(Permission.OPERATE)
def rotate() -> None:
    """Bring everything over to the highest key of PRO_KEYS. It may be stopped, run again, and run beside the service.

    Status 1 if a row could not be read (`flask keyring status` names it) or is left for another run.
    """
    done = rotation.rotate(wired().installation, now=wired().clock())
    click.echo(f"{done.renewed} rows written anew, {done.unreadable} unreadable, {done.left} left")
    if done.left or done.unreadable:
        raise click.exceptions.Exit(_NOT_ALL)


@keyring.command("retire")
@click.argument("key_id", type=int)
@with_database
@needs(Permission.OPERATE)
def retire(*, key_id: int) -> None:
    """Let key KEY_ID be missing from PRO_KEYS from now on. Refused while a row needs it."""
    try:
        with problems_to_stderr():
            rotation.retire(wired().installation, key_id=key_id, now=wired().clock())
    except NotFoundError:
        click.echo(f"there is no key {key_id}; `flask keyring status` lists them", err=True)
        raise click.exceptions.Exit(_BAD_INPUT) from None
    click.echo(f"key {key_id} is retired: take it out of PRO_KEYS")
