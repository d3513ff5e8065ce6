"""An emergency opens one patient of another site: to be read, for a while, with a reason, seen by those concerned."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from pro_service.services.patients import enrolment
from pro_service.store.models import EmergencyAccess
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial

PAGE = "/staff/patients/03-001"


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """Patients 03-001 and 03-002 of site 03 (nurse), a doctor at site 04, a nurse there (other), an administrator."""
    with trial(migrated_database) as made:
        made.include()
        made.include("03-002", phone="+33639980002")
        for login, role, sites in (("doctor", "investigator", ("04",)), ("chief", "administrator", ())):
            made.call(
                enrolment.create_staff,
                made.installation,
                study=STUDY,
                login=login,
                name=login.title(),
                role=role,
                sites=sites,
                password=PASSWORD,
                totp_secret=SECRET,
                now=made.now,
            )
        yield made


def post(client: FlaskClient, path: str, **form: object) -> int:
    token = client.get("/api/v1/session").get_json()["csrf_token"]
    return client.post(path, data={**form, "csrf_token": token}).status_code


def opened(heroes: Trial) -> FlaskClient:
    doctor = heroes.logged_in("doctor")
    assert doctor.get(PAGE).status_code == 404
    assert post(doctor, "/staff/emergency", patient="03-001", reason="seen in our emergency room") == 303
    return doctor


def test_it_opens_that_patient_alone_and_only_to_be_read(heroes: Trial) -> None:
    doctor = opened(heroes)
    for path in (PAGE, f"{PAGE}/history", f"{PAGE}/on", "/api/v1/patients/03-001/events"):
        assert doctor.get(path).status_code == 200
    assert doctor.get("/staff/patients/03-002").status_code == 404
    assert post(doctor, f"{PAGE}/events", type="treatment_stopped", on="2026-01-05") == 403
    assert post(doctor, f"{PAGE}/unchanged") == 403
    for listed in ("/staff?q=03-00", "/api/v1/patients"):
        assert "03-002" not in doctor.get(listed).get_data(as_text=True)


def test_a_banner_says_so_on_every_page_until_it_ends(heroes: Trial) -> None:
    doctor = opened(heroes)
    for path in (PAGE, "/staff", "/staff/instruments"):
        assert 'action="/staff/emergency/end"' in doctor.get(path).get_data(as_text=True)
    assert post(doctor, "/staff/emergency/end") == 303
    assert doctor.get(PAGE).status_code == 404
    assert 'action="/staff/emergency/end"' not in doctor.get("/staff").get_data(as_text=True)
    assert heroes.rows(EmergencyAccess)[0].ended_at == heroes.now


def test_it_ends_by_itself(heroes: Trial) -> None:
    doctor = opened(heroes)
    begun = heroes.now
    for minute in (14, 28, 42, 56):  # each request keeps the session alive
        heroes.now = begun + timedelta(minutes=minute)
        assert doctor.get(PAGE).status_code == 200
    heroes.now = begun + timedelta(minutes=60)
    assert doctor.get(PAGE).status_code == 404


def test_the_patients_site_and_the_administrators_see_it_at_once(heroes: Trial) -> None:
    opened(heroes)
    people = ("nurse", "other", "chief")
    told = {login: heroes.logged_in(login).get("/staff").get_data(as_text=True) for login in people}
    assert "seen in our emergency room" in told["nurse"]
    assert "seen in our emergency room" in told["chief"]
    assert "seen in our emergency room" not in told["other"]
    assert "03-001" not in told["chief"], "an administrator learns that it happened, not to whom"
    assert "seen in our emergency room" in heroes.logged_in("chief").get("/staff/people").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"patient": "03-001", "reason": ""}, 422),
        ({"patient": "03-001", "reason": "a\nb"}, 422),
        ({"patient": "03-999", "reason": "urgent"}, 422),
    ],
)
def test_without_a_reason_or_a_patient_nothing_opens(
    heroes: Trial, form: dict[str, str], status: int
) -> None:
    assert post(heroes.logged_in("doctor"), "/staff/emergency", **form) == status
    assert heroes.rows(EmergencyAccess) == []


def test_only_investigators_may_and_only_for_what_is_not_open_to_them(heroes: Trial) -> None:
    nurse, chief = heroes.logged_in("other"), heroes.logged_in("chief")
    for client in (nurse, chief):
        assert post(client, "/staff/emergency", patient="03-001", reason="urgent") == 403
    doctor = opened(heroes)
    assert post(doctor, "/staff/emergency", patient="03-001", reason="once more") == 422
    assert len(heroes.rows(EmergencyAccess)) == 1
