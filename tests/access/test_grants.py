"""Rights are dated rows: given, ended, switched off, at once; and what they were on a day can be told afterwards."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from pro_service.services.patients import enrolment
from pro_service.store.db import reading
from pro_service.store.models import AccessGrant, StaffSession
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial

HOUR = timedelta(hours=1)


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    """Site 03 with nurse "nurse" and a patient, site 04 with nurse "other", and an administrator."""
    with trial(migrated_database) as made:
        made.include()
        hire(made, "chief", "administrator", ())
        yield made


def hire(heroes: Trial, login: str, role: str, sites: tuple[str, ...]) -> None:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login=login,
        name=login.title(),
        role=role,
        sites=sites,
        password=PASSWORD,
        totp_secret=SECRET,
        now=heroes.now,
    )


def post(client: FlaskClient, path: str, **form: object) -> int:
    token = client.get("/api/v1/session").get_json()["csrf_token"]
    return client.post(path, data={**form, "csrf_token": token}).status_code


def command(heroes: Trial, *args: str) -> str:
    result = heroes.app.test_cli_runner().invoke(args=list(args))
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def grant_of(heroes: Trial, login: str) -> int:
    listed = json.loads(command(heroes, "staff", "list", STUDY, "--json"))
    return int(next(row["grant"] for row in listed if row["login"] == login))


def test_fault_49_an_ended_grant_counts_from_the_next_request_on(heroes: Trial) -> None:
    nurse, chief = heroes.logged_in(), heroes.logged_in("chief")
    assert nurse.get("/api/v1/patients?limit=1").status_code == 200
    assert post(chief, f"/staff/grants/{grant_of(heroes, 'nurse')}/end", reason="left the centre") == 303
    # In the middle of reading page after page: the next page is refused.
    assert nurse.get("/api/v1/patients?limit=1&cursor=03-000").status_code == 403
    assert nurse.get("/staff").status_code == 200, "the account is there, without any patient"
    assert "03-001" not in nurse.get("/staff").get_data(as_text=True)


def test_fault_49_a_grant_with_a_last_day_ends_by_itself_and_one_to_come_begins_by_itself(
    heroes: Trial,
) -> None:
    begins, ends = heroes.now + 2 * HOUR, heroes.now + 3 * HOUR
    hire(heroes, "locum", "monitor", ("04",))
    dates = ("--from", begins.isoformat(), "--to", ends.isoformat(), "--reason", "holiday cover")
    command(heroes, "staff", "grant", STUDY, "locum", "--role", "nurse", "--site", "03", *dates)
    page, seen = "/api/v1/patients/03-001", []
    for moment in (begins - HOUR, begins, ends - timedelta(minutes=5), ends):
        heroes.now = moment
        seen.append(heroes.logged_in("locum").get(page).status_code)
        heroes.now = moment
    # The log-in itself takes half a minute, so the third is still before the end.
    assert seen == [404, 200, 200, 404]


def test_a_disabled_account_is_logged_out_at_once_and_cannot_come_back(heroes: Trial) -> None:
    nurse, chief = heroes.logged_in(), heroes.logged_in("chief")
    assert post(chief, "/staff/people/nurse/disable", reason="") == 422
    assert nurse.get("/staff").status_code == 200
    assert post(chief, "/staff/people/nurse/disable", reason="left the hospital") == 303
    assert nurse.get("/api/v1/session").status_code == 401
    again = heroes.client().post("/login", data={"login": "nurse", "password": PASSWORD, "code": "000000"})
    assert again.status_code == 401
    grant = ("staff", "grant", STUDY, "nurse", "--role", "nurse", "--site", "04", "--reason", "x")
    assert heroes.app.test_cli_runner().invoke(args=list(grant)).exit_code == 2


def test_reg_11_the_rights_of_any_past_instant_can_be_listed(heroes: Trial) -> None:
    moments = [heroes.now - HOUR, heroes.now]
    heroes.now += HOUR
    command(
        *(heroes, "staff", "grant", STUDY, "nurse", "--role", "investigator", "--site", "04"),
        *("--reason", "replaces a colleague"),
    )
    moments.append(heroes.now)
    heroes.now += HOUR
    command(heroes, "staff", "revoke", STUDY, str(grant_of(heroes, "nurse")), "--reason", "no longer a nurse")
    moments.append(heroes.now)
    heroes.now += HOUR
    command(heroes, "staff", "disable", STUDY, "nurse", "--reason", "left")
    moments.append(heroes.now)
    seen = [rights(heroes, moment.isoformat(), "nurse") for moment in moments]
    both = [("nurse", "03"), ("investigator", "04")]
    assert seen == [[], both[:1], both, both[1:], [("", "")]]


def rights(heroes: Trial, at: str, login: str) -> list[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(command(heroes, "access", "as-of", STUDY, at)))
    return [(row["role"], row["site"]) for row in rows if row["login"] == login]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--role", "nurse", "--reason", "x"), "role_needs_sites"),
        (("--role", "administrator", "--site", "03", "--reason", "x"), "role_of_the_study"),
        (("--role", "monitor", "--site", "03", "--reason", " "), "reason_missing"),
        (("--role", "nurse", "--site", "04", "--reason", "again"), "grant_exists"),
        (
            ("--role", "monitor", "--site", "04", "--reason", "x", "--from", "2020-01-01T00:00:00Z"),
            "bad_validity",
        ),
        (("--role", "monitor", "--site", "04", "--reason", "x", "--by", "other"), "own_rights"),
        (("--role", "monitor", "--site", "99", "--reason", "x"), "site 99"),
    ],
)
def test_what_cannot_be_given_is_refused_with_one_line(
    heroes: Trial, args: tuple[str, ...], says: str
) -> None:
    before = len(heroes.rows(AccessGrant))
    result = heroes.app.test_cli_runner().invoke(args=["staff", "grant", STUDY, "other", *args])
    assert result.exit_code == 2
    assert says in result.stderr or len(result.stderr.splitlines()) == 1
    assert len(heroes.rows(AccessGrant)) == before


def test_nobody_changes_their_own_rights(heroes: Trial) -> None:
    chief = heroes.logged_in("chief")
    own = grant_of(heroes, "chief")
    for path in (f"/staff/grants/{own}/end", "/staff/people/chief/disable", "/staff/people/chief/grants"):
        assert post(chief, path, reason="why not", role="nurse", site="03") in (409, 422)
    assert [row.ended_at for row in heroes.rows(AccessGrant, id=own)] == [None]


def test_an_administrator_gives_a_role_on_the_desk_and_sees_no_patient(heroes: Trial) -> None:
    chief = heroes.logged_in("chief")
    assert post(chief, "/staff/people/other/grants", role="monitor", site="03", reason="visits 03 too") == 303
    page = chief.get("/staff/people/other").get_data(as_text=True)
    assert "visits 03 too" in page
    assert heroes.logged_in("other").get("/staff/patients/03-001").status_code == 200
    assert chief.get("/staff/patients/03-001").status_code == 403
    assert "03-001" not in chief.get("/staff").get_data(as_text=True)


def test_the_page_of_accounts_shows_another_day(heroes: Trial) -> None:
    chief = heroes.logged_in("chief")
    assert "nurse" in chief.get("/staff/people").get_data(as_text=True)
    before = chief.get("/staff/people?on=2020-01-01").get_data(as_text=True)
    assert "/staff/people/nurse" not in before
    assert chief.get("/staff/people?on=2020-13-01").status_code == 422


def test_a_monitor_reads_its_own_site_without_a_button_that_writes(heroes: Trial) -> None:
    hire(heroes, "visitor", "monitor", ("03",))
    visitor = heroes.logged_in("visitor")
    for path in ("/staff", "/staff/patients/03-001", "/staff/checks", "/staff/visits"):
        page = visitor.get(path).get_data(as_text=True)
        actions = [part.split('"')[0] for part in page.split('method="post" action="')[1:]]
        assert set(actions) <= {"/logout", "/staff/language"}, path
        assert "/event" not in page
        assert "639980001" not in page
    assert visitor.get("/staff/patients/04-001").status_code == 404


def test_sessions_of_a_disabled_account_are_marked_as_ended(heroes: Trial) -> None:
    heroes.logged_in()
    command(heroes, "staff", "disable", STUDY, "nurse", "--reason", "left")
    with heroes.app.app_context(), reading() as session:
        assert [row.ended_at for row in session.query(StaffSession)] == [heroes.now]
