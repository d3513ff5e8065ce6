"""Keys of programs on the API: what they may, where, until when; and never what needs a person."""

from datetime import timedelta

import pytest

from pro_service.core.access import Permission
from pro_service.core.access.keys import NEVER, SCOPES
from pro_service.services.accounts import keys
from pro_service.services.refusals import InvalidError, NotFoundError
from pro_service.store.models import ApiKey
from tests.trial import STUDY, Trial
from tests.web.api.world import problem

READING = ("see_patients",)


def made(heroes: Trial, *scopes: str, sites: tuple[str, ...] = ("03",), days: int = 30) -> str:
    return heroes.call(
        keys.create,
        "edc-transfer",
        study=STUDY,
        sites=sites,
        scopes=scopes or READING,
        days=days,
        by="operator",
        now=heroes.now,
    )


def ask(heroes: Trial, path: str, key: str, **options):
    return heroes.client().open(
        f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"}, **({"method": "GET"} | options)
    )


def test_a_key_reads_its_sites_and_no_other(heroes: Trial) -> None:
    heroes.include()
    heroes.include("04-001", site="04", phone="+33639980004")
    key = made(heroes)
    listed = ask(heroes, "/patients", key)
    assert listed.status_code == 200
    assert [each["code"] for each in listed.get_json()["items"]] == ["03-001"]
    problem(ask(heroes, "/patients/04-001", key), 404, "not_found")


def test_a_key_does_no_more_than_its_scopes_say(heroes: Trial) -> None:
    heroes.include()
    event = {"type": "treatment_stopped", "on": "2026-01-05"}
    path = "/patients/03-001/events"
    reader, writer = made(heroes), made(heroes, "see_patients", "record_facts")
    problem(ask(heroes, path, reader, method="POST", json=event), 403, "not_allowed")
    assert ask(heroes, path, writer, method="POST", json=event).status_code == 201


def test_an_ended_a_revoked_and_a_made_up_key_are_all_401_with_a_challenge(heroes: Trial) -> None:
    key = made(heroes, days=1)
    revoked = made(heroes)
    heroes.call(keys.revoke, revoked.split(".")[1], by="operator", now=heroes.now)
    last = heroes.now + timedelta(days=1)
    heroes.now = last - timedelta(seconds=1)
    assert ask(heroes, "/patients", key).status_code == 200
    heroes.now = last
    for wrong in (key, revoked, "pro.0000000000000000.made-up", "", "x", key[:-1] + "~"):
        refused = ask(heroes, "/patients", wrong)
        problem(refused, 401, "log_in_first")
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_a_stranger_is_told_how_to_prove_who_they_are(heroes: Trial) -> None:
    assert heroes.client().get("/api/v1/patients").headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_key_opens_no_page_of_the_desk(heroes: Trial) -> None:
    bearer = {"Authorization": f"Bearer {made(heroes)}"}
    assert heroes.client().get("/staff", headers=bearer).status_code == 303


def test_beside_a_wrong_key_a_cookie_counts_for_nothing(heroes: Trial) -> None:
    nurse = heroes.logged_in()
    assert nurse.get("/api/v1/patients").status_code == 200
    assert nurse.get("/api/v1/patients", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("scope", [*sorted(NEVER), "everything"])
def test_what_needs_a_person_is_no_scope(heroes: Trial, scope: str) -> None:
    with pytest.raises(InvalidError):
        made(heroes, "see_patients", scope)


def test_identity_signing_and_unlocking_are_never_a_programs() -> None:
    assert not SCOPES & {Permission.SEE_IDENTITY, Permission.SIGN, Permission.UNLOCK}
    assert set(Permission) == SCOPES | NEVER


@pytest.mark.parametrize("days", [0, 366])
def test_a_key_is_good_for_a_year_at_most(heroes: Trial, days: int) -> None:
    with pytest.raises(InvalidError):
        made(heroes, days=days)


def test_a_key_for_a_site_that_is_not_there_is_refused(heroes: Trial) -> None:
    with pytest.raises(NotFoundError):
        made(heroes, sites=("99",))


def test_a_key_is_stored_as_a_hash_and_the_day_of_its_use_is_kept(heroes: Trial) -> None:
    key = made(heroes)
    assert key.split(".")[2] not in str([vars(row) for row in heroes.rows(ApiKey)])
    ask(heroes, "/patients", key)
    assert heroes.rows(ApiKey)[0].last_used_on == heroes.now.date()


def test_the_commands_make_list_and_revoke_a_key(heroes: Trial) -> None:
    run = heroes.app.test_cli_runner().invoke
    created = run(
        args=["keys", "create", STUDY, "edc", "--site", "03", "--scope", "see_patients", "--days", "9"]
    )
    assert created.exit_code == 0, created.output
    key = created.stdout.strip()
    assert ask(heroes, "/patients", key).status_code == 200
    name, public_id, until, last, state, scopes = run(args=["keys", "list"]).stdout.strip().split("\t")
    assert (name, until, last, state, scopes) == ("edc", "2026-01-14", "2026-01-05", "good", "see_patients")
    assert run(args=["keys", "revoke", public_id]).exit_code == 0
    assert ask(heroes, "/patients", key).status_code == 401
    refused = run(args=["keys", "create", STUDY, "edc", "--site", "03", "--scope", "sign", "--days", "9"])
    assert refused.exit_code == 2
