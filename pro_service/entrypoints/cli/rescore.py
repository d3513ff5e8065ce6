"""`flask rescore`: a study's answers scored by the rules of today, and every score that comes out otherwise."""

import csv
import json
import sys
from typing import Any

import click

from pro_service.core.access import Permission
from pro_service.core.dataset import guarded
from pro_service.core.scoring import Score
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.scores.rescoring import Changed, Rescored
from pro_service.services.scores.rescoring import rescore as rescore_study

_INCOMPLETE = 1
_SIDES = ("value", "reason", "items_used", "items_missing", "version")
_COLUMNS = (
    *("patient", "timepoint", "instrument", "instrument_version", "sitting", "scale"),
    *(f"{side}_{name}" for side in ("old", "new") for name in _SIDES),
)


@click.command("rescore")
@click.argument("study")
@click.option("--dry-run", is_flag=True, help="Only tell what would differ; nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of CSV.")
@with_database
@needs(Permission.MANAGE_STUDY)
def rescore(*, study: str, dry_run: bool, as_json: bool) -> None:
    """Score every finished response of STUDY by the rules of today, and keep the older scores beside the new.

    Every score that comes out otherwise goes to standard output, a summary to standard error. Answers are never
    touched, and no alert is raised or changed. It may run while the service does, and again: the second time adds
    nothing. The status is 1 if something could not be scored or a stored score is not what its own version gives.
    """
    with problems_to_stderr():
        done = rescore_study(
            wired().installation, study=study, now=wired().clock(), dry_run=dry_run, progress=_tell
        )
    if as_json:
        click.echo(json.dumps(_document(study, done, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _write_csv(done)
    _summary(done, dry_run=dry_run)
    if done.left or done.untrue:
        raise click.exceptions.Exit(_INCOMPLETE)


def _tell(done: int, known: int) -> None:
    if done % 1_000 == 0:
        click.echo(f"{done} of {known} responses", err=True)


def _write_csv(done: Rescored) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for one in done.changed:
        cells = _cells(one).values()
        lines.writerow(
            ["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in cells]
        )


def _document(study: str, done: Rescored, *, dry_run: bool) -> dict[str, Any]:
    return {
        "study": study,
        "rule_version": done.rule_version,
        "dry_run": dry_run,
        "responses": done.responses,
        "scored": done.scored,
        "left": [{"place": each.place, "message": each.message, "cure": each.cure} for each in done.left],
        "differences": [_cells(one) for one in done.changed],
    }


def _cells(one: Changed) -> dict[str, Any]:
    found = one.difference
    old, new = _side(found.old, found.old_version), _side(found.new, found.new_version)
    where = (one.patient, one.timepoint, one.instrument, one.instrument_version, one.sitting, found.scale)
    return dict(zip(_COLUMNS, (*where, *old, *new), strict=True))


def _side(score: Score | None, version: str) -> tuple[float | str | int | None, ...]:
    """Without a score of the scale the version stands alone."""
    if score is None:
        return (None, None, None, None, version)
    return (score.value, score.absent, score.items_used, score.items_missing, version)


def _summary(done: Rescored, *, dry_run: bool) -> None:
    would = "would get" if dry_run else "got"
    for problem in done.left:
        click.echo(" ".join(str(problem).split()), err=True)
    click.echo(
        f"rules {done.rule_version}: {done.responses} finished responses, {done.scored} {would} new scores, "
        f"{len(done.changed)} scores differ, {len(done.left)} responses could not be scored",
        err=True,
    )
    if done.untrue:
        click.echo(
            f"{done.untrue} scores stored by rules {done.rule_version} are not what these rules give now: a "
            "definition or a choice of the study changed without a new version; the stored ones stand",
            err=True,
        )
    click.echo("no answer was touched; no alert was raised or changed", err=True)
