"""Commands of the study administrator: `flask protocol status`, `text`, `diff`, `activate` and `migrate`."""

import json
from datetime import date
from getpass import getuser
from typing import Any

import click
from flask.cli import with_appcontext

from pro_service.core.access import Permission
from pro_service.core.course import first_steps
from pro_service.core.definition import Problem
from pro_service.core.plan import compare, plan
from pro_service.core.protocol import Protocol, contrast, read_protocol
from pro_service.entrypoints.cli.amendment_view import (
    counts,
    difference_lines,
    prospect_data,
    prospect_lines,
    schedule_lines,
    summary_line,
)
from pro_service.entrypoints.cli.database import with_database, with_schema
from pro_service.entrypoints.cli.days import Day
from pro_service.entrypoints.cli.instruments import problems_to_stderr, table_lines
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services import amendments
from pro_service.services.amendments import Outcome, Prospect, Selection
from pro_service.services.csv_table import InputError
from pro_service.services.protocols.activation import UnknownStudyError, instruments_of
from pro_service.services.protocols.activation import activate as put_in_force
from pro_service.services.protocols.unchanged import changed
from pro_service.services.refusals import ConflictError
from pro_service.services.wordings import gate
from pro_service.store.db import reading
from pro_service.store.definitions import Definition
from pro_service.store.queries import protocols
from pro_service.store.schema import schema_problem

_INCOMPLETE = 1
_BAD_INPUT = 2
_STANDARD_DAY = date(2030, 1, 1)
_STUDY_IN_NAME = "/"
_by = click.option(
    "--by", "actor", default=getuser, metavar="NAME", help="Who does it; by default the account's name."
)


@click.command("status")
@click.argument("study")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@with_schema
@needs(Permission.SEE_DEFINITIONS)
def status(*, study: str, as_json: bool) -> None:
    """Show the protocol versions in force in STUDY, who has them, and whether their files are as they were.

    The status is 2 if a file was changed since its version was activated.
    """
    with problems_to_stderr(), reading() as session:
        found = protocols.in_force(session, study)
        if found is None:
            raise UnknownStudyError(study)
    installation = wired().installation
    loaded = installation.catalogue.definitions
    problems = [problem for each in found.activated if (problem := changed(each, loaded=loaded))]
    versions = dict.fromkeys([*(each.version for each in found.activated), *found.pinned, found.version])
    known = {each.version: each for each in found.activated}
    rows = [_version_row(version, found, known.get(version)) for version in versions]
    if as_json:
        click.echo(json.dumps({"study": study, "new_patients": found.version, "versions": rows}, indent=2))
    else:
        click.echo(f"new patients of {study} get {found.version}")
        head = ("version", "activated", "by", "patients", "file", "instruments changed since")
        for line in table_lines([head, *(tuple(str(cell) for cell in row.values()) for row in rows)]):
            click.echo(line)
    for problem in problems:
        click.echo(" ".join(str(problem).split()), err=True)
    if problems:
        raise click.exceptions.Exit(_BAD_INPUT)


def _version_row(
    version: str, found: protocols.InForce, activated: protocols.Activated | None
) -> dict[str, Any]:
    installation = wired().installation
    loaded = installation.catalogue.definitions
    state = (
        "not recorded"
        if activated is None
        else "CHANGED"
        if changed(activated, loaded=loaded)
        else "as activated"
    )
    there = version in loaded
    now = instruments_of(installation, version=version) if there and activated else {}
    drifted = [
        f"{code} {then} -> {now.get(code, 'gone')}"
        for code, then in _then(activated)
        if now.get(code) != then
    ]
    return {
        "version": version,
        "activated": activated.activated_at.isoformat() if activated else "-",
        "by": activated.activated_by if activated else "-",
        "patients": found.pinned.get(version, 0),
        "file": state if there else "GONE",
        "instruments": ", ".join(drifted) or "-",
    }


def _then(activated: protocols.Activated | None) -> list[tuple[str, str]]:
    return sorted(activated.instruments.items()) if activated else []


@click.command("text")
@click.argument("study")
@click.argument("version")
@click.option("--file", "name", metavar="VERSION", help="A version that it extends, instead of its own file.")
@with_schema
@needs(Permission.SEE_DEFINITIONS)
def text(*, study: str, version: str, name: str | None) -> None:
    """Print the file of VERSION as it was when it was activated in STUDY."""
    with problems_to_stderr():
        definition = _stored(study, version)
        if (name or version) not in definition.texts:
            cure = f"use one of {', '.join(definition.texts)}"
            raise InputError(
                [Problem(place=f"--file {name}", message="is no file of this version", cure=cure)]
            )
    click.echo(definition.texts[name or version], nl=False)


