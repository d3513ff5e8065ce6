"""`flask signing public-key`: what whoever checks anchors and copies needs."""

import click
from flask.cli import with_appcontext

from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import open_to_all
from pro_service.entrypoints.wiring import wired


@click.group("signing")
def signing() -> None:
    """The key with which anchors of the audit trail and certified copies are signed."""


@signing.command("public-key")
@with_appcontext
@open_to_all("a public key is for everybody")
def public_key() -> None:
    """Print the public key (base64) on standard output, its id on standard error."""
    with problems_to_stderr():
        verifier = wired().installation.signer.verifier
    click.echo(f"key id {verifier.key_id}", err=True)
    click.echo(verifier.text)
