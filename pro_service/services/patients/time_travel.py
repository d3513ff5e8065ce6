"""Shows a patient as on any other day: phase, plan, assessments, messages. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime, time

from pro_service.core.course import Event
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.core.plan import Plan, live_plan
from pro_service.core.time_travel import ForeseenMessage, foreseen, known_by, states_by
from pro_service.core.timing import at_local, end_of_day, local_day
from pro_service.core.zones import zone_at
from pro_service.services.installation import Installation
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import reading
from pro_service.store.queries import patients
from pro_service.store.queries import time_travel as rows
from pro_service.store.queries.time_travel import PastMessage
from pro_service.store.records import zones

_GOING_ON = ANSWERABLE | {AssessmentState.PLANNED}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A patient on one day. `states` are those at the day's end; of a day to come, those of now.

    `plan` is made from the facts known by the end of that day, those of a day to come from all there are now. `sent`
    are the messages by then; `expected` those between now and the end of a day to come, if nothing happens meanwhile.
    """

    on: date
    today: date
    facts: tuple[Event, ...]
    plan: Plan
    states: dict[str, str]
    gone: tuple[rows.OwnWindow, ...]  # assessments that existed and are not in the plan of that day
    sent: tuple[PastMessage, ...]
    expected: tuple[ForeseenMessage, ...]

    @property
    def is_forecast(self) -> bool:
        return self.on > self.today


def standing(
    installation: Installation,
    *,
    study_id: int,
    patient: str,
    site_ids: tuple[int, ...],
    on: date,
    now: datetime,
) -> Standing:
    """The patient on the day `on`, before or after today. NotFoundError if none of these sites looks after them."""
    with reading() as session:
        row = patients.patient(session, study_id=study_id, code=patient, site_ids=site_ids)
        if row is None:
            raise NotFoundError(f"patient {patient}")
        today = local_day(now, row.time_zone)
        noon = at_local(on, time(12), row.time_zone)
        zone = zone_at(zones.history(session, row.id), noon) or row.time_zone  # where they live on that day
        until = end_of_day(on, zone)
        facts = known_by(rows.facts(session, row.id), until)
        states = states_by(rows.changes(session, row.id), until)
        windows = rows.windows(session, row.id)
        sent = rows.messages(session, row.id, before=until)
    protocol = installation.catalogue.protocols[row.protocol_version]
    made = live_plan(protocol, facts, as_of=on)
    done = frozenset(key for key, state in states.items() if state not in _GOING_ON)
    told = (
        ()
        if row.opted_out_at or on < today
        else foreseen(
            made,
            done=done,
            known={each.key: each.contact_from for each in windows},
            delivery=protocol.delivery,
            zone=zone,
            now=now,
            until=until,
        )
    )
    keys = {slot.key for slot in made.slots}
    return Standing(
        on=on,
        today=today,
        facts=facts,
        plan=made,
        states=states,
        gone=tuple(each for each in windows if each.key in states and each.key not in keys),
        sent=sent,
        expected=told,
    )