@click.command("diff")
@click.argument("before")
@click.argument("after")
@with_appcontext
@needs(Permission.SEE_DEFINITIONS)
def diff(*, before: str, after: str) -> None:
    """Show which keys differ between two versions, and what changes for a standard course.

    A version is named as its file is (heroes-2), or as STUDY/VERSION (heroes/heroes-1): as it was once activated.
    """
    with problems_to_stderr():
        old, new = _definition(before), _definition(after)
        sides = _parsed(old), _parsed(new)
    differences = contrast(old.document, new.document)
    for line in difference_lines(differences):
        click.echo(line)
    if not differences:
        click.echo("no key differs")
    events = first_steps(sides[1].course, on=_STANDARD_DAY)
    course = ", ".join(f"{event.type} {event.on}" for event in events)
    click.echo(f"\na course of {course}:")
    plans = [plan(side, events, as_of=_STANDARD_DAY) for side in sides]
    for line in schedule_lines(plans[0], plans[1], compare(plans[0], plans[1]), sides[1].course.words):
        click.echo(line)


@click.command("activate")
@click.argument("study")
@click.argument("version")
@_by
@with_database
@needs(Permission.MANAGE_STUDY)
def activate(*, study: str, version: str, actor: str) -> None:
    """Give new patients of STUDY the protocol VERSION from now on. Patients who are enrolled keep theirs (see migrate).

    From here on the file may not change: an amendment is a new file.
    """
    wiring = wired()
    with problems_to_stderr():
        before = put_in_force(
            wiring.installation, study=study, version=version, actor=actor, now=wiring.clock()
        )
    said = "still get" if before == version else f"got {before} and now get"
    click.echo(f"new patients of {study} {said} {version}")


@click.command("migrate")
@click.argument("study")
@click.argument("version")
@click.option("--preview", is_flag=True, help="Only show what would change for each patient, and why.")
@click.option("--undo", is_flag=True, help="Take patients back to VERSION, the one they were moved from.")
@click.option(
    "--site", "sites", multiple=True, metavar="CODE", help="Only patients of this site; may be repeated."
)
@click.option("--patient", "codes", multiple=True, metavar="CODE", help="Only this patient; may be repeated.")
@click.option(
    "--consented-on",
    type=Day(),
    metavar="DATE",
    help="The day on which these patients agreed to the amendment; with --site or --patient.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@_by
@with_database
@needs(Permission.MANAGE_STUDY)
def migrate(
    *,
    study: str,
    version: str,
    preview: bool,
    undo: bool,
    sites: tuple[str, ...],
    codes: tuple[str, ...],
    consented_on: date | None,
    as_json: bool,
    actor: str,
) -> None:
    """Move patients of STUDY to the protocol VERSION, or show with --preview what that would change.

    Each patient is moved in one go; an interrupted command is simply run again. Nobody is moved twice. The status is 1
    if somebody who was meant stays: no consent on record, or, with --undo, a message or an answer since.
    """
    selection = Selection(sites=sites, patients=codes, consented_on=consented_on)
    with problems_to_stderr():
        found = _run(study, version, selection, undo=undo, preview=preview, actor=actor)
    words = wired().installation.catalogue.protocols[version].course.words
    if as_json:
        document = {
            "study": study,
            "version": version,
            "preview": preview,
            "undo": undo,
            "counts": counts(found),
            "patients": [prospect_data(each, words) for each in found],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in prospect_lines(found, words):
            click.echo(line)
    click.echo(summary_line(found, done=not preview), err=True)
    if any(each.outcome in (Outcome.AWAITS_CONSENT, Outcome.REFUSED) for each in found):
        raise click.exceptions.Exit(_INCOMPLETE)


def _run(
    study: str, version: str, selection: Selection, *, undo: bool, preview: bool, actor: str
) -> tuple[Prospect, ...]:
    wiring = wired()
    here, now = wiring.installation, wiring.clock()
    if preview:
        _note_missing_wording(version)
        look = amendments.preview_undo if undo else amendments.preview
        return look(here, study=study, version=version, selection=selection, now=now)
    do = amendments.undo if undo else amendments.migrate
    return do(here, study=study, version=version, selection=selection, actor=actor, now=now)


def _note_missing_wording(version: str) -> None:
    """A preview is shown all the same; moving would be refused."""
    wiring = wired()
    protocol = wiring.installation.catalogue.protocols.get(version)
    if protocol is None:
        return
    try:
        gate.require_for_study(wiring.installation, protocol=protocol, now=wiring.clock())
    except ConflictError as error:
        click.echo(f"note: nobody can be moved yet. {error.reason.sentence('en')}", err=True)


def _definition(name: str) -> Definition:
    """A version as its file here says it, or as it was activated in the study named before the stroke."""
    study, stroke, version = name.partition(_STUDY_IN_NAME)
    if stroke:
        return _stored(study, version)
    loaded = wired().installation.catalogue.definitions
    if name not in loaded:
        cure = f"use one of {', '.join(loaded)}, or STUDY/VERSION for one that was activated"
        raise InputError([Problem(place=name, message="is no protocol here", cure=cure)])
    return loaded[name]


def _stored(study: str, version: str) -> Definition:
    if problem := schema_problem():
        raise InputError([problem])
    with reading() as session:
        found = protocols.text_of(session, study=study, version=version)
    if found is None:
        cure = f"see `flask protocol status {study}`"
        raise InputError([Problem(place=f"{study}/{version}", message="was never activated", cure=cure)])
    return Definition(version=version, texts=found.texts)


def _parsed(definition: Definition) -> Protocol:
    return read_protocol(definition.version, definition.documents)
