"""Requests no page of ours would make: each is refused with its reason, none is a fault of ours, nothing is stored."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from pro_service.store.models import CourseEvent, Patient
from tests.services.given import invited_to_m15, off_treatment
from tests.trial import Trial, trial

NO_OBJECTS = (b"", b"x", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'"text"')


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def post(desk: FlaskClient, path: str, **form: str) -> str:
    """Send a form with the session's own token; gives the page."""
    page = desk.get("/staff/enrol").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    response = desk.post(path, data={**form, "csrf_token": token[1]})
    return f"{response.status_code} {response.get_data(as_text=True)}"


@pytest.mark.parametrize("path", ["open", "answer", "complete", "stop"])
def test_a_body_that_is_no_object_is_malformed(heroes: Trial, path: str) -> None:
    for body in NO_OBJECTS:
        response = heroes.client().post(f"/q/{path}", data=body, content_type="application/json")
        assert response.status_code == 400, body[:20]


def test_a_token_of_odd_characters_is_malformed(heroes: Trial) -> None:
    for token in ("\ud800", "é", "a b", "A" * 65, ""):
        assert heroes.client().post("/q/open", json={"token": token}).status_code == 400


@pytest.mark.parametrize(
    "said", ["9999-12-31T23:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_an_answer_of_a_phone_whose_clock_is_mad_is_kept_and_harms_nothing(heroes: Trial, said: str) -> None:
    token = invited_to_m15(heroes)
    one = {
        "id": "00000000-0000-4000-8000-000000000001",
        "item": "q1",
        "value": 1,
        "refused": False,
        "answered_at": said,
    }
    body = {"token": token, "instrument": "qlq-c30", "answers": [one]}
    for _ in range(2):
        assert heroes.client().post("/q/answer", json=body).status_code == 200
    assert heroes.client().post("/q/open", json={"token": token}).status_code == 200


def test_one_id_for_two_answers_of_one_lot_is_refused(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    lot = [
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "item": "q1",
            "value": value,
            "refused": False,
            "answered_at": "2026-02-17T10:00:00Z",
        }
        for value in (1, 4)
    ]
    body = {"token": token, "instrument": "qlq-c30", "answers": lot}
    response = heroes.client().post("/q/answer", json=body)
    assert response.status_code == 409
    assert response.get_json()["code"] == "answer_id_used"


def test_an_impossible_day_is_named_at_its_field_and_enrols_nobody(heroes: Trial) -> None:
    desk = heroes.logged_in()
    form = {"site": "03", "patient_code": "03-001", "language": "fr", "phone": "06 39 98 00 01"}
    for field, said in (("consent_on", "24/11/2026"), ("included_on", "2026-13-40")):
        page = post(desk, "/staff/enrol", **form, **{field: said})
        assert page.startswith("422")
        assert f'id="{field}-error"' in page
    assert heroes.rows(Patient) == []


@pytest.mark.req("FAULT-56")
@pytest.mark.parametrize(
    "code", ["01/701", "..", ".", "a?b", "a#b", "a b", "03-001\n", "01-002\u200b", "é", "-1", "A" * 33]
)
def test_a_patient_code_that_could_not_stand_in_an_address_is_refused(heroes: Trial, code: str) -> None:
    page = post(
        heroes.logged_in(),
        "/staff/enrol",
        site="03",
        patient_code=f"x{code}" if code.endswith("\n") else code,
        language="fr",
        phone="06 39 98 00 01",
    )
    # A form's fields are stripped: of the code with a line feed, the code remains and is a good one.
    assert page.startswith("303" if code.endswith("\n") else "422")
    assert len(heroes.rows(Patient)) == int(code.endswith("\n"))


def test_voiding_what_others_depend_on_says_so_and_not_that_somebody_was_faster(heroes: Trial) -> None:
    off_treatment(heroes)
    included = heroes.rows(CourseEvent, type="included")[0]
    page = post(heroes.logged_in(), f"/staff/events/{included.id}/void", reason="wrong patient")
    assert page.startswith("409")
    assert "en dépendent" in page
    assert "passé avant vous" not in page


@pytest.mark.parametrize(("reason", "says"), [("   ", "Indiquez le motif"), ("x" * 2001, "trop long")])
def test_a_motive_that_is_none_or_endless_is_refused_with_its_reason(
    heroes: Trial, reason: str, says: str
) -> None:
    off_treatment(heroes)
    fact = heroes.rows(CourseEvent)[-1]
    page = post(heroes.logged_in(), f"/staff/events/{fact.id}/void", reason=reason)
    assert page.startswith("422")
    assert says in page
    assert "erreur de notre" not in page


def test_names_and_numbers_no_database_holds_are_not_found(heroes: Trial) -> None:
    off_treatment(heroes)
    desk = heroes.logged_in()
    for path in ("/staff/patients/a%00b", "/staff/patients/a%00b/event", "/staff/patients/a%0Ab"):
        assert desk.get(path).status_code == 404
    assert desk.get("/staff?q=%00").status_code == 200
    assert post(desk, "/staff/events/2147483648/void", reason="x").startswith("404")
    nowhere = "/staff/alerts/99999999999999999999/acknowledge"
    assert post(desk, nowhere, action="called").startswith("404")


@pytest.mark.req("FAULT-56")
def test_an_address_to_go_on_to_with_a_line_feed_leads_to_the_work_list(heroes: Trial) -> None:
    response = heroes.client().post(
        "/staff/language", data={"language": "fr", "next": "/staff\r\nX-Injected: y"}
    )
    assert response.status_code == 303
    assert response.headers["Location"] == "/staff"
    assert "X-Injected" not in response.headers


def test_a_page_that_only_takes_forms_does_not_call_it_our_fault(heroes: Trial) -> None:
    page = heroes.logged_in().get("/staff/events/1/void")
    assert page.status_code == 405
    assert "erreur de notre" not in page.get_data(as_text=True)


def test_the_demonstrations_phone_is_not_upset_by_odd_names(heroes: Trial) -> None:
    heroes.include()
    client = heroes.client()
    assert client.get("/demo/phone/messages?patient=a%00b").status_code == 404
    for body in (*NO_OBJECTS, b'{"patient": "\\u0000", "body": "x"}', b'{"patient": "\\ud800", "body": "x"}'):
        response = client.post("/demo/phone/reply", data=body, content_type="application/json")
        assert response.status_code in (400, 404), body[:20]
