"""What the desk does about reaching a patient: records a move, sends a link again, notes a call."""

from datetime import date

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import printable, refuse_impossible_names
from pro_service.entrypoints.wiring import wired
from pro_service.services import calls
from pro_service.services.messages import resending
from pro_service.services.patients import zones
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = Blueprint("delivery", __name__, url_prefix="/staff")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)


@blueprint.post("/patients/<code>/zone")
@needs(Permission.RECORD_FACTS)
def change_zone(code: str) -> Response:
    person, wiring = require_person(), wired()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    zones.change_zone(
        wiring.installation,
        study=facts.study,
        patient=code,
        zone=printable(request.form.get("zone", "")).strip(),
        from_on=_day(request.form.get("from_on", "")),
        actor=person.login,
        now=wiring.clock(),
    )
    return redirect(f"/staff/patients/{code}?notice=zone_changed", 303)


@blueprint.post("/patients/<code>/assessments/<int:assessment_id>/link")
@needs(Permission.RECORD_FACTS)
def send_link(code: str, assessment_id: int) -> Response:
    person, wiring = require_person(), wired()
    resending.send_link(
        wiring.installation,
        assessment_id=assessment_id,
        site_ids=person.site_ids,
        actor=person.login,
        now=wiring.clock(),
    )
    return redirect(f"/staff/patients/{code}?notice=link_sent", 303)


@blueprint.post("/calls/<int:task_id>")
@needs(Permission.RECORD_FACTS)
def note_call(task_id: int) -> Response:
    person, wiring = require_person(), wired()
    calls.note_call(
        wiring.installation,
        task_id=task_id,
        site_ids=person.site_ids,
        outcome=request.form.get("outcome", ""),
        note=request.form.get("note", "").strip(),
        actor=person.login,
        now=wiring.clock(),
    )
    return redirect("/staff?notice=call_noted#calls", 303)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("bad_date", fr="Date impossible.", en="Impossible date.") from None
