"""The pages and routes of electronic signatures (REG-13)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pyotp
import pytest
from flask.testing import FlaskClient

from pro_service.services.patients import enrolment
from tests.services.given import answer_all, invited_to_m15
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial
from tests.web.api.world import program

LOGIN = "investigator"


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        made.call(
            enrolment.create_staff,
            made.installation,
            study=STUDY,
            login=LOGIN,
            name="Dr Camille Fictive",
            role="investigator",
            sites=("03",),
            password=PASSWORD,
            totp_secret=SECRET,
            phone=None,
            now=made.now,
        )
        answer_all(made, invited_to_m15(made))
        made.enrol("03-002", phone="+33639980002")
        yield made


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'name="(sha\.[^"]+|csrf_token|page)" value="([^"]+)"', page))


def signed(heroes: Trial, desk: FlaskClient, page: str, **over: object) -> tuple[int, str]:
    shown = desk.get(page).get_data(as_text=True)
    heroes.now += timedelta(seconds=30)
    form = form_of(shown) | {"meaning": "approval", "password": PASSWORD, "patient": ["03-001"]}
    answer = desk.post("/staff/signatures", data=form | {"code": pyotp.TOTP(SECRET).at(heroes.now)} | over)
    return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True)


def test_an_investigator_sees_what_is_signed_and_signs_it(heroes: Trial) -> None:
    desk = heroes.logged_in(LOGIN)
    before = desk.get("/staff/patients/03-001/signatures").get_data(as_text=True)
    assert "Jamais signé" in before
    assert "treatment_stopped" in before
    assert ">q30<" in before
    status, location = signed(heroes, desk, "/staff/patients/03-001/signatures")
    assert (status, location) == (303, "/staff/patients/03-001/signatures?notice=signed")
    after = desk.get(location).get_data(as_text=True)
    assert "Dr Camille Fictive" in after
    assert ">valable<" in after


def test_several_records_are_signed_from_the_list_and_a_later_fact_shows_there(heroes: Trial) -> None:
    desk = heroes.logged_in(LOGIN)
    status, location = signed(heroes, desk, "/staff/signatures", patient=["03-001", "03-002"])
    assert (status, location) == (303, "/staff/signatures?notice=signed")
    assert desk.get("/staff/signatures").get_data(as_text=True).count(">valable<") == 2
    heroes.record("treatment_resumed", date(2026, 2, 16), relation="same", reason="investigator")
    shown = desk.get("/staff/signatures").get_data(as_text=True)
    assert "changé depuis" in shown
    assert "faits du parcours" in shown


@pytest.mark.parametrize("page", ["/staff/signatures", "/staff/patients/03-001/signatures"])
def test_a_refused_signature_says_why_beside_its_field_and_keeps_no_secret(heroes: Trial, page: str) -> None:
    status, shown = signed(heroes, heroes.logged_in(LOGIN), page, password="wrong-test-password")
    assert status == 422
    assert "rien n’est signé" in shown or "rien n&#39;est signé" in shown
    assert "wrong-test-password" not in shown


def test_a_nurse_looks_and_does_not_sign(heroes: Trial) -> None:
    desk = heroes.logged_in("nurse")
    shown = desk.get("/staff/signatures").get_data(as_text=True)
    assert 'name="password"' not in shown
    assert signed(heroes, desk, "/staff/signatures")[0] == 403


def test_another_sites_record_is_not_there(heroes: Trial) -> None:
    desk = heroes.logged_in("other")
    assert desk.get("/staff/patients/03-001/signatures").status_code == 404
    assert "03-001" not in desk.get("/staff/signatures").get_data(as_text=True)


def test_programs_sign_by_the_same_rules(heroes: Trial) -> None:
    api = program(heroes, LOGIN)
    shown = {one["patient"]: one["sha256"] for one in api.items("/signatures")}
    heroes.now += timedelta(seconds=30)
    body = {
        "records": [{"patient": "03-001", "sha256": shown["03-001"]}],
        "meaning": "review",
        "password": PASSWORD,
        "code": pyotp.TOTP(SECRET).at(heroes.now),
    }
    made = api.post("/signatures", body)
    assert made.status_code == 201
    (record,) = made.get_json()["items"]
    (signature,) = record["signatures"]
    assert (signature["login"], signature["state"], signature["changed"]) == (LOGIN, "valid", [])
    again = api.post("/signatures", body)
    assert (again.status_code, again.get_json()["code"]) == (422, "factors_wrong"), "a code is good once"
    assert program(heroes, "nurse").post("/signatures", body).status_code == 403
