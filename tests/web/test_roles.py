"""Who may do what, as far as roles go today: site staff write, the sponsor's people read."""

import re

import pytest

from pro_service.services.patients import enrolment
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial


def hire(heroes: Trial, login: str, role: str) -> None:
    with heroes.app.app_context():
        enrolment.create_staff(
            heroes.installation,
            study=STUDY,
            login=login,
            name=login,
            role=role,
            sites=["03"],
            password=PASSWORD,
            totp_secret=SECRET,
            now=heroes.now,
        )


@pytest.mark.req("REG-06")
def test_a_data_manager_reads_but_writes_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        hire(heroes, "manager", "data_manager")
        desk = heroes.logged_in("manager")
        page = desk.get("/staff/patients/03-001")
        assert page.status_code == 200
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
        assert token is not None
        form = {"type": "treatment_stopped", "on": "2026-01-05", "csrf_token": token[1]}
        assert desk.post("/staff/patients/03-001/events", data=form).status_code == 403
        header = {"X-CSRF-Token": token[1]}
        event = {"type": "treatment_stopped", "on": "2026-01-05"}
        assert desk.post("/api/v1/patients/03-001/events", json=event, headers=header).status_code == 403
        assert desk.post("/logout", data={"csrf_token": token[1]}).status_code == 303


def test_a_change_without_the_sessions_token_is_refused(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        desk = heroes.logged_in()
        form = {"type": "treatment_stopped", "on": "2026-01-05"}
        assert desk.post("/staff/patients/03-001/events", data=form).status_code == 403
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert desk.post("/staff/patients/03-001/events", data=form, headers=foreign).status_code == 403


@pytest.mark.req("FAULT-48", "FAULT-52")
def test_a_patient_of_another_site_is_as_absent_as_one_that_does_not_exist(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        other = heroes.logged_in("other")
        for path in ("/staff/patients/{}", "/staff/patients/{}/event", "/api/v1/patients/{}"):
            foreign, absent = other.get(path.format("03-001")), other.get(path.format("03-999"))
            assert foreign.status_code == absent.status_code == 404
            same = re.sub("03-001|03-999", "", foreign.get_data(as_text=True))
            assert same == re.sub("03-001|03-999", "", absent.get_data(as_text=True))
