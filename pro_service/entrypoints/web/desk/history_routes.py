"""The page of everything that changed in a patient's plan, each change with its reason in words."""

from datetime import date

from flask import Blueprint
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.protocol import Protocol
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.reasons import stored_words
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_history import ChangeRow, HistoryPage
from pro_service.entrypoints.web.words import TEXTS, text
from pro_service.entrypoints.wiring import wired
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients, time_travel

blueprint = Blueprint("history", __name__, url_prefix="/staff/patients")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_MOST = 500


@blueprint.get("/<code>/history")
@needs(Permission.SEE_PATIENTS)
def show(code: str) -> Response:
    person = require_person()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
        if facts is None:
            raise NotFoundError(f"patient {code}")
        found = time_travel.history(session, facts.id, limit=_MOST + 1)
    protocol = wired().installation.catalogue.protocols[facts.protocol_version]
    page = HistoryPage(
        chrome=chrome(here=f"/staff/patients/{code}/history"),
        patient_code=code,
        rows=tuple(_row(each, protocol) for each in found[:_MOST]),
        cut=len(found) > _MOST,
    )
    return render("history", page)


def _row(each: time_travel.ChangeFacts, protocol: Protocol) -> ChangeRow:
    return ChangeRow(
        key=each.key,
        change=each.change,
        reason=stored_words(each.reason, protocol, language()),
        due_on=_day(each.after.get("due_on")),
        open_on=_day(each.after.get("open_on")),
        close_on=_day(each.after.get("close_on")),
        at=each.changed_at,
        by=_who(each.changed_by),
    )


def _who(actor: str) -> str:
    """A login as it is; who has none, in words."""
    key = f"history.by.{actor}"
    return text(key, language()) if key in TEXTS else actor


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)
