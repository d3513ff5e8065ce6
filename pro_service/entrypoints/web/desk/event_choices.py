"""Which facts of a trial a site records at the desk, in which order, and which fields the form of each has."""

from collections.abc import Iterable, Mapping

from pro_service.core.protocol import EVENT_FIELDS, CourseRules, Protocol, StepKind

_OUTSIDE_THE_CALENDAR = "unscheduled_assessment"
#: Endings are offered last, in this order; those a trial has beside these come before them.
_ENDINGS = ("questionnaires_withdrawn", "consent_withdrawn", "off_study", "death")
#: What is recorded of visits, in the order offered, each with the fields of its form.
_VISIT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "visit_scheduled": ("visit", "visit_on"),
    "visit_moved": ("visit", "visit_on"),
    "visit_done": ("visit",),
    "visit_missed": ("visit",),
}


def offered(protocol: Protocol) -> tuple[str, ...]:
    """The types of a trial that a site records here, in the order in which a course meets them.

    First what must come before something else (a consent) and the days planned for what follows, then what moves the
    course, what holds messages back and what ends that, visits, what else the schedule counts from, loss and return,
    and last the endings. What is only kept, and changes nothing, is not offered.
    """
    rules = protocol.course
    of_kind = {kind: _events(rules, kind) for kind in StepKind}
    groups = (
        _first(rules),
        (each.planned_by for each in rules.provisional.values()),
        of_kind[StepKind.MOVES],
        (kind for name, hold in rules.holds.items() for kind in (name, hold.ended_by)),
        tuple(_VISIT_FIELDS) if protocol.visits.kinds else (),
        (kind for kind in rules.recorded_only if _counts(kind, protocol)),
        (*of_kind[StepKind.PAUSES], *of_kind[StepKind.UNPAUSES]),
        sorted(of_kind[StepKind.ENDS], key=_place_of_ending),
    )
    known = set(rules.event_types)
    return tuple(dict.fromkeys(kind for group in groups for kind in group if kind in known))


def _events(rules: CourseRules, kind: StepKind) -> tuple[str, ...]:
    return tuple(step.event for step in rules.steps if step.kind is kind)


def _first(rules: CourseRules) -> Iterable[str]:
    needed = (before for events in rules.after.values() for before in events)
    return (kind for kind in needed if kind not in rules.steps_by_event)


def _counts(kind: str, protocol: Protocol) -> bool:
    return kind == _OUTSIDE_THE_CALENDAR or kind in protocol.anchored_events


def _place_of_ending(kind: str) -> int:
    return _ENDINGS.index(kind) if kind in _ENDINGS else -1


def fields_of(kind: str, rules: CourseRules) -> tuple[str, ...]:
    """The fields of a type's form beside its date: what the protocol gives it, and the day the patient was told."""
    coded = coded_of(kind, rules)
    told = (rules.effect_days[kind].field,) if kind in rules.effect_days else ()
    return (*(name for name in EVENT_FIELDS if name in coded), *told, *_VISIT_FIELDS.get(kind, ()))


def coded_of(kind: str, rules: CourseRules) -> Mapping[str, tuple[str, ...]]:
    """The coded fields of a type and their choices, in the order of the file."""
    coded = {field.name: field.values for field in rules.fields.get(kind, ())}
    if kind == "off_study" and "reason" not in coded and (reasons := _reasons(rules)):
        return {**coded, "reason": reasons}
    return coded


def _reasons(rules: CourseRules) -> tuple[str, ...]:
    """Why the study may be left where the protocol does not say: for the reasons that move the course."""
    of_moves = (
        field.values
        for kind in _events(rules, StepKind.MOVES)
        for field in rules.fields.get(kind, ())
        if field.name == "reason"
    )
    return tuple(dict.fromkeys(value for values in of_moves for value in values))
