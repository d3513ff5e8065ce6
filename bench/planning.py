"""Plans: derived in memory, stored the first time, and found unchanged."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

from bench.cohort import code_of, phone_of
from bench.figure import SQLITE, Figure
from bench.stage import Stage, watch_on
from bench.watch import Watch, laps
from pro_service.core.course import Event
from pro_service.core.plan import plan
from pro_service.services.patients.planning import replan
from pro_service.store.catalogue import load_protocols
from pro_service.store.db import transaction
from pro_service.store.models import CourseEvent
from pro_service.store.records import people
from tests.trial import START, STUDY, Trial

_TIMES = 24
#: What takes 2 ms is repeated until a neighbour's burst of work is the smaller part of the run.
_OFTEN = 400
_D0 = START.date()
#: As long as courses get: a stop, a relapse, two resumptions and what lies between.
COURSE = (
    Event(type="consent2_signed", on=_D0),
    Event(type="included", on=_D0),
    Event(type="treatment_stopped", on=date(2026, 1, 12)),
    Event(type="ctdna_resulted", on=date(2026, 2, 16), result="negative", disclosed_on=date(2026, 2, 24)),
    Event(type="ctdna_resulted", on=date(2026, 5, 18), result="positive", disclosed_on=date(2026, 5, 25)),
    Event(type="treatment_resumed", on=date(2026, 6, 16), relation="same", reason="ctdna_pos"),
    Event(type="pd_confirmed", on=date(2026, 9, 1)),
    Event(type="treatment_resumed", on=date(2026, 9, 21), relation="other", reason="pd"),
)


def pure(_: Stage) -> Iterator[Figure]:
    """The plan of a long course, without a database."""
    protocol = load_protocols()["heroes-1"]
    watch = Watch()
    repeats = 20

    def several() -> None:
        for _ in range(repeats):
            plan(protocol, COURSE, as_of=date(2026, 12, 31))

    laps(watch, [several] * 32)
    yield Figure(name="plan.pure_ms", value=watch.cpu_s / repeats * 1e3, unit="ms", n=watch.laps * repeats)


def stored(engine: str, stage: Stage) -> Iterator[Figure]:
    """A patient's first plan, and the same plan again after a long course."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        for number in range(_TIMES):
            heroes.enrol(code_of(number), phone=phone_of(number))
            _store(heroes, code_of(number), COURSE[:2])
        first = laps(watch_on(heroes), [partial(_replan, heroes, code_of(n)) for n in range(_TIMES)])
        yield from _both(f"{prefix}plan.first_stored", first)
        _store(heroes, code_of(0), COURSE[2:])
        heroes.now = datetime(2026, 12, 31, 12, tzinfo=UTC)
        again = laps(watch_on(heroes), [partial(_replan, heroes, code_of(0))] * _OFTEN)
        yield from _both(f"{prefix}replan.unchanged", again)


def recorded(engine: str, stage: Stage) -> Iterator[Figure]:
    """The whole use case: a stop of treatment is recorded and the patient replanned."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        for number in range(_TIMES):
            heroes.include(code_of(number), phone=phone_of(number))
        stops = [partial(heroes.record, "treatment_stopped", _D0, code_of(n)) for n in range(_TIMES)]
        yield from _both(f"{prefix}record.event", laps(watch_on(heroes), stops))


def _both(name: str, watch: Watch) -> Iterator[Figure]:
    yield Figure(
        name=f"{name}_ms", value=watch.cpu_s * 1e3, unit="ms", n=watch.laps, parts=dict(watch.parts_ms)
    )
    yield Figure(name=f"{name}_sql", value=watch.sql, unit="statements", n=watch.laps)


def _store(heroes: Trial, code: str, events: tuple[Event, ...]) -> None:
    """Facts without their consequences, so that the replan alone can be measured."""
    with heroes.app.app_context(), transaction() as session:
        patient = people.patient(session, study=STUDY, code=code)
        assert patient is not None
        people.add_all(
            session,
            (
                CourseEvent(
                    patient_id=patient.id,
                    type=event.type,
                    on=event.on,
                    result=event.result,
                    disclosed_on=event.disclosed_on,
                    relation=event.relation,
                    reason=event.reason,
                    details={},
                    recorded_at=heroes.now,
                    recorded_by="bench",
                )
                for event in events
            ),
        )


def _replan(heroes: Trial, code: str) -> None:
    installation = heroes.installation
    with heroes.app.app_context(), transaction() as session:
        patient = people.patient(session, study=STUDY, code=code)
        assert patient is not None
        replan(session, installation, patient, actor="bench", now=heroes.now)
