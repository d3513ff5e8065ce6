"""One click: the patient was told a result on a day, and from then on it counts."""

from datetime import date

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients import disclosure
from pro_service.services.refusals import InvalidError
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = Blueprint("telling", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.post("/events/<int:event_id>/told")
@needs(Permission.RECORD_FACTS)
def told(event_id: int) -> Response:
    person = require_person()
    disclosure.confirm_disclosure(
        wired().installation,
        event_id=event_id,
        told_on=_day(request.form.get("told_on", "")),
        site_ids=person.site_ids,
        actor=person.login,
        now=wired().clock(),
    )
    with reading() as session:
        code = patients.code_of_event(session, event_id)
    return redirect(f"/staff/patients/{code}?notice=result_told", 303)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise InvalidError(
            "bad_date",
            fr="La date de l'annonce est absente ou impossible : écrivez-la comme 2026-05-03.",
            en="The day of telling is missing or impossible: write it like 2026-05-03.",
        ) from None
