"""Commands for the licensed wording of questionnaires: `flask wording template`, `import` and `status`."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from getpass import getuser
from typing import Any

import click

from pro_service.core.access import Permission
from pro_service.core.definition import Problem
from pro_service.core.instrument import Instrument
from pro_service.core.wording import may_give, placeholders
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import Day
from pro_service.entrypoints.cli.definitions import instruments_here
from pro_service.entrypoints.cli.instruments import problems_to_stderr, read_input, table_lines
from pro_service.entrypoints.cli.wording_status import described
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.csv_table import InputError
from pro_service.services.wordings.importing import Terms, import_wording
from pro_service.store.db import reading
from pro_service.store.queries.wordings import NOTICE_DAYS, imports

_HEAD = (
    "code",
    "version",
    "language",
    "status",
    "licence",
    "modes",
    "valid until",
    "days left",
    "hash",
    "ask",
)
_SHORT_HASH = 12
#: The topic of a row that may stay blank.
_PARAGRAPH = "instruction, only if printed / consigne, si imprimée"


@click.group("wording")
def wording() -> None:
    """Import the licensed wording of questionnaires, and see what there is."""


@wording.command("template")
@click.argument("code")
@click.argument("language")
@needs(Permission.SEE_DEFINITIONS)
def template(code: str, language: str) -> None:
    """Print a CSV with a row for each text to be imported, its text blank, and our own label as its topic.

    At its end a row for each paragraph that its owner may print before a question: leave blank what is not printed.
    """
    with problems_to_stderr():
        instrument = _instrument(instruments_here(), code, language)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("key", "topic", "text"))
    writer.writerows((key, label, "") for key, label in placeholders(instrument, language).items())
    writer.writerows((key, _PARAGRAPH, "") for key in may_give(instrument))
    click.echo(out.getvalue(), nl=False)


@wording.command("import")
@click.argument("code")
@click.argument("language")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--licence", required=True, metavar="REF", help="The reference under which its owner allows it."
)
@click.option(
    "--valid-until",
    required=True,
    metavar="DATE",
    type=Day(),
    help="The last day of the licence.",
)
@click.option(
    "--modes",
    required=True,
    help="What the licence covers, with commas between: sms,web,app,tablet,paper,phone.",
)
@click.option(
    "--by", "actor", default=getuser, metavar="NAME", help="Who imports it; by default the account's name."
)
@with_database
@needs(Permission.MANAGE_STUDY)
def import_(
    *, code: str, language: str, file: str, licence: str, valid_until: date, modes: str, actor: str
) -> None:
    """Import the wording of instrument CODE in LANGUAGE from FILE (CSV or XLIFF; - for standard input).

    Every text is checked against the definition; if anything is wrong nothing is stored. A later import replaces an
    earlier one, which stays on record.
    """
    wiring = wired()
    names = tuple(name for each in modes.split(",") if (name := each.strip()))
    with problems_to_stderr():
        done = import_wording(
            wiring.installation,
            code=code,
            language=language,
            data=read_input(file),
            source="standard input" if file == "-" else file,
            terms=Terms(licence=licence, valid_until=valid_until, modes=names),
            actor=actor,
            now=wiring.clock(),
        )
    replaced = ", replaces an earlier import" if done.superseded else ""
    click.echo(
        f"{done.instrument} {done.version} {done.language}: {done.texts} texts, hash {done.hash}{replaced}"
    )


@wording.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of a table.")
@with_database
@needs(Permission.SEE_DEFINITIONS)
def status(*, as_json: bool) -> None:
    """Show, for each instrument and language, what was imported, how long it may be used, and whom to ask."""
    wiring = wired()
    today = wiring.clock().date()
    with reading() as session:
        found = imports(session)
    rows = [
        described(instrument, language, found.get((instrument.code, instrument.version, language)), today)
        for instrument in wiring.installation.catalogue.instruments.values()
        for language in instrument.languages
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for line in table_lines([_HEAD, *(tuple(_cells(row)) for row in rows)]):
            click.echo(line)
    for row in rows:
        if row["days_left"] is not None and row["days_left"] <= NOTICE_DAYS:
            click.echo(
                f"{row['code']} {row['language']}: last day {row['valid_until']}, "
                f"days left {row['days_left']}; ask {row['ask']}",
                err=True,
            )


def _instrument(known: Mapping[str, Instrument], code: str, language: str) -> Instrument:
    if code not in known:
        raise InputError(
            [Problem(place=code, message="is no instrument", cure=f"use one of {', '.join(known)}")]
        )
    if language not in known[code].languages:
        cure = f"use one of {', '.join(known[code].languages)}"
        raise InputError([Problem(place=language, message=f"is no language of {code}", cure=cure)])
    return known[code]


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    for key in ("code", "version", "language", "status", "licence"):
        yield row[key] or "-"
    yield ",".join(row["modes"]) if row["modes"] else "-"
    yield row["valid_until"] or "-"
    yield "-" if row["days_left"] is None else str(row["days_left"])
    yield row["hash"][:_SHORT_HASH] if row["hash"] else "-"
    yield row["ask"]
