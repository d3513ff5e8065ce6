"""Settings: complete and right, or every problem at once, each with the variable's name and a cure."""

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.config import Settings, SettingsError, settings_from
from pro_service.store.signing import Signer

KEY = base64.b64encode(hashlib.sha256(b"made up").digest()).decode()
LIVE, NEXT = (hashlib.sha256(name).hexdigest()[:32] for name in (b"live", b"next"))
SECRETS = {"PRO_KEYS": f"1:{KEY}", "PRO_TWILIO_AUTH_TOKENS": "0" * 32}
PRODUCTION = {
    "PRO_ENVIRONMENT": "production",
    "PRO_DATABASE_URL": "postgresql+psycopg://pro@db/pro",
    "PRO_BASE_URL": "https://pro.example.org/",
    "PRO_KEYS": f"1:{KEY}",
    "PRO_SIGNING_KEY": KEY,
    "PRO_TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "PRO_TWILIO_AUTH_TOKENS": f"{LIVE},{NEXT}",
    "PRO_SMS_SENDER": "HEROES",
}


def problems(environ: dict[str, str], secrets: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings_from(environ, demo_secrets=secrets or {})
    return str(refused.value).splitlines()


def named(lines: list[str]) -> set[str]:
    return {line.split()[0] for line in lines}


def test_the_demonstration_needs_no_variable_at_all() -> None:
    settings = settings_from({}, demo_secrets=SECRETS)
    assert settings.demo
    assert settings.simulated_carrier
    assert settings.database_url.startswith("sqlite:///")
    assert not settings.secure


def test_production_with_everything_starts_without_a_simulated_carrier() -> None:
    settings = settings_from(PRODUCTION, demo_secrets={})
    assert not settings.demo
    assert not settings.simulated_carrier
    assert settings.secure
    assert settings.base_url == "https://pro.example.org"
    assert settings.auth_tokens == (LIVE, NEXT)
    assert settings.two_way_sender is None


@pytest.mark.req("FAULT-67")
def test_production_names_all_that_is_missing_at_once() -> None:
    lines = problems({"PRO_ENVIRONMENT": "production"})
    wanted = set(PRODUCTION) - {"PRO_ENVIRONMENT"}
    assert wanted <= named(lines)
    assert all(" is missing; set it" in line or line.startswith("PRO_KEYS") for line in lines)


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"PRO_ENVIRONMENT"}))
@pytest.mark.parametrize("value", [None, ""])
def test_production_takes_no_secret_and_no_default_from_the_demonstration(
    name: str, value: str | None
) -> None:
    environ = {key: kept for key, kept in PRODUCTION.items() if key != name}
    if value is not None:
        environ[name] = value
    assert named(problems(environ, SECRETS)) == {name}


@pytest.mark.parametrize(
    ("over", "cure"),
    [
        ({"PRO_BASE_URL": "http://pro.example.org"}, "not https"),
        ({"PRO_BASE_URL": "pro.example.org"}, "https://pro.example.org"),
        ({"PRO_BASE_URL": "https://pro.example.org/?a=1"}, "https://pro.example.org"),
        ({"PRO_BASE_URL": "ftp://pro.example.org"}, "https://pro.example.org"),
        ({"PRO_SIMULATED_CARRIER": "yes"}, "use no"),
        ({"PRO_SIMULATED_CARRIER": "true"}, "use yes or no"),
        ({"PRO_KEYS": "1:short"}, "32 random bytes"),
        ({"PRO_KEYS": KEY}, "32 random bytes"),
        ({"PRO_KEYS": f"0:{KEY}"}, "32 random bytes"),
        ({"PRO_KEYS": f"65536:{KEY}"}, "32 random bytes"),
        ({"PRO_KEYS": f"1:{KEY},2:"}, "32 random bytes"),
        ({"PRO_SIGNING_KEY": "short"}, "32 random bytes"),
        ({"PRO_SIGNING_KEY": "/nowhere/signing.key"}, "path of a file"),
        ({"PRO_TWILIO_AUTH_TOKENS": "a,b,c"}, "two while changing them"),
        ({"PRO_SMS_SENDER": "A SENDER TOO LONG"}, "up to 11 letters"),
        ({"PRO_SMS_SENDER": "HÉROS"}, "up to 11 letters"),
        ({"PRO_SMS_TWO_WAY_SENDER": "HEROES"}, "or nothing"),
        ({"PRO_TICK_S": "0"}, "from 0.05 to 60"),
        ({"PRO_TICK_S": "nan"}, "from 0.05 to 60"),
        ({"PRO_TICK_S": "soon"}, "from 0.05 to 60"),
    ],
)
def test_what_cannot_work_is_named_with_its_cure(over: dict[str, str], cure: str) -> None:
    lines = problems(PRODUCTION | over)
    assert named(lines) == set(over)
    assert cure in lines[0]


