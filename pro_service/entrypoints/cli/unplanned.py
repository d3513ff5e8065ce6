"""`flask patients unplanned`: those for whom nothing can be planned."""

import csv
import json
import sys

import click

from pro_service.core.access import Permission
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.fresh_facts import UnplannedPatient, unplanned_patients
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.store.db import reading
from pro_service.store.queries import studies

_COLUMNS = ("patient", "site", "code", "missing", "why")


@click.command("unplanned")
@click.argument("study", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of CSV.")
@with_database
@needs(Permission.SEE_PATIENTS)
def unplanned(*, study: str, as_json: bool) -> None:
    """List the patients of STUDY for whom nothing can be planned, each with the fact that is missing."""
    wiring = wired()
    with problems_to_stderr():
        found = study_given(study)
    with reading() as session:
        site_ids = studies.site_ids_of(session, found.id)
        rows = unplanned_patients(session, wiring.installation, site_ids, now=wiring.clock())
    listed = [dict(zip(_COLUMNS, _cells(row), strict=True)) for row in rows]
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    lines = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    lines.writeheader()
    lines.writerows(listed)


def _cells(row: UnplannedPatient) -> tuple[str, ...]:
    missing = " ".join(row.why.events)
    return (row.patient.code, row.patient.site_code, str(row.why.code), missing, row.sentence["en"])
