"""The pages of accounts as browsers use them: invitation to log-in, stepping up, and what other roles do not see."""

import re
from datetime import timedelta

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pro_service.services.patients import enrolment
from tests.accounts.people import GOOD
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial

BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"}


def hire(heroes: Trial, login: str, role: str) -> FlaskClient:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login=login,
        name=login.title(),
        role=role,
        sites=[] if role == "administrator" else ["03"],
        password=PASSWORD,
        totp_secret=SECRET,
        now=heroes.now,
    )
    return heroes.logged_in(login)


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.get_data(as_text=True))
    assert found is not None, page.get_data(as_text=True)
    return found[1]


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = hidden(client.get("/staff/account"), "csrf_token")
    return client.post(path, data={"csrf_token": token} | form)


def shown(heroes: Trial, secret: str = SECRET) -> str:
    heroes.now += timedelta(seconds=30)
    return pyotp.TOTP(secret).at(heroes.now)


def test_from_an_invitation_to_the_desk(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        admin = hire(heroes, "admin", "administrator")
        wanted = {
            "login": "c.martin",
            "name": "Claire Martin",
            "role": "nurse",
            "site": "03",
            "language": "fr",
        }
        made = post(admin, "/staff/accounts/invite", **wanted)
        token = hidden(made, "address").partition("/join#")[2]
        assert len(token) == 32
        invited = heroes.client()
        assert token not in invited.get("/join").get_data(as_text=True)
        page = invited.post("/join", data={"token": f"http://localhost:8000/join#{token}"})
        assert page.status_code == 200
        assert '<svg viewBox="0 0' in page.get_data(as_text=True)
        secret = re.search(r'class="totp">([A-Z2-7 ]+)<', page.get_data(as_text=True))
        assert secret is not None
        key = secret[1].replace(" ", "")
        given = {"token": token, "sealed": hidden(page, "sealed"), "password": GOOD}
        refused = invited.post("/join/set", data=given | {"code": "000000"})
        assert refused.status_code == 422
        assert hidden(refused, "sealed") == given["sealed"], "the code that was photographed still counts"
        done = invited.post("/join/set", data=given | {"code": shown(heroes, key)})
        codes = re.findall(r'class="totp">([0-9A-Z]{5}-[0-9A-Z]{5})<', done.get_data(as_text=True))
        assert len(codes) == 10
        assert invited.post("/join", data={"token": token}).status_code == 410
        answer = invited.post("/login", data={"login": "c.martin", "password": GOOD, "code": codes[0]})
        assert answer.status_code == 200
        assert "Vos codes de secours" in answer.get_data(as_text=True)
        assert invited.get("/staff").status_code == 200


def test_what_hurts_asks_for_the_second_factor_again_and_comes_back(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        nurse = heroes.logged_in()
        assert nurse.get("/staff/account/password").status_code == 200, "the log-in itself counts"
        heroes.now += timedelta(minutes=5)
        asked = nurse.get("/staff/account/password")
        assert asked.headers["Location"] == "/staff/account/step-up?next=/staff/account/password"
        form = {"current": PASSWORD, "new": GOOD}
        assert "step-up" in post(nurse, "/staff/account/password", **form).headers["Location"]
        wrong = post(nurse, "/staff/account/step-up", next="/staff/account/password", code="000000")
        assert wrong.status_code == 422
        before = nurse.get_cookie("session")
        right = post(nurse, "/staff/account/step-up", next="/staff/account/password", code=shown(heroes))
        assert right.headers["Location"] == "/staff/account/password"
        after = nurse.get_cookie("session")
        assert before is not None
        assert after is not None
        assert before.value != after.value
        assert post(nurse, "/staff/account/password", **form).status_code == 303


def test_the_api_says_that_it_wants_the_second_factor_again(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        nurse = heroes.logged_in()
        token = hidden(nurse.get("/staff/account"), "csrf_token")
        header = {"X-CSRF-Token": token}
        path = "/api/v1/session/step-up"
        wrong = nurse.post(path, json={"code": "000000"}, headers=header)
        assert (wrong.status_code, wrong.get_json()["code"]) == (401, "login_failed")
        assert nurse.post(path, json={"code": shown(heroes)}, headers=header).status_code == 204
        assert nurse.post(path, json={"code": shown(heroes)}).status_code == 403


def test_own_sessions_are_listed_with_device_and_network_and_ended(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        first, second = heroes.logged_in(), heroes.client()
        form = {"login": "nurse", "password": PASSWORD, "code": shown(heroes)}
        assert second.post("/login", data=form, headers=BROWSER).status_code == 303
        page = first.get("/staff/account").get_data(as_text=True)
        assert "Firefox, Windows" in page
        assert "127.0.0.0/24" in page
        handle = re.search(r"/staff/account/sessions/(\w+)/end", page)
        assert handle is not None
        assert post(first, f"/staff/account/sessions/{handle[1]}/end").status_code == 303
        assert second.get("/staff").status_code == 303
        assert first.get("/staff").status_code == 200


def test_a_new_authenticator_replaces_the_old_one(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        nurse = heroes.logged_in()
        page = nurse.get("/staff/account/second-factor")
        key = re.search(r'class="totp">([A-Z2-7 ]+)<', page.get_data(as_text=True))
        assert key is not None
        code = shown(heroes, key[1].replace(" ", ""))
        done = post(nurse, "/staff/account/second-factor", sealed=hidden(page, "sealed"), code=code)
        assert "Vos codes de secours" in done.get_data(as_text=True)
        old = {"login": "nurse", "password": PASSWORD, "code": shown(heroes)}
        assert heroes.client().post("/login", data=old).status_code == 401
        assert "Vos codes de secours" in post(nurse, "/staff/account/recovery-codes").get_data(as_text=True)


def test_an_administrator_resets_with_a_reason_and_sees_the_history(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        admin, nurse = hire(heroes, "admin", "administrator"), heroes.logged_in()
        form = {"login": "nurse", "what": "second_factor"}
        assert post(admin, "/staff/accounts/reset", **form).status_code == 422
        assert (
            post(admin, "/staff/accounts/reset", **form | {"login": "nobody", "reason": "x"}).status_code
            == 422
        )
        made = post(admin, "/staff/accounts/reset", **form, reason="telephone lost")
        assert "/join#" in hidden(made, "address")
        assert nurse.get("/staff").status_code == 303
        history = admin.get("/staff/accounts").get_data(as_text=True)
        assert "telephone lost" in history
        assert "second facteur réinitialisé" in history


def test_only_administrators_and_auditors_see_everybodys_log_ins(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        nurse = heroes.logged_in()
        assert nurse.get("/staff/accounts").status_code == 403
        assert nurse.get("/staff/accounts/invite").status_code == 403
        assert (
            post(nurse, "/staff/accounts/reset", login="other", what="password", reason="x").status_code
            == 403
        )


def test_the_command_invites_and_resets(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        run = heroes.app.test_cli_runner().invoke
        args = ["staff", "invite", STUDY, "c.martin", "Claire Martin", "--role", "nurse", "--site", "03"]
        link = run(args=args)
        assert link.exit_code == 0, link.output
        token = link.stdout.strip().partition("/join#")[2]
        assert heroes.client().post("/join", data={"token": token}).status_code == 200
        assert run(args=args).exit_code == 2, "the login is taken"
        again = run(args=["staff", "reset", "nurse", "password", "--reason", "forgotten"])
        assert again.stdout.startswith("http://localhost:8000/join#")


def test_a_claimed_address_is_not_believed(migrated_database: str) -> None:
    """Row 23: the source is that of the connection, whatever a header says."""
    with trial(migrated_database) as heroes:
        for number in range(20):
            heroes.client().post(
                "/login",
                data={"login": f"made-up-{number}", "password": "x", "code": "000000"},
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
        last = heroes.client().post("/login", data={"login": "x", "password": "x", "code": "0"})
        assert last.status_code == 429
