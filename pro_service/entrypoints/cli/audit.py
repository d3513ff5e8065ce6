"""`flask audit`: walks the trail of changes and its anchors, and anchors it."""

from pathlib import Path

import click

from pro_service.core.access import Permission
from pro_service.core.definition import Problem
from pro_service.entrypoints.cli.database import with_schema
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.audit.anchors import anchor as anchor_now
from pro_service.services.audit.verifying import verify as verify_trail
from pro_service.services.csv_table import InputError
from pro_service.store.signing import PublicKeyError, Verifier, verifier_from

_UNSOUND = 1


@click.group("audit")
def audit() -> None:
    """The trail of every change."""


@audit.command("verify")
@click.option(
    "--anchors",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of anchors, or a copy of it kept elsewhere; by default that of this installation.",
)
@click.option(
    "--public-key",
    metavar="BASE64",
    help="The key the anchors are signed with; by default this installation's.",
)
@with_schema
@needs(Permission.SEE_AUDIT)
def verify(*, anchors: Path | None, public_key: str | None) -> None:
    """Check every entry, link and anchor of the trail, and every row it tells of.

    The figures go to standard output. Status 1 if anything is wrong; the first line then is the number of the first
    bad entry, and each fault is a line on standard error.
    """
    with problems_to_stderr():
        verifier = _verifier(public_key) if public_key else None
    found = verify_trail(wired().installation, anchors=anchors, verifier=verifier)
    if not found.sound:
        click.echo(f"first bad entry: {found.first_bad or 'none can be named'}")
    for fault in found.faults:
        click.echo(f"{fault.code}: entry {fault.seq or '-'}: {fault.message}", err=True)
    if found.more_faults:
        click.echo(f"and {found.more_faults} more", err=True)
    click.echo(
        f"entries {found.entries}, links {found.links}, not chained yet {found.pending}, anchors {found.anchors}, "
        f"faults {len(found.faults) + found.more_faults}"
    )
    if not found.sound:
        raise click.exceptions.Exit(_UNSOUND)


@audit.command("anchor")
@with_schema
@needs(Permission.OPERATE)
def anchor() -> None:
    """Sign how far the trail has come, now instead of at the next full hour."""
    wiring = wired()
    done = anchor_now(wiring.installation, now=wiring.clock())
    click.echo("anchored" if done else "nothing new since the last anchor")


def _verifier(text: str) -> Verifier:
    try:
        return verifier_from(text)
    except PublicKeyError as error:
        cure = "write the text that `flask signing public-key` prints"
        raise InputError([Problem(place="--public-key", message=str(error), cure=cure)]) from error
