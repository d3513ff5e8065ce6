"""What is there and what is not are answered alike: status, body and length. Times: `python -m bench.timing`."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from pro_service.gateways.signatures import SIGNATURE_HEADER, sign
from tests.databases import Databases
from tests.trial import Trial, trial
from tests.web.api.world import program

pytestmark = pytest.mark.req("FAULT-52")

INBOUND = "/webhooks/sms/inbound"


@pytest.fixture
def heroes(databases: Databases) -> Iterator[Trial]:
    """Site 03 and 04 with a patient each."""
    with databases.migrated("sqlite") as url, trial(url) as made:
        made.include()
        made.enrol("04-001", site="04", phone="+33639980004")
        yield made


def seen(answer: TestResponse, *names: str) -> tuple[int, str, dict[str, str]]:
    """What a stranger sees, without the name that they asked for themselves."""
    body = answer.get_data(as_text=True)
    for name in names:
        body = body.replace(name, "?")
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, body, headers


def test_a_login_that_exists_is_refused_as_one_that_does_not(heroes: Trial) -> None:
    for path, how in (("/login", "data"), ("/api/v1/session", "json")):
        one, other = (
            seen(
                heroes.client().post(path, **{how: {"login": name, "password": "x", "code": "000000"}}), name
            )
            for name in ("nurse", "nobdy")
        )
        assert one == other
        assert one[0] == 401


@pytest.mark.parametrize("page", ["", "/event", "/history"])
def test_a_patient_of_another_site_is_answered_as_one_who_is_not(heroes: Trial, page: str) -> None:
    desk = heroes.logged_in()
    one, other = (seen(desk.get(f"/staff/patients/{code}{page}"), code) for code in ("04-001", "04-999"))
    assert one == other
    assert one[0] == 404


@pytest.mark.parametrize("page", ["", "/events", "/assessments", "/scores", "/messages", "/zones"])
def test_a_program_sees_no_difference_either(heroes: Trial, page: str) -> None:
    nurse = program(heroes)
    one, other = (seen(nurse.get(f"/patients/{code}{page}"), code) for code in ("04-001", "04-999"))
    assert one == other
    assert one[0] == 404


def test_a_text_from_a_registered_number_is_answered_as_one_from_a_stranger(heroes: Trial) -> None:
    def text(number: str, last: int) -> tuple[int, str, dict[str, str]]:
        fields = {
            "AccountSid": "AC" + "0" * 32,
            "Body": "2",
            "From": number,
            "MessageSid": f"SM{last:032x}",
            "To": "+33199009999",
        }
        url = "http://localhost:8000" + INBOUND
        signature = sign(url=url, params=tuple(fields.items()), token="test-token")
        kind = "application/x-www-form-urlencoded"
        headers = {SIGNATURE_HEADER: signature}
        return seen(heroes.client().post(INBOUND, data=urlencode(fields), headers=headers, content_type=kind))

    assert text("+33639980001", 1) == text("+33639989999", 2)


def test_a_made_up_link_is_answered_alike_whatever_it_is_like(heroes: Trial) -> None:
    client = heroes.client()
    answers = [seen(client.post("/q/open", json={"token": token})) for token in ("A" * 26, "B" * 26, "short")]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 410
