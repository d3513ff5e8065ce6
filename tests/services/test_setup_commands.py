"""`flask study`, `flask site` and `flask staff`: what a trial needs before its first patient, made by command."""

import pyotp
import pytest
from click.testing import Result

from pro_service.services import sign_in
from pro_service.store.models import Site, Staff, Study
from tests.trial import Trial, bare

LONG = "long enough a test password"
CENTRE = ("site", "create", "other", "01", "Centre fictif", "--phone", "+33 1 99 00 00 01")
NURSE = ("staff", "create", "other", "a.demo", "A. Demo", "--role", "nurse", "--site", "01")


def run(made: Trial, *words: str, typed: str = "") -> Result:
    result: Result = made.app.test_cli_runner().invoke(args=list(words), input=typed)
    return result


def test_a_study_a_site_and_an_account_that_can_log_in_are_made_by_three_commands(
    migrated_database: str,
) -> None:
    with bare(migrated_database) as made:
        assert (
            run(made, "study", "create", "other", "last-1").stdout == "study other: new patients get last-1\n"
        )
        assert run(made, *CENTRE).exit_code == 0
        done = run(made, *NURSE, typed=f"{LONG}\n{LONG}\n")
        assert done.exit_code == 0, done.output
        code = pyotp.parse_uri(done.stdout.strip()).at(made.now)
        session = made.call(
            sign_in.log_in, made.installation, login="a.demo", password=LONG, code=code, now=made.now
        )
        assert session is not None
        assert made.rows(Site)[0].phone == "+33199000001"
        assert LONG not in done.output


def test_the_password_may_come_from_standard_input(migrated_database: str) -> None:
    with bare(migrated_database) as made:
        run(made, "study", "create", "other", "last-1")
        run(made, *CENTRE)
        done = run(made, *NURSE, "--password-stdin", typed=f"{LONG}\n")
        assert done.stdout.startswith("otpauth://totp/pro_service:a.demo?secret=")


@pytest.mark.parametrize(
    ("words", "typed", "line"),
    [
        (
            ("study", "create", "other", "last-9"),
            "",
            "'last-9' is no protocol version here; use one of finesse-1, ",
        ),
        (
            ("study", "create", "../x", "last-1"),
            "",
            "'../x' is no code; write letters, digits, dots and hyphens",
        ),
        (("study", "create", "taken", "last-1"), "", "This study exists already.\n"),
        (
            ("site", "create", "no", "01", "C", "--phone", "+33199000001"),
            "",
            "there is no study no here; create it",
        ),
        (
            ("site", "create", "taken", "01", "C", "--phone", "12"),
            "",
            "--phone: there is no such telephone number",
        ),
        (
            ("site", "create", "taken", "01", " ", "--phone", "+33199000001"),
            "",
            "' ' is no name; write one line of",
        ),
        (
            ("site", "create", "taken", "01", "C", "--phone", "+33199000001", "--time-zone", "Mars"),
            "",
            "Unknown time zone.",
        ),
        (
            ("staff", "create", "taken", "a", "A", "--role", "nurse", "--site", "09", "--password-stdin"),
            LONG,
            "there is no site 09 here; create it first\n",
        ),
        (
            ("staff", "create", "taken", "a", "A", "--role", "nurse", "--site", "09", "--password-stdin"),
            "short",
            "The password is too short: 12 characters or more. A sentence does well.\n",
        ),
    ],
)
def test_what_cannot_be_made_is_one_line_and_makes_nothing(
    migrated_database: str, words: tuple[str, ...], typed: str, line: str
) -> None:
    with bare(migrated_database) as made:
        run(made, "study", "create", "taken", "last-1")
        done = run(made, *words, typed=typed)
        assert done.exit_code == 2
        assert done.stderr.startswith(line)
        assert done.stderr.count("\n") == 1
        assert [len(made.rows(kind)) for kind in (Study, Site, Staff)] == [1, 0, 0]


def test_the_start_page_of_another_study_offers_no_account_that_is_not_there(migrated_database: str) -> None:
    with bare(migrated_database) as made:
        run(made, "study", "create", "other", "last-1")
        page = made.client().get("/").get_data(as_text=True)
        assert "OTHER" in page
        assert "demo-claire" not in page
