"""Gathers the form that records an event: what may be recorded now, and what it would change."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from pro_service.core.course import live_course
from pro_service.core.plan import ChangeKind, Plan, Reason, Slot
from pro_service.core.protocol import EVENT_FIELDS, CourseRules
from pro_service.core.timing import local_day
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
    rules = installation.catalogue.protocols[facts.protocol_version].course
    with reading() as session:
        events = patients.course_of(session, facts.id)
    course = live_course(rules, events, as_of=local_day(now, facts.time_zone))
    return EventFormPage(
        chrome=chrome,
        patient_code=facts.code,
        phase=course.phase,
        since_on=course.since_on,
        choices=tuple(EventChoice(type=one) for one in offered(rules)),
        type=kind if kind in offered(rules) else "",
        values=values,
        own_fields=fields_of(kind, rules),
        coded=_own_codes(kind, rules),
    )


def offered(rules: CourseRules) -> tuple[str, ...]:
    """The types recorded here that the protocol knows: the usual ones first, then its own that have an effect."""
    usual = (*RECORDED_HERE, _OUTSIDE_THE_CALENDAR)
    own = (kind for kind in rules.steps_by_event if kind not in usual)
    return tuple(kind for kind in (*usual, *own) if kind in rules.event_types)


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
