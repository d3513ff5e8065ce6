"""`flask copies make`, `verify`: certified copies of the sites' data."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.needs import needs, open_to_all
from pro_service.entrypoints.wiring import wired
from pro_service.services.copies import CopyFault, check_copy, make_copies
from pro_service.store.signing import PublicKeyError, Verifier, verifier_from


@click.group("copies")
def copies() -> None:
    """Certified copies of the sites' data: a PDF, the tables, the trail and a signed manifest, one file a site."""


@copies.command("make")
@click.argument("study", default="")
@click.option("--site", help="The code of one site; without it, every site.")
@with_database
@needs(Permission.OPERATE)
def make(*, study: str, site: str | None) -> None:
    """Make the copies of STUDY now, and print the file of each site."""
    wiring = wired()
    with problems_to_stderr():
        code = study_given(study).code
        made = make_copies(wiring.installation, study=code, site=site, now=wiring.clock())
    for one in made:
        click.echo(f"{one.path}{'' if one.new else ' (unchanged)'}")


@copies.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--public-key", help="In base64; without it, that of this installation.")
@with_appcontext
@open_to_all("whoever has a copy and the public key may check it")
def verify(*, files: tuple[Path, ...], public_key: str | None) -> None:
    """Check that each of FILES is whole and signed. Status 1 and the first fault of each that is not."""
    verifier = _verifier(public_key)
    faults = 0
    for path in files:
        try:
            manifest = check_copy(path, verifier=verifier)
        except CopyFault as fault:
            click.echo(f"{path}: {fault}", err=True)
            faults += 1
        else:
            click.echo(f"{path}: right, site {manifest['site']}, data as of {manifest['cut_off']}")
    if faults:
        raise click.exceptions.Exit(1)


def _verifier(public_key: str | None) -> Verifier:
    if public_key is None:
        with problems_to_stderr():
            return wired().installation.signer.verifier
    try:
        return verifier_from(public_key)
    except PublicKeyError as error:
        raise click.BadParameter(str(error)) from error
