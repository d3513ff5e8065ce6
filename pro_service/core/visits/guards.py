"""What the live service refuses to record about a visit. A fact that names no visit is kept and judged elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pro_service.core.course import Event, replay
from pro_service.core.protocol import Protocol
from pro_service.core.visits.model import Visit, VisitState
from pro_service.core.visits.replay import FIXING, MISSED, MOVED, VISIT_EVENTS, next_extra_keys, visits

#: Nobody fixes a visit further ahead.
MOST_DAYS_AHEAD = 730


class VisitRefusalCode(StrEnum):
    """Why a fact about a visit cannot be recorded."""

    UNKNOWN_VISIT = "unknown_visit"
    DAY_MISSING = "visit_day_missing"
    NO_DAY_EXPECTED = "visit_day_not_expected"
    IN_THE_FUTURE = "visit_fact_in_the_future"
    DAY_BEFORE_FACT = "visit_day_before_fact"
    DAY_TOO_FAR = "visit_day_too_far_ahead"
    DONE_ALREADY = "visit_done_already"
    MISSED_ALREADY = "visit_missed_already"
    NOT_YET = "visit_not_yet"
    SAME_DAY = "visit_on_that_day_already"
    FIXED_TODAY = "visit_fixed_on_that_day_already"
    NOT_IN_THIS_PHASE = "visit_not_in_this_phase"


@dataclass(frozen=True, kw_only=True)
class VisitRefusal:
    """Why a fact cannot be recorded: a code, and the facts its sentence needs."""

    code: VisitRefusalCode
    event: str
    on: date
    visit: str
    known: tuple[str, ...] = ()
    other_on: date | None = None
    phase: str = ""


_SENTENCES: Mapping[str, Mapping[VisitRefusalCode, str]] = {
    "fr": {
        VisitRefusalCode.UNKNOWN_VISIT: "« {event} » : pas de visite « {visit} » ; connues : {known}.",
        VisitRefusalCode.DAY_MISSING: "« {event} » : indiquer le jour prévu de la visite {visit} (visit_on).",
        VisitRefusalCode.NO_DAY_EXPECTED: (
            "« {event} » : pas de jour prévu (visit_on) ici ; la date du fait est celle de la visite."
        ),
        VisitRefusalCode.IN_THE_FUTURE: "« {event} » du {on} : date dans le futur ; au plus le {other_on}.",
        VisitRefusalCode.DAY_BEFORE_FACT: (
            "« {event} » du {on} : la visite serait le {other_on}, avant le jour où elle a été fixée ; "
            "dater le fait plus tôt ou enregistrer la visite comme faite."
        ),
        VisitRefusalCode.DAY_TOO_FAR: "« {event} » : visite trop éloignée, au plus le {other_on}.",
        VisitRefusalCode.DONE_ALREADY: (
            "Visite {visit} : déjà faite le {other_on} ; annuler d'abord ce fait s'il est faux."
        ),
        VisitRefusalCode.MISSED_ALREADY: (
            "Visite {visit} : déjà notée manquée le {other_on} ; la programmer de nouveau ou l'enregistrer faite."
        ),
        VisitRefusalCode.NOT_YET: (
            "« {event} » du {on} : la visite {visit} est fixée au {other_on}, après cette date ; "
            "la déplacer ou attendre."
        ),
        VisitRefusalCode.SAME_DAY: "Visite {visit} : déjà fixée au {other_on}.",
        VisitRefusalCode.FIXED_TODAY: (
            "Visite {visit} : le {on}, elle a déjà été fixée au {other_on} ; annuler d'abord ce fait."
        ),
        VisitRefusalCode.NOT_IN_THIS_PHASE: (
            "Visite {visit} : pas prévue le {other_on}, dans la phase « {phase} »."
        ),
    },
    "en": {
        VisitRefusalCode.UNKNOWN_VISIT: "“{event}”: there is no visit “{visit}”; known: {known}.",
        VisitRefusalCode.DAY_MISSING: "“{event}”: say for which day visit {visit} is fixed (visit_on).",
        VisitRefusalCode.NO_DAY_EXPECTED: (
            "“{event}”: no fixed day (visit_on) belongs here; the fact's own date is the visit's."
        ),
        VisitRefusalCode.IN_THE_FUTURE: "“{event}” on {on}: a date in the future; {other_on} at the latest.",
        VisitRefusalCode.DAY_BEFORE_FACT: (
            "“{event}” on {on}: the visit would be on {other_on}, before the day on which it was fixed; "
            "date the fact earlier or record the visit as done."
        ),
        VisitRefusalCode.DAY_TOO_FAR: "“{event}”: the visit is too far ahead, {other_on} at the latest.",
        VisitRefusalCode.DONE_ALREADY: "Visit {visit}: done already on {other_on}; void that fact if it is wrong.",
        VisitRefusalCode.MISSED_ALREADY: (
            "Visit {visit}: noted as missed already on {other_on}; fix a new day or record it as done."
        ),
        VisitRefusalCode.NOT_YET: (
            "“{event}” on {on}: visit {visit} is fixed for {other_on}, after that day; move it or wait."
        ),
        VisitRefusalCode.SAME_DAY: "Visit {visit}: fixed for {other_on} already.",
        VisitRefusalCode.FIXED_TODAY: (
            "Visit {visit}: on {on} it was fixed for {other_on} already; void that fact first."
        ),
        VisitRefusalCode.NOT_IN_THIS_PHASE: "Visit {visit}: not planned on {other_on}, in phase “{phase}”.",
    },
}


def visit_refusal(
    protocol: Protocol, events: Iterable[Event], new: Event, *, today: date
) -> VisitRefusal | None:
    """Why `new` may not be added to a patient's facts, or None. Only facts that name a visit are judged."""
    if new.type not in VISIT_EVENTS or (new.visit is None and new.visit_on is None):
        return None
    events = tuple(events)
    return next(_objections(protocol, events, new, today), None)


