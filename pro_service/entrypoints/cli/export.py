"""`flask export`: a study's data in a folder, with their dictionary and the fingerprint of every file."""

from datetime import datetime
from pathlib import Path

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import Instant
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.exports import FORMATS, export_study


@click.command("export")
@click.argument("study")
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A new or empty folder, or that of an earlier export, which is replaced.",
)
@click.option(
    "--formats", default="csv", show_default=True, help=f"Separated by commas, of: {', '.join(FORMATS)}."
)
@click.option(
    "--cut-off",
    type=Instant(),
    help="As of when phases and expectations are told; by default the newest entry, so that unchanged data give the "
    "same bytes.",
)
@with_database
@needs(Permission.EXPORT)
def export(*, study: str, out: Path, formats: str, cut_off: datetime | None) -> None:
    """Write the data of STUDY into a folder, complete or not at all.

    The folder's path goes to standard output, progress to standard error.
    """
    names = tuple(name.strip() for name in formats.split(",") if name.strip())
    with problems_to_stderr():
        done = export_study(
            wired().installation,
            study=study,
            out=out,
            formats=names,
            cut_off=cut_off,
            progress=_tell,
        )
    click.echo(f"cut-off {done.cut_off.isoformat()}, {done.problems} problems", err=True)
    click.echo(done.folder)


def _tell(table: str, rows: int) -> None:
    click.echo(f"{table}: {rows} rows", err=True)
