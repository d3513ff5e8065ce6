"""`flask archive export`, `import`, `dump`: the whole of an installation's data as text, and back."""

import sys
from pathlib import Path

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database, with_schema
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.archive import dump as dump_rows
from pro_service.services.archive import export_archive, import_archive
from pro_service.store.signing import PublicKeyError, Verifier, verifier_from


@click.group("archive")
def archive() -> None:
    """Archives of the whole database: every row of every table, the definitions, a signed manifest; no key."""


@archive.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@with_database
@needs(Permission.OPERATE)
def export(*, folder: Path) -> None:
    """Write an archive into the new folder FOLDER."""
    wiring = wired()
    with problems_to_stderr():
        done = export_archive(wiring.installation, out=folder, definitions=wiring.questionnaires)
    click.echo(f"{sum(done.rows.values())} rows, signed with key {done.key_id}", err=True)
    click.echo(folder)


@archive.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--public-key", help="Of whoever wrote it, in base64; without it, the key that the archive names."
)
@with_schema
@needs(Permission.OPERATE)
def import_(*, folder: Path, public_key: str | None) -> None:
    """Put the archive of FOLDER into this blank, migrated database, wholly or not at all."""
    with problems_to_stderr():
        done = import_archive(source=folder, verifier=_verifier(public_key))
    click.echo(f"{sum(done.rows.values())} rows, signed with key {done.key_id}")


@archive.command("dump")
@with_schema
@needs(Permission.OPERATE)
def dump() -> None:
    """Write every row to standard output, as text that is the same for the same data on every database."""
    for line in dump_rows():
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _verifier(public_key: str | None) -> Verifier | None:
    if public_key is None:
        return None
    try:
        return verifier_from(public_key)
    except PublicKeyError as error:
        raise click.BadParameter(str(error)) from error