def visit_sentence(reason: VisitRefusal, language: str, *, protocol: Protocol) -> str:
    """A refusal in words, French ("fr") or English ("en")."""
    return _SENTENCES[language][reason.code].format(
        event=protocol.course.word(reason.event, language),
        on=_day(reason.on, language),
        visit=reason.visit,
        known=", ".join(reason.known),
        phase=protocol.course.word(reason.phase, language),
        other_on=_day(reason.other_on, language) if reason.other_on else "",
    )


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else day.isoformat()


def _objections(
    protocol: Protocol, events: tuple[Event, ...], new: Event, today: date
) -> Iterator[VisitRefusal]:
    known = visits(protocol, events, as_of=max(today, new.on))
    before = next((visit for visit in known if visit.key == new.visit), None)
    if before is None and new.visit not in (fresh := next_extra_keys(protocol, known)):
        keys = (*(visit.key for visit in known), *fresh)
        yield _refused(VisitRefusalCode.UNKNOWN_VISIT, new, known=keys)
        return
    yield from _of_days(new, today)
    if before is not None:
        yield from _of_standing(events, before, new)
    yield from _of_phase(protocol, events, new, today)


def _of_days(new: Event, today: date) -> Iterator[VisitRefusal]:
    latest = today + timedelta(days=MOST_DAYS_AHEAD)
    if new.on > today:
        yield _refused(VisitRefusalCode.IN_THE_FUTURE, new, other_on=today)
    if new.type not in FIXING:
        if new.visit_on is not None:
            yield _refused(VisitRefusalCode.NO_DAY_EXPECTED, new)
    elif new.visit_on is None:
        yield _refused(VisitRefusalCode.DAY_MISSING, new)
    elif new.visit_on < new.on:
        yield _refused(VisitRefusalCode.DAY_BEFORE_FACT, new, other_on=new.visit_on)
    elif new.visit_on > latest:
        yield _refused(VisitRefusalCode.DAY_TOO_FAR, new, other_on=latest)


def _of_standing(events: tuple[Event, ...], before: Visit, new: Event) -> Iterator[VisitRefusal]:
    told = [event for event in events if event.visit == new.visit and event.type in VISIT_EVENTS]
    if before.state is VisitState.DONE:
        yield _refused(VisitRefusalCode.DONE_ALREADY, new, other_on=before.on)
    if new.type == MISSED:
        yield from _of_missing(told, before, new)
    if new.type not in FIXING:
        return
    for event in told:
        if event.type in FIXING and event.on == new.on:
            yield _refused(VisitRefusalCode.FIXED_TODAY, new, other_on=event.visit_on)
    if new.type == MOVED and before.on == new.visit_on and before.state is not VisitState.MISSED:
        yield _refused(VisitRefusalCode.SAME_DAY, new, other_on=before.on)


def _of_missing(told: Sequence[Event], before: Visit, new: Event) -> Iterator[VisitRefusal]:
    if before.state is VisitState.MISSED:
        missed = max(event.on for event in told if event.type == MISSED)
        yield _refused(VisitRefusalCode.MISSED_ALREADY, new, other_on=missed)
    fixed = any(event.type in FIXING for event in told)
    first = before.on if fixed or before.open_on is None else min(before.on, before.open_on)
    if new.on < first:
        yield _refused(VisitRefusalCode.NOT_YET, new, other_on=before.on)


def _of_phase(
    protocol: Protocol, events: tuple[Event, ...], new: Event, today: date
) -> Iterator[VisitRefusal]:
    """A visit is not fixed for a day on which it will not take place; one that did take place is a fact."""
    if new.type not in FIXING or new.visit_on is None:
        return
    after = visits(protocol, (*events, new), as_of=max(today, new.on))
    visit = next((each for each in after if each.key == new.visit), None)
    if visit is not None and visit.state is VisitState.CANCELLED:
        phase = replay(protocol.course, events, as_of=today).phase_on(new.visit_on)
        yield _refused(VisitRefusalCode.NOT_IN_THIS_PHASE, new, other_on=new.visit_on, phase=phase)


def _refused(
    code: VisitRefusalCode,
    new: Event,
    *,
    known: tuple[str, ...] = (),
    other_on: date | None = None,
    phase: str = "",
) -> VisitRefusal:
    return VisitRefusal(
        code=code,
        event=new.type,
        on=new.on,
        visit=new.visit or "",
        known=known,
        other_on=other_on,
        phase=phase,
    )
