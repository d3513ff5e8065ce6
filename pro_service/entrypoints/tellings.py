"""Which answers were given after a result had been told: shown beside the response and its alerts."""

from collections.abc import Mapping, Sequence
from datetime import date

from pro_service.core.course import told_before
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.store.db import Session
from pro_service.store.queries import courses, patients
from pro_service.store.queries.facts import AssessmentFacts


def told_days(
    session: Session, protocol: Protocol, facts: patients.PatientFacts, plan: Sequence[AssessmentFacts]
) -> Mapping[str, date]:
    """Timepoint -> the day on which a result was told before its last answer; none for those answered before."""
    events = patients.course_of(session, facts.id)
    last = courses.last_answers(session, facts.id)
    found = {}
    for row in plan:
        if row.key in last:
            day = local_day(last[row.key], facts.time_zone)
            told = told_before(protocol.course, events, open_on=row.open_on, answered_on=day)
            if told is not None:
                found[row.key] = told
    return found
