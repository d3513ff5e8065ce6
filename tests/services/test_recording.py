"""Facts, staff and sites that are recorded, and what people type into them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pro_service.services import sign_in, triage
from pro_service.services.answers import responses
from pro_service.services.answers.deposits import GivenAnswer
from pro_service.services.messages import outbox
from pro_service.services.patients import course, enrolment
from pro_service.services.refusals import InvalidError, RefusedError
from pro_service.store.models import (
    Alert,
    Assessment,
    Patient,
)
from tests.services.given import (
    OTHER,
    TIRED,
    answer_all,
    change,
    invited_to_m15,
    off_treatment,
)
from tests.trial import PASSWORD, PHONE, SECRET, STUDY, Trial, trial


def test_a_result_recorded_before_the_patient_was_told_can_be_completed_with_the_day(
    migrated_database: str,
) -> None:
    """First the laboratory's result, a week later the day of disclosure: not a fact that is recorded already."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 3, 20))
        heroes.record("ctdna_resulted", date(2026, 3, 18), result="positive")
        heroes.on(date(2026, 3, 25))
        heroes.record("ctdna_resulted", date(2026, 3, 18), result="positive", disclosed_on=date(2026, 3, 25))
        assert heroes.rows(Assessment, key="CONV")


def test_a_nurse_with_the_number_of_a_patient_is_a_conflict(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        with pytest.raises(RefusedError):
            _staff(heroes, phone=PHONE)


@pytest.mark.parametrize(
    "wrong", [{"role": "king"}, {"language": "de"}, {"totp_secret": "not base32, a test"}]
)
def test_a_member_of_staff_who_could_not_work_is_refused_with_a_reason(
    migrated_database: str, wrong: dict[str, str]
) -> None:
    with trial(migrated_database) as heroes, pytest.raises(InvalidError):
        _staff(heroes, **wrong)


def test_a_site_in_no_time_zone_is_refused(migrated_database: str) -> None:
    with trial(migrated_database) as heroes, pytest.raises(InvalidError):
        heroes.call(
            enrolment.create_site,
            heroes.installation,
            study=STUDY,
            code="05",
            name="Nowhere",
            time_zone="Europe/Rennes",
            phone="+33199000005",
        )


def _staff(heroes: Trial, **over: Any) -> None:
    values = {"role": "nurse", "totp_secret": SECRET, "language": "fr"} | over
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login="third",
        name="Third",
        sites=("03",),
        password=PASSWORD,
        now=heroes.now,
        **values,
    )


# --- What people type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["login", "patient_code", "note", "reason", "client_id"])
def test_a_nul_in_a_text_is_refused_and_not_a_fault_of_ours(migrated_database: str, where: str) -> None:
    """PostgreSQL cannot store it and raises DataError, SQLite cuts or keeps it: neither is an answer."""
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        with pytest.raises((RefusedError, sign_in.LoginFailedError)):
            _type_nul(heroes, where, token)


def _type_nul(heroes: Trial, where: str, token: str) -> None:
    given, bad = heroes.installation, "a\x00b"
    if where == "login":
        heroes.call(sign_in.log_in, given, login=bad, password=PASSWORD, code="000000", now=heroes.now)
    elif where == "patient_code":
        heroes.enrol(bad, phone=OTHER)
    elif where == "note":
        alert = _alert(heroes, token)
        heroes.call(
            triage.acknowledge,
            given,
            alert_id=alert.id,
            site_ids=(alert.site_id,),
            action="called",
            note=bad,
            actor="nurse",
            now=heroes.now,
        )
    elif where == "reason":
        fact = heroes.record("resample", heroes.now.date())
        heroes.call(
            course.void_event,
            given,
            event_id=fact.event_id,
            reason=bad,
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
    else:
        answers = [GivenAnswer(client_id=bad, item="q1", value=1)]
        heroes.call(
            responses.answer, given, token=token, instrument="qlq-c30", answers=answers, now=heroes.now
        )


def _alert(heroes: Trial, token: str) -> Alert:
    heroes.call(_baseline, heroes)
    answer_all(heroes, token, TIRED)
    return heroes.rows(Alert)[0]


def _baseline(heroes: Trial) -> None:
    """A completed baseline without symptoms, as if it had been answered in time."""
    row = heroes.rows(Assessment, key="BASE")[0]
    change(
        heroes,
        update(Assessment)
        .where(Assessment.id == row.id)
        .values(state="open", closes_at=heroes.now + timedelta(hours=1)),
    )
    token = heroes.call(
        outbox.link_token, heroes.installation, patient=heroes.rows(Patient)[0], assessment=row
    )
    answer_all(heroes, token)
