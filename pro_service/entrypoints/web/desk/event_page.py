"""Gathers the form that records an event: what may be recorded now, and what it would change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pro_service.core.course import Event, live_course
from pro_service.core.plan import ChangeKind, Plan, Reason, Slot
from pro_service.core.protocol import EVENT_FIELDS, CourseRules, Protocol
from pro_service.core.timing import local_day
from pro_service.core.visits import VISIT_EVENTS, VisitState, next_extra_keys, visits
from pro_service.entrypoints.web.desk.views import Chrome
from pro_service.entrypoints.web.desk.views_forms import EVENT_FIELDS as FORM_FIELDS
from pro_service.entrypoints.web.desk.views_forms import FIELD_CHOICES, EventChoice, EventFormPage, PlanChange
from pro_service.services.installation import Installation
from pro_service.services.patients.course import Preview
from pro_service.store.db import reading
from pro_service.store.queries import patients

#: The types a site records here, in the order they are offered.
RECORDED_HERE = (
    "consent2_signed",
    "inclusion_planned",
    "included",
    "treatment_stopped",
    "ctdna_resulted",
    "pd_confirmed",
    "treatment_resumed",
    "hospitalised",
    "discharged",
    "visit_scheduled",
    "visit_moved",
    "visit_done",
    "visit_missed",
    "lost_to_follow_up",
    "recontacted",
    "questionnaires_withdrawn",
    "consent_withdrawn",
    "off_study",
    "death",
)
_OUTSIDE_THE_CALENDAR = "unscheduled_assessment"
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
    now: datetime,
) -> EventFormPage:
    """The form for one patient; without a type, the choice of one."""
    protocol = installation.catalogue.protocols[facts.protocol_version]
    rules = protocol.course
    with reading() as session:
        events = patients.course_of(session, facts.id)
    today = local_day(now, facts.time_zone)
    course = live_course(rules, events, as_of=today)
    return EventFormPage(
        chrome=chrome,
        patient_code=facts.code,
        phase=course.phase,
        since_on=course.since_on,
        choices=tuple(EventChoice(type=one) for one in offered(protocol)),
        type=kind if kind in offered(protocol) else "",
        values=values,
        own_fields=fields_of(kind, rules),
        coded=_own_codes(kind, rules),
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


def offered(protocol: Protocol) -> tuple[str, ...]:
    """The types recorded here that the protocol knows: the usual ones first, then its own that have an effect."""
    usual = (*RECORDED_HERE, _OUTSIDE_THE_CALENDAR)
    own = (kind for kind in protocol.course.steps_by_event if kind not in usual)
    known = set(protocol.course.event_types) - (set() if protocol.visits.kinds else set(VISIT_EVENTS))
    return tuple(kind for kind in (*usual, *own) if kind in known)


def fields_of(kind: str, rules: CourseRules) -> tuple[str, ...]:
    """The fields of a type's form beside its date: the usual ones, or those the protocol gives it."""
    if kind in FORM_FIELDS:
        return FORM_FIELDS[kind]
    coded = {field.name for field in rules.fields.get(kind, ())}
    told = (rules.effect_days[kind].field,) if kind in rules.effect_days else ()
    return (*(name for name in EVENT_FIELDS if name in coded), *told)


def _own_codes(kind: str, rules: CourseRules) -> Mapping[str, tuple[str, ...]]:
    """The choices of fields that are not the usual ones."""
    coded = {field.name: field.values for field in rules.fields.get(kind, ())}
    return {name: each for name, each in coded.items() if set(each) != set(FIELD_CHOICES.get(name, ()))}


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
