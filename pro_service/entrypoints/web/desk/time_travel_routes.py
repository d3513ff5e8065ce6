"""The page that shows a patient on another day, before or after today. It only reads."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response

from pro_service.core.access import Permission
from pro_service.core.course import Event
from pro_service.core.plan import Merged, Plan, Skipped, explain, reasons_for_absence
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.entrypoints.login import guard, require_person
from pro_service.entrypoints.needs import needs
from pro_service.entrypoints.odd_requests import refuse_impossible_names
from pro_service.entrypoints.web.desk.routes import chrome, language, render
from pro_service.entrypoints.web.desk.views_time_travel import (
    FactOnDay,
    LeftOutRow,
    MessageOnDay,
    StandingRow,
    Tense,
    TimeTravelPage,
)
from pro_service.entrypoints.web.words import text, word
from pro_service.entrypoints.wiring import wired
from pro_service.services.patients.time_travel import Standing, standing
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients

blueprint = Blueprint("time_travel", __name__, url_prefix="/staff/patients")
blueprint.before_request(guard)
blueprint.before_request(refuse_impossible_names)

_YEARS = range(1950, 2150)


@blueprint.get("/<code>/on")
@needs(Permission.SEE_PATIENTS)
def show(code: str) -> Response:
    """`?date=2026-03-01`; today without it."""
    person, wiring = require_person(), wired()
    with reading() as session:
        facts = patients.patient(session, study_id=person.study_id, code=code, site_ids=person.reach)
    if facts is None:
        raise NotFoundError(f"patient {code}")
    asked = request.args.get("date")
    on = local_day(wiring.clock(), facts.time_zone) if asked is None else _day(asked)
    found = standing(
        wiring.installation,
        study_id=person.study_id,
        patient=code,
        site_ids=person.reach,
        on=on or local_day(wiring.clock(), facts.time_zone),
        now=wiring.clock(),
    )
    protocol = wiring.installation.catalogue.protocols[facts.protocol_version]
    page = _page(found, protocol, code=code, error="" if on else text("as_of.bad_day", language()))
    return render("as_of", page, status=200 if on else 422)


def _day(asked: str) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _page(found: Standing, protocol: Protocol, *, code: str, error: str) -> TimeTravelPage:
    words = protocol.course.words.get(language(), {})
    return TimeTravelPage(
        chrome=chrome(here=f"/staff/patients/{code}/on"),
        patient_code=code,
        on=found.on,
        tense=_tense(found),
        phase=words.get(found.plan.phase, found.plan.phase),
        slots=_slots(found),
        left_out=_left_out(found.plan, words),
        facts=tuple(_fact(event, words) for event in sorted(found.facts, key=lambda each: each.on)),
        sent=tuple(
            MessageOnDay(key=each.key, kind=each.kind, at=each.at, state=each.state) for each in found.sent
        ),
        expected=tuple(MessageOnDay(key=each.key, kind=each.kind, at=each.at) for each in found.expected),
        error=error,
    )


def _tense(found: Standing) -> Tense:
    if found.is_forecast:
        return "future"
    return "present" if found.on == found.today else "past"


def _slots(found: Standing) -> tuple[StandingRow, ...]:
    gone = text("as_of.not_in_plan", language())
    rows = [
        StandingRow(
            key=slot.key,
            due_on=slot.due_on,
            open_on=slot.open_on,
            close_on=slot.close_on,
            state=found.states.get(slot.key, ""),
        )
        for slot in found.plan.slots
    ]
    rows += [
        StandingRow(
            key=each.key,
            due_on=each.due_on,
            open_on=each.open_on,
            close_on=each.close_on,
            state=found.states[each.key],
            note=gone,
        )
        for each in found.gone
    ]
    return tuple(sorted(rows, key=lambda row: (row.due_on, row.key)))


def _left_out(plan: Plan, words: Mapping[str, str]) -> tuple[LeftOutRow, ...]:
    why = reasons_for_absence(plan)
    entries: list[Merged | Skipped] = [*plan.merged, *plan.skipped]
    return tuple(
        LeftOutRow(key=each.key, due_on=each.due_on, reason=explain(why(each.key), language(), words=words))
        for each in sorted(entries, key=lambda row: (row.due_on, row.key))
    )


def _fact(event: Event, words: Mapping[str, str]) -> FactOnDay:
    said = [words.get(event.type, event.type)]
    said += [
        word(group, value, language())
        for group, value in (("result", event.result), ("relation", event.relation), ("reason", event.reason))
        if value
    ]
    return FactOnDay(on=event.on, words=", ".join(said))
