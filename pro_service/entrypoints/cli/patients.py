"""`flask patients`: one patient as of any day, on the command line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import click

from pro_service.core.access import Permission
from pro_service.core.time_travel import ForeseenMessage
from pro_service.entrypoints.cli.database import with_database
from pro_service.entrypoints.cli.days import BadValueError, Day
from pro_service.entrypoints.cli.instruments import problems_to_stderr
from pro_service.entrypoints.cli.protocol_view import plan_data, plan_lines
from pro_service.entrypoints.cli.study import study_given
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients.time_travel import Standing, standing
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import studies
from pro_service.store.queries.time_travel import PastMessage


@click.group("patients")
def patients() -> None:
    """Show patients under their study codes; contact data are never shown."""


@patients.command("show")
@click.argument("study")
@click.argument("code")
@click.option(
    "--as-of", metavar="DATE", type=Day(), help="The day to show, before or after today. Today, by default."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
@with_database
@needs(Permission.SEE_PATIENTS)
def show(*, study: str, code: str, as_of: date | None, as_json: bool) -> None:
    """Show the plan, the assessments and the messages of patient CODE of STUDY as they stood or will stand on a day.

    Before today: as known on that day. After it: by what is known today, if nothing else happens. Changes nothing.
    """
    wiring = wired()
    with problems_to_stderr():
        place = study_given(study)
    with reading() as session:
        site_ids = studies.site_ids_of(session, place.id)
    try:
        found = standing(
            wiring.installation,
            study_id=place.id,
            patient=code,
            site_ids=site_ids,
            on=as_of or wiring.clock().date(),
            now=wiring.clock(),
        )
    except NotFoundError:
        raise BadValueError(
            f"{code!r} is no patient of {study!r}; write the study code, such as 03-001"
        ) from None
    if as_json:
        click.echo(json.dumps(_data(found), ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)


def _data(found: Standing) -> Mapping[str, Any]:
    return {
        **plan_data(found.plan),
        "facts": [{"type": event.type, "on": event.on.isoformat()} for event in found.facts],
        "states": found.states,
        "sent": [{**_message(each), "state": each.state} for each in found.sent],
        "expected_messages": [_message(each) for each in found.expected],
    }


def _message(each: PastMessage | ForeseenMessage) -> Mapping[str, Any]:
    return {"key": each.key, "kind": each.kind, "ordinal": each.ordinal, "at": each.at.isoformat()}


def _lines(found: Standing) -> Iterator[str]:
    yield from plan_lines(found.plan)
    for key, state in found.states.items():
        yield f"assessment: {key} {state}"
    for sent in found.sent:
        yield f"message: {sent.key} {sent.kind} {sent.ordinal}, {sent.at:%Y-%m-%d %H:%M} UTC, {sent.state}"
    for ahead in found.expected:
        yield f"expected message: {ahead.key} {ahead.kind} {ahead.ordinal}, {ahead.at:%Y-%m-%d %H:%M} UTC"
