"""Commands for facts from other systems: `flask events import`, `discrepancies` and `lag`."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from pro_service.core.access import Permission
from pro_service.core.dataset import guarded
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr, read_input
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.fresh_facts import figures, lags
from pro_service.entrypoints.imported import document, plan_words
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients.fact_file import read_file
from pro_service.services.patients.importing import Imported, import_facts
from pro_service.store.db import reading
from pro_service.store.queries import freshness, studies

_TO_DECIDE = 1
_ALL = 100_000
_COLUMNS = ("row", "patient", "source_key", "type", "on", "outcome", "code", "explanation", "plan")
_LISTED = (
    *("id", "patient", "source", "source_key", "type", "on", "state", "code", "explanation", "told_at"),
    *("settled_at", "settled_by", "settled_note"),
)


@click.group("events")
def events() -> None:
    """Import dated facts of courses from another system, and see how fresh the facts are."""


@events.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--study", "code", default="", help="The study; may be left out where there is only one.")
@click.option("--source", default="edc", show_default=True, help="The system whose keys the file holds.")
@click.option("--preview", is_flag=True, help="Only tell what each row would do; nothing is stored.")
@click.option("--day-first", is_flag=True, help="Days are written 03/05/2026, as French Excel turns them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of CSV.")
@click.option(
    "--by", "actor", default=getuser, metavar="NAME", help="Who imports it; by default the account's name."
)
@with_database
@needs(Permission.RECORD_FACTS)
def import_(
    *, file: str, code: str, source: str, preview: bool, day_first: bool, as_json: bool, actor: str
) -> None:
    """Record the facts of FILE (CSV; - for standard input), one row a fact.

    Columns: patient, source_key, type, on; where the type has them result, disclosed_on, relation, reason, bundle;
    visit. A row that is here already changes nothing, other values under a known key correct the fact of before. A
    file with a mistake is refused whole (status 2). What the course cannot hold is listed while the rest lands: the
    status is 1 as long as somebody has to decide about a row. docs/events-import.md has an example.
    """
    wiring, name = wired(), "standard input" if file == "-" else Path(file).name
    with problems_to_stderr():
        study = study_given(code)
        rows = read_file(
            wiring.installation,
            protocol_version=study.protocol_version,
            data=read_input(file),
            source=name,
            day_first=day_first,
        )
        done = import_facts(
            wiring.installation,
            study=study.code,
            source=source,
            rows=rows,
            preview=preview,
            actor=actor,
            now=wiring.clock(),
        )
    if as_json:
        told = {"study": study.code, "source": source, **document(done)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _write(_COLUMNS, _lines(done))
    _summary(done)
    if done.open:
        raise click.exceptions.Exit(_TO_DECIDE)


@events.command("discrepancies")
@click.argument("study", default="")
@click.option("--settled", is_flag=True, help="Those that somebody settled, instead of those that wait.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of CSV.")
@with_database
@needs(Permission.SEE_PATIENTS)
def discrepancies(*, study: str, settled: bool, as_json: bool) -> None:
    """List the facts on which a source and STUDY do not agree, the longest waiting first."""
    with problems_to_stderr():
        found = study_given(study)
    with reading() as session:
        site_ids = studies.site_ids_of(session, found.id)
        rows = freshness.discrepancies(session, site_ids, settled=settled, limit=_ALL)
    _show(_LISTED, [_discrepancy(row) for row in rows], as_json=as_json)


@events.command("lag")
@click.argument("study", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of CSV.")
@with_database
@needs(Permission.SEE_PATIENTS)
def lag(*, study: str, as_json: bool) -> None:
    """Show for each site of STUDY, and for all, how many days pass between a fact and its recording."""
    with problems_to_stderr():
        found = study_given(study)
    given = wired().installation
    late_after = given.catalogue.protocols[found.protocol_version].course.late_after_days
    with reading() as session:
        table = lags(session, given, found.id, late_after=late_after)
    rows = {**table.sites, "all": table.study}
    listed = [{"site": code, **figures(each)} for code, each in rows.items()]
    _show(tuple(listed[0]), listed, as_json=as_json)


def _show(head: tuple[str, ...], listed: list[Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        _write(head, (tuple(each.values()) for each in listed))


def _lines(done: Imported) -> Iterable[tuple[Any, ...]]:
    """One line a row; the plan's difference stands in the last line of its patient."""
    last = {each.row.patient: each.row.number for each in done.rows}
    plans = {each.patient: "; ".join(plan_words(each)) for each in done.plans}
    for one in done.rows:
        row = one.row
        plan = plans.get(row.patient, "") if last[row.patient] == row.number else ""
        told = (str(one.outcome), one.code, one.explanation["en"], plan)
        yield (row.number, row.patient, row.source_key, row.event.type, row.event.on, *told)


def _write(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(head)
    for row in rows:
        lines.writerow(
            ["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row]
        )


def _summary(done: Imported) -> None:
    counts = Counter(str(each.outcome) for each in done.rows)
    said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "no rows"
    nothing = "; nothing was stored" if done.preview else ""
    click.echo(f"{said}; plans that change: {len(done.plans)}{nothing}", err=True)
    for each in done.open:
        place = f"row {each.row.number}, patient {each.row.patient}, key {each.row.source_key}"
        click.echo(f"{place}: {each.outcome}, {each.code}", err=True)  # why stands on standard output alone


def _discrepancy(row: freshness.Discrepancy) -> Mapping[str, Any]:
    cells = (
        *(row.id, row.patient_code, row.source, row.source_key, row.told["type"], row.told["on"]),
        *(row.state, row.code, row.explanation["en"], row.told_at.isoformat()),
        *(row.settled_at.isoformat() if row.settled_at else None, row.settled_by, row.settled_note),
    )
    return dict(zip(_LISTED, cells, strict=True))
