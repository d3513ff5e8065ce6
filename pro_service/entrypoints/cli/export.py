"""`flask export`: a study's data in a folder, with their dictionary and the fingerprint of every file."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.wiring import wired
from pro_service.services.exports import FORMATS, export_study


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant with its zone."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant; write one as 2026-09-01T00:00:00Z", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no zone; write 2026-09-01T00:00:00Z or +02:00", param, ctx)
        return instant


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
@with_appcontext
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
