"""A world for the matrix of access: two studies with objects of every kind at each place, and people of every role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from pro_service.core.access import SITE_ROLES, Grant, Opened, Place, Rights, Role
from pro_service.core.course import Event
from pro_service.services import emergencies, grants
from pro_service.services.patients import enrolment
from pro_service.store.acting import acting_for, system
from pro_service.store.db import reading, transaction
from pro_service.store.models import (
    AccessGrant,
    Alert,
    Assessment,
    CalendarFeed,
    CallTask,
    Correction,
    CourseEvent,
    DataQuery,
    ImportedFact,
    Patient,
    Response,
    Site,
    Staff,
    Study,
)
from tests.access.evidence import COPY, lift_a_lock, put_a_copy
from tests.trial import PASSWORD, SECRET, START, STUDY, Trial, bare

#: The places of objects: the person's site, another of the study, one of another study, and nowhere at all.
OWN, OTHER, FOREIGN, ABSENT = "own", "other", "foreign", "absent"
OTHER_STUDY = "relais"
#: place -> (study, site, patient, telephone).
PATIENTS = {
    OWN: (STUDY, "03", "03-001", "+33639980001"),
    OTHER: (STUDY, "04", "04-001", "+33639980002"),
    FOREIGN: (OTHER_STUDY, "09", "09-001", "+33639980003"),
}
NOWHERE = 987_654
_ABSENT_KEYS = {
    "patients": "03-999",
    "people": "nobody",
    "copies": "77",
    "locks": "no-lock",
    "files": "x.zip",
}


@dataclass(kw_only=True)
class World:
    """Two studies with objects of every kind, and people of every role with a log-in."""

    trial: Trial
    people: dict[str, Rights] = field(default_factory=dict)
    objects: dict[str, dict[str, object]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    clients: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)

    def client(self, login: str, *, fresh: bool = False) -> tuple[FlaskClient, str]:
        """A logged-in client and its token; one a person unless `fresh`."""
        if fresh or login not in self.clients:
            client = self.trial.logged_in(login)
            token = client.get("/api/v1/session").get_json()["csrf_token"]
            if fresh:
                return client, token
            self.clients[login] = (client, token)
        return self.clients[login]


@contextmanager
def world(database_url: str) -> Iterator[World]:
    with bare(database_url) as made:
        found = World(trial=made)
        with made.app.app_context(), acting_for(system("test:world")):
            _set_up(found)
        yield found


def _set_up(made: World) -> None:
    given = made.trial.installation
    for code in (STUDY, OTHER_STUDY):
        enrolment.create_study(given, code=code, protocol_version="heroes-1", now=START)
    for study, site, _, _ in PATIENTS.values():
        phone = "+33199000003"
        enrolment.create_site(
            given, study=study, code=site, name=f"Centre {site}", time_zone="Europe/Paris", phone=phone
        )
    for place, (study, site, code, phone) in PATIENTS.items():
        enrolment.enrol_patient(
            given,
            study=study,
            site=site,
            code=code,
            phone=phone,
            language="fr",
            facts=[Event(type="consent2_signed", on=START.date()), Event(type="included", on=START.date())],
            actor="test",
            now=START,
        )
        _hire(made, f"site-{place}", study, Role.NURSE, (site,))
        _fill(made, place, study, site, code)
        lift_a_lock(made.places[place].study_id, f"lock-{place}")
        put_a_copy(given.copies, study=study, site=site)
    made.objects[ABSENT] = {segment: _ABSENT_KEYS.get(segment, NOWHERE) for segment in made.objects[OWN]}
    _hire_everybody(made)


def _hire_everybody(made: World) -> None:
    """One person of each role, and some whose rights are odd."""
    for role in Role:
        _hire(made, str(role), STUDY, role, ("03",) if role in SITE_ROLES else ())
    _hire(made, "manager-of-one-site", STUDY, Role.DATA_MANAGER, ("03",))
    _hire(made, "mixed", STUDY, Role.NURSE, ("03",))
    _give(made, "mixed", Role.MONITOR, ("04",))
    _hire(made, "over", STUDY, Role.NURSE, ("03",), valid_to=START + timedelta(hours=1))
    _hire(made, "doctor", STUDY, Role.INVESTIGATOR, ("03",))
    made.trial.now = START + timedelta(hours=2)
    _, _, code, _ = PATIENTS[OTHER]
    with reading() as session:
        staff_id = session.query(Staff).filter_by(login="doctor").one().id
    emergencies.open_patient(
        made.trial.installation,
        study=STUDY,
        patient=code,
        staff_id=staff_id,
        rights=made.people["doctor"],
        reason="brought to our emergency room",
        now=made.trial.now,
    )
    there = made.places[OTHER].patient_id
    assert there is not None
    opened = Opened(patient_id=there, from_at=made.trial.now, until_at=made.trial.now + timedelta(hours=1))
    made.people["doctor"] = Rights(grants=made.people["doctor"].grants, opened=(opened,))


def _hire(
    made: World,
    login: str,
    study: str,
    role: Role,
    sites: tuple[str, ...],
    *,
    valid_to: datetime | None = None,
) -> None:
    enrolment.create_staff(
        made.trial.installation,
        study=study,
        login=login,
        name=login,
        role=role,
        sites=sites,
        password=PASSWORD,
        totp_secret=SECRET,
        now=START,
    )
    if valid_to is not None:
        with transaction() as session:
            session.query(AccessGrant).filter_by(granted_by="set-up", role=role).order_by(
                AccessGrant.id.desc()
            ).first().valid_to = valid_to
    if not login.startswith("site-"):
        made.people[login] = Rights(grants=_spelled_out(made, role, sites, valid_to))


def _give(made: World, login: str, role: Role, sites: tuple[str, ...]) -> None:
    giving = grants.Giving(role=role, sites=sites, reason="test", actor="test", now=START)
    study_id = made.places[OWN].study_id
    grants.grant(made.trial.installation, study_id=study_id, login=login, giving=giving)
    before = made.people[login].grants
    made.people[login] = Rights(grants=(*before, *_spelled_out(made, role, sites, None)))


def _spelled_out(
    made: World, role: Role, sites: tuple[str, ...], valid_to: datetime | None
) -> tuple[Grant, ...]:
    """The grants as this test knows them, not as the service stored them."""
    of = {"03": made.places[OWN].site_id, "04": made.places[OTHER].site_id}
    study_id = made.places[OWN].study_id
    where = [of[site] for site in sites] or [None]
    return tuple(
        Grant(role=role, study_id=study_id, site_id=site_id, valid_from=START, valid_to=valid_to)
        for site_id in where
    )


def _fill(made: World, place: str, study: str, site: str, code: str) -> None:
    """An object of every kind at a place, straight into the tables: how they come about is other tests' business."""
    with transaction() as session:
        row = session.query(Study).filter_by(code=study).one()
        centre = session.query(Site).filter_by(study_id=row.id, code=site).one()
        patient = session.query(Patient).filter_by(study_id=row.id, code=code).one()
        staff = session.query(Staff).filter_by(login=f"site-{place}").one()
        asked = session.query(Assessment).filter_by(patient_id=patient.id).order_by(Assessment.id).first()
        assert asked is not None
        came = Response(
            assessment_id=asked.id,
            instrument="qlq-c30",
            instrument_version="3.0",
            sitting=1,
            state="in_progress",
            mode="link",
            language="fr",
            started_at=START,
        )
        session.add(came)
        session.flush()
        made_rows = _rows(patient, centre, asked, came)
        session.add_all(made_rows.values())
        session.flush()
        fact = session.query(CourseEvent).filter_by(patient_id=patient.id).order_by(CourseEvent.id).first()
        right = session.query(AccessGrant).filter_by(staff_id=staff.id).one()
        made.places[place] = Place(study_id=row.id, site_id=centre.id, patient_id=patient.id)
        made.objects[place] = {
            **{segment: each.id for segment, each in made_rows.items()},
            "patients": code,
            "events": fact.id,
            "assessments": asked.id,
            "people": staff.login,
            "grants": right.id,
            "instruments": "qlq-c30",
            "copies": site,
            "files": COPY,
            "locks": f"lock-{place}",
            "sessions": "0123456789abcdef",
        }


