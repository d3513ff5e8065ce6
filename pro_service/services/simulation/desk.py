"""What virtual staff do: open sites, enrol patients, record facts (some late), work alerts."""

from datetime import datetime, time, timedelta
from functools import partial

from pro_service.core.course import RESULT_DISCLOSED
from pro_service.core.timing import at_local, local_day
from pro_service.services import triage
from pro_service.services.patients import course, disclosure, enrolment
from pro_service.services.refusals import RefusedError
from pro_service.services.simulation.cohort.cohort import Life
from pro_service.services.simulation.cohort.courses import Recording
from pro_service.services.simulation.cohort.draws import stream, whole
from pro_service.services.simulation.cohort.habits import Handling, handle_alert
from pro_service.services.simulation.cohort.visiting import visit_recordings
from pro_service.services.simulation.world import RefusedFact, World
from pro_service.store.db import reading
from pro_service.store.queries import simulation as queries

#: When, on the day of the visit at which a result is told, the site confirms it.
TOLD_BY = time(17, 30)
#: Facts entered while the patient sits there, first thing in the morning.
AT_THE_VISIT = frozenset({"included", "treatment_stopped"})


def open_trial(world: World, *, protocol_version: str) -> None:
    """Create the study and its sites."""
    now = world.clock.now
    world.protocol_version = protocol_version
    enrolment.create_study(world.installation, code=world.study, protocol_version=protocol_version, now=now)
    for site in world.plan.sites:
        enrolment.create_site(
            world.installation,
            study=world.study,
            code=site.code,
            name=site.name,
            time_zone=site.time_zone,
            phone=site.phone,
        )


def schedule_staff(world: World) -> None:
    """Note in the agenda each enrolment and each recording of the whole trial."""
    for life in world.plan.lives:
        zone, opens = life.patient.site.time_zone, world.plan.scenario.hours.opens
        earliest = at_local(life.patient.enrolled_on, opens, zone)
        world.agenda.add(earliest - timedelta(minutes=15), partial(_enrol, world, life))
        for recording in _recordings(world, life):
            earliest = max(earliest, _desk_time(world, life, recording))
            world.agenda.add(earliest, partial(_record, world, life, recording))


def _recordings(world: World, life: Life) -> list[Recording]:
    """What the site records of one patient in order: the course, and what becomes of the visits."""
    protocol = world.installation.catalogue.protocols[world.protocol_version]
    rng = stream(world.plan.seed, "visits", life.patient.code)
    told = (*life.course, *visit_recordings(protocol, life.course, rng, scenario=world.plan.scenario))
    return sorted(told, key=lambda recording: recording.recorded_on)


def _desk_time(world: World, life: Life, recording: Recording) -> datetime:
    """When on its day a fact is entered: all of one day in one sitting."""
    rng = stream(world.plan.seed, "desk", life.patient.code, recording.recorded_on.isoformat())
    hours = world.plan.scenario.hours
    opens, shuts = (60 * clock.hour + clock.minute for clock in (hours.opens, hours.shuts))
    at_visit = recording.lived.type in AT_THE_VISIT
    minutes = whole(rng, opens + 10, opens + 60) if at_visit else whole(rng, opens + 30, shuts - 30)
    return at_local(recording.recorded_on, time(minutes // 60, minutes % 60), life.patient.site.time_zone)


def _enrol(world: World, life: Life, now: datetime) -> None:
    patient = life.patient
    enrolment.enrol_patient(
        world.installation,
        study=world.study,
        site=patient.site.code,
        code=patient.code,
        phone=patient.phone,
        language=patient.language,
        sms_items=patient.sms_items,
        actor=patient.site.nurse,
        now=now,
    )


def _record(world: World, life: Life, recording: Recording, now: datetime) -> None:
    event = recording.event
    try:
        recorded = course.record_event(
            world.installation,
            study=world.study,
            patient=life.patient.code,
            event=event,
            actor=life.patient.site.nurse,
            now=now,
        )
    except RefusedError as error:
        world.refused.append(
            RefusedFact(patient=life.patient.code, type=event.type, on=event.on, code=error.reason.code)
        )
        return
    world.recorded.setdefault(life.patient.code, []).append(event)
    world.stirred = True
    if event.disclosed_on is not None and event.disclosed_on > recording.recorded_on:
        told_at = at_local(event.disclosed_on, TOLD_BY, life.patient.site.time_zone)
        world.agenda.add(told_at, partial(_confirm, world, life, recorded.event_id))


def _confirm(world: World, life: Life, event_id: int, now: datetime) -> None:
    """The patient was told today, as planned: only now does the result count."""
    told_on = local_day(now, life.patient.site.time_zone)
    with reading() as session:
        found = queries.site_of_fact(session, event_id)
    try:
        disclosure.confirm_disclosure(
            world.installation,
            event_id=event_id,
            told_on=told_on,
            site_ids=(found,),
            actor=life.patient.site.nurse,
            now=now,
        )
    except RefusedError as error:
        world.refused.append(
            RefusedFact(patient=life.patient.code, type=RESULT_DISCLOSED, on=told_on, code=error.reason.code)
        )
        return
    world.stirred = True


def take_up_alerts(world: World) -> None:
    """Note in the agenda what nurses will do about the alerts raised since the last look."""
    if not world.alerted:
        return
    world.alerted = False
    with reading() as session:
        raised = queries.alerts_after(session, world.last_alert_id)
    for alert in raised:
        world.last_alert_id = max(world.last_alert_id, alert.alert_id)
        if world.resting:
            continue
        life = world.plan.by_code[alert.patient]
        zone = life.patient.site.time_zone
        handling = handle_alert(
            world.plan.scenario.nurses,
            world.plan.scenario.hours,
            seed=world.plan.seed,
            alert=alert.name,
            raised_at=alert.raised_at,
            time_zone=zone,
        )
        act = partial(_acknowledge, world, alert, life.patient.site.nurse, handling)
        world.agenda.add(max(handling.at, world.clock.now + timedelta(minutes=1)), act)


def _acknowledge(
    world: World, alert: queries.RaisedAlert, nurse: str, handling: Handling, now: datetime
) -> None:
    stays_open = world.follows_up(alert.raised_at)
    closes = handling.closes_at is None and not stays_open
    _act_on(world, alert, nurse, handling, close=closes, now=now)
    if handling.closes_at is not None and not stays_open:
        close = partial(_close, world, alert, nurse, handling)
        world.agenda.add(max(handling.closes_at, now), close)


def _close(world: World, alert: queries.RaisedAlert, nurse: str, handling: Handling, now: datetime) -> None:
    _act_on(world, alert, nurse, handling, close=True, now=now)


def _act_on(
    world: World, alert: queries.RaisedAlert, nurse: str, handling: Handling, *, close: bool, now: datetime
) -> None:
    triage.acknowledge(
        world.installation,
        alert_id=alert.alert_id,
        site_ids=(alert.site_id,),
        action=handling.action,
        close=close,
        actor=nurse,
        now=now,
    )