def test_every_problem_is_told_and_not_only_the_first() -> None:
    wrong = {
        "PRO_BASE_URL": "http://x.example",
        "PRO_TICK_S": "0",
        "PRO_SIMULATED_CARRIER": "yes",
        "PRO_KEYS": "x",
    }
    assert named(problems(PRODUCTION | wrong)) == set(wrong)


def test_an_environment_of_another_name_is_not_taken_for_the_demonstration() -> None:
    lines = problems({"PRO_ENVIRONMENT": "Production"}, SECRETS)
    assert "PRO_ENVIRONMENT" in named(lines)
    assert "PRO_KEYS" in named(lines), "no demo secret is lent to it"


def test_a_demonstration_without_its_secrets_does_not_start() -> None:
    assert {"PRO_KEYS", "PRO_TWILIO_AUTH_TOKENS"} <= named(problems({}))


def test_the_newest_key_writes_and_the_older_ones_still_read() -> None:
    keys = settings_from(PRODUCTION | {"PRO_KEYS": f"2:{KEY},1:{KEY}"}, demo_secrets={}).keys
    assert keys.current == 2
    assert sorted(keys.masters) == [1, 2]


@pytest.mark.parametrize("seed", [b"s" * 32, b"\xff" * 32], ids=["plain", "begins with a slash"])
def test_the_signing_key_is_given_itself_or_in_a_file(seed: bytes, tmp_path: Path) -> None:
    text = base64.b64encode(seed).decode()
    (tmp_path / "key").write_text(f"{text}\n")
    for value in (text, str(tmp_path / "key")):
        assert settings_from(PRODUCTION | {"PRO_SIGNING_KEY": value}, demo_secrets={}).signer == Signer(
            seed=seed
        )


def test_the_demonstration_keeps_its_signing_key_as_long_as_its_secrets() -> None:
    first, again = (settings_from({}, demo_secrets=SECRETS).signer for _ in range(2))
    other = settings_from({}, demo_secrets=SECRETS | {"PRO_KEYS": f"2:{KEY}"}).signer
    assert first == again != other


def test_secrets_are_not_in_what_is_printed() -> None:
    settings = settings_from(PRODUCTION, demo_secrets={})
    assert KEY not in repr(settings)
    assert LIVE not in repr(settings)
    assert KEY not in repr(settings.signer)
    wrong = "\n".join(problems(PRODUCTION | {"PRO_KEYS": "1:c2VjcmV0", "PRO_BASE_URL": "http://x.example"}))
    assert "c2VjcmV0" not in wrong


@pytest.mark.parametrize(
    ("sender", "two_way"),
    [("HEROES", False), ("+33199009999", True), ("38000", True), ("MG" + "a" * 32, True)],
)
def test_a_name_cannot_be_replied_to_and_a_number_can(sender: str, two_way: bool) -> None:
    settings = settings_from(PRODUCTION | {"PRO_SMS_SENDER": sender}, demo_secrets={})
    assert settings.sender_is_two_way is two_way


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRO_TWILIO_AUTH_TOKENS", "one,"),  # the empty one is a token, and anybody can sign with it
        ("PRO_SMS_API_BASE_URL", "http://sms.example.org"),  # numbers and credentials in clear
        ("PRO_SMS_API_BASE_URL", "nonsense"),
        ("PRO_BASE_URL", "https://[pro.example.org"),  # ValueError of urlsplit instead of a list of problems
        ("PRO_KEYS", f"1:{KEY},1:{KEY}"),  # which of the two is key 1?
        ("PRO_DATABASE_URL", "nonsense"),
    ],
)
def test_a_setting_that_cannot_work_in_production_is_told_before_the_start(name: str, value: str) -> None:
    settings_from(PRODUCTION, demo_secrets={})
    with pytest.raises(SettingsError, match=name):
        settings_from(PRODUCTION | {name: value}, demo_secrets={})


@given(
    values=st.dictionaries(
        st.sampled_from(
            sorted({*PRODUCTION, "PRO_TICK_S", "PRO_SIMULATED_CARRIER", "PRO_SMS_TWO_WAY_SENDER"})
        ),
        st.text(alphabet="a1:,/.?#= +-MGé", max_size=12),
    )
)
def test_whatever_the_environment_holds_the_answer_is_settings_or_a_list_of_problems(
    values: dict[str, str],
) -> None:
    outcome = settings_or_problems(PRODUCTION | values)
    if isinstance(outcome, Settings):
        assert outcome.demo or outcome.base_url.startswith("https://")
    else:
        assert named(outcome) <= set(PRODUCTION) | set(values)


def settings_or_problems(environ: dict[str, str]) -> Settings | list[str]:
    try:
        return settings_from(environ, demo_secrets={})
    except SettingsError as refused:
        return str(refused).splitlines()