def _rows(patient: Patient, centre: Site, asked: Assessment, came: Response) -> dict[str, Any]:
    evidence = {"baseline": 0.0, "previous": None, "now": 100.0, "change": 100.0, "steps": 3.0}
    unknown = {"threshold": None, "beyond": None, "threshold_status": "not_applied"}
    return {
        "alerts": Alert(
            patient_id=patient.id,
            site_id=centre.id,
            response_id=came.id,
            rule="c30-worse-than-baseline",
            scale="FA",
            protocol_version="heroes-1",
            severity="amber",
            state="new",
            evidence={**evidence, **unknown},
            raised_at=START,
        ),
        "calls": CallTask(assessment_id=asked.id, raised_at=START),
        "discrepancies": ImportedFact(
            study_id=patient.study_id,
            patient_id=patient.id,
            source="edc",
            source_key=f"E-{patient.id}",
            told={"type": "treatment_stopped", "on": "2026-01-05"},
            state="contradicts",
            code="other_day",
            explanation={"fr": "autre jour", "en": "another day"},
            told_at=START,
            told_by="test",
        ),
        "corrections": Correction(
            response_id=came.id,
            state="requested",
            reason="other",
            note="Not what was meant",
            source="call_note",
            source_on=START.date(),
            asked_by="patient",
            requested_at=START,
            requested_by="nobody of this test",
        ),
        "queries": DataQuery(
            patient_id=patient.id,
            kind="enrolment",
            field="language",
            state="open",
            opened_at=START,
            opened_by="nobody of this test",
        ),
        "feeds": CalendarFeed(
            site_id=centre.id,
            token_hash=f"{centre.id:064d}",
            language="fr",
            created_at=START,
            created_by="test",
        ),
    }
