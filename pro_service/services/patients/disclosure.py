"""Records that a patient has been told a result: from then on the result counts."""

from dataclasses import replace
from datetime import date, datetime

from pro_service.core.course import RESULT_DISCLOSED, refusal, sentence, untold
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.patients.course import Recorded
from pro_service.services.patients.planning import replan
from pro_service.services.refusals import NotFoundError, RefusedError
from pro_service.store.db import Session, transaction
from pro_service.store.models import CourseEvent, Patient
from pro_service.store.records import people


def confirm_disclosure(
    installation: Installation,
    *,
    event_id: int,
    told_on: date,
    site_ids: tuple[int, ...],
    actor: str,
    now: datetime,
) -> Recorded:
    """The patient was told this result on `told_on`, today at the latest. The result's own row stays as it is.

    RefusedError if the result does not wait to be told (any more), or for a day that cannot be; NotFoundError for a
    fact of another site.
    """
    with transaction() as session:
        fact = people.fact(session, event_id)
        if fact is None:
            raise NotFoundError("event")
        row = people.patient_by_id(session, fact.patient_id)
        if row.site_id not in site_ids:
            raise NotFoundError("event")
        _judge(session, installation, row, fact, told_on, now=now)
        telling = CourseEvent(
            patient_id=row.id,
            type=RESULT_DISCLOSED,
            on=told_on,
            details={},
            discloses_id=fact.id,
            recorded_at=now,
            recorded_by=actor,
        )
        people.add(session, telling)
        changes = replan(session, installation, row, actor=actor, now=now)
        return Recorded(event_id=telling.id, changes=changes)


def _judge(
    session: Session,
    installation: Installation,
    row: Patient,
    fact: CourseEvent,
    told_on: date,
    *,
    now: datetime,
) -> None:
    rules = installation.catalogue.protocols[row.protocol_version].course
    today = local_day(now, row.time_zone)
    events = people.events(session, row.id)
    waiting = next((event for event in untold(rules, events) if event.id == str(fact.id)), None)
    if waiting is None:
        raise RefusedError(
            "not_waiting",
            fr="Ce résultat n'attend pas d'être annoncé : il l'est déjà, ou il est annulé.",
            en="This result does not wait to be told: it has been, or it is voided.",
        )
    if told_on > today:
        raise RefusedError(
            "not_told_yet",
            fr="Confirmez l'annonce une fois faite : aujourd'hui au plus tard.",
            en="Confirm that the patient was told once it has happened: today at the latest.",
        )
    rest = tuple(event for event in events if event is not waiting)
    told = replace(waiting, disclosed_on=told_on, recorded_on=today)
    why = refusal(rules, rest, told, today=today)
    if why is not None:
        raise RefusedError(why.code, fr=sentence(why, "fr", rules=rules), en=sentence(why, "en", rules=rules))
