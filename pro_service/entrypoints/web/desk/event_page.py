"""Gathers the form that records an event: what may be recorded now, and what it would change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pro_service.core.course import Event, live_course
from pro_service.core.plan import ChangeKind, Plan, Reason, Slot
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.visits import VisitState, next_extra_keys, visits
from pro_service.entrypoints.web.desk.event_choices import coded_of, fields_of, offered
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.entrypoints.web.desk.views_forms import EventChoice, EventFormPage, PlanChange
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.services.patients.course import Preview
from pro_service.store.db import reading
from pro_service.store.queries import patients

_SIGNS: Mapping[ChangeKind, Literal["+", "–", "~", "="]] = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "–",
    ChangeKind.MOVED: "~",
    ChangeKind.KEPT: "=",
}


def event_page(
    installation: Installation,
    chrome: Chrome,
    facts: patients.PatientFacts,
    *,
    kind: str,
    values: Mapping[str, str],
    language: Language,
    now: datetime,
) -> EventFormPage:
    """The form for one patient; without a type, the choice of one."""
    protocol = installation.catalogue.protocols[facts.protocol_version]
    rules = protocol.course
    with reading() as session:
        events = patients.course_of(session, facts.id)
    today = local_day(now, facts.time_zone)
    course = live_course(rules, events, as_of=today)
    choices = tuple(EventChoice(type=one, title=rules.title(one, language)) for one in offered(protocol))
    return EventFormPage(
        chrome=chrome,
        patient_code=facts.code,
        phase=rules.title(course.phase, language),
        since_on=course.since_on,
        choices=choices,
        type=kind if any(one.type == kind for one in choices) else "",
        values=values,
        fields=fields_of(kind, rules),
        choices_of=coded_of(kind, rules),
        words=rules.words.get(language, {}),
        visit_choices=_visit_choices(protocol, events, as_of=today),
    )


def _visit_choices(
    protocol: Protocol, events: Sequence[Event], *, as_of: date
) -> tuple[tuple[str, str], ...]:
    """The visits that something can be recorded about, and the next one outside the calendar of each kind."""
    found = visits(protocol, events, as_of=as_of)
    open_ones = [each for each in found if each.ahead or each.state is VisitState.MISSED]
    known = tuple((each.key, f"{each.key}, {each.on.isoformat()}") for each in open_ones)
    return (*known, *((key, key) for key in next_extra_keys(protocol, found)))


def plan_changes(preview: Preview, in_words: Callable[[Reason], str]) -> tuple[PlanChange, ...]:
    """The difference between two plans, line by line, soonest first."""
    before, after = _by_key(preview.before), _by_key(preview.after)
    return tuple(
        PlanChange(
            sign=_SIGNS[one.change],
            key=one.key,
            due_on=slot.due_on,
            open_on=slot.open_on,
            close_on=slot.close_on,
            sentence=in_words(one.reason),
        )
        for one in preview.changes
        if (slot := after.get(one.key) or before.get(one.key)) is not None
    )


def _by_key(plan: Plan) -> dict[str, Slot]:
    return {slot.key: slot for slot in plan.slots}
