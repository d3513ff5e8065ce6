"""What production refuses to start on: values that can be guessed, that lead nowhere or that open a door."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.config import Settings, settings_from
from pro_service.entrypoints.login import Cookie
from tests.test_config import LIVE, PRODUCTION, SECRETS, named, problems, settings_or_problems

BAD_VALUES = [
    *[
        ("PRO_KEYS", f"1:{base64.b64encode(key).decode()}")
        for key in (bytes(32), b"k" * 32, bytes(range(32)))
    ],
    ("PRO_KEYS", "1:" + base64.b64encode(b"0123456789" * 3 + b"01").decode()),
    ("PRO_TWILIO_AUTH_TOKENS", "changeme"),
    ("PRO_TWILIO_AUTH_TOKENS", "a" * 32),
    ("PRO_TWILIO_AUTH_TOKENS", "your-secret-token-here-please"),
    ("PRO_TWILIO_AUTH_TOKENS", f"{LIVE},short"),
    ("PRO_TWILIO_ACCOUNT_SID", "AC" + "0" * 32),
    ("PRO_TWILIO_ACCOUNT_SID", "SM" + "0123456789abcdef" * 2),
    ("PRO_BASE_URL", "https://pro.example.org/epro"),
    ("PRO_BASE_URL", "https://somebody@pro.example.org"),
    ("PRO_BASE_URL", "https://localhost"),
    ("PRO_BASE_URL", "https://127.0.0.1:8000"),
    ("PRO_BASE_URL", "https://10.0.0.5"),
    ("PRO_BASE_URL", "https://intranet"),
    ("PRO_DATABASE_URL", "postgresql://pro@db/pro?sslmode=disable"),
    ("PRO_TRUSTED_PROXIES", "0.0.0.0/0"),
    ("PRO_TRUSTED_PROXIES", "::/0"),
    ("PRO_TRUSTED_PROXIES", "proxy.example.org"),
    ("FLASK_DEBUG", "1"),
    ("FLASK_DEBUG", "true"),
]


@pytest.mark.req("FAULT-67")
@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_production_never_starts_on_a_value_that_is_bad_and_does_not_repeat_it(name: str, value: str) -> None:
    lines = problems(PRODUCTION | {name: value})
    assert named(lines) == {name}
    assert value not in "\n".join(lines)
    assert ":" in lines[0] or ";" in lines[0], "the line ends with a cure"


@given(st.binary(min_size=32, max_size=32), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_secrets_made_by_chance_are_taken(key: bytes, token: str) -> None:
    """All but those that chance practically never makes."""
    environ = PRODUCTION | {
        "PRO_KEYS": f"1:{base64.b64encode(key).decode()}",
        "PRO_TWILIO_AUTH_TOKENS": token,
    }
    weak = len(set(key)) < 16 or len(set(token)) < 6 or len({(b - a) % 256 for a, b in pairwise(key)}) == 1
    outcome = settings_or_problems(environ)
    assert isinstance(outcome, Settings) is not weak


@given(st.text(st.characters(codec="ascii", exclude_characters="\x00"), min_size=1, max_size=40))
def test_no_message_repeats_what_a_secret_setting_holds(value: str) -> None:
    for name in ("PRO_KEYS", "PRO_TWILIO_AUTH_TOKENS", "PRO_DATABASE_URL"):
        outcome = settings_or_problems(PRODUCTION | {name: f"zq{value}zq"})
        if not isinstance(outcome, Settings):
            assert f"zq{value}zq" not in "\n".join(outcome)


def test_the_demonstration_may_run_on_what_production_may_not() -> None:
    assert settings_from(
        {"FLASK_DEBUG": "1", "PRO_BASE_URL": "http://localhost:9"}, demo_secrets=SECRETS
    ).demo


def test_cookies_of_production_cannot_be_unsafe() -> None:
    """There is no setting for it: https is demanded, and it makes the cookie `Secure` and `__Host-`."""
    assert settings_from(PRODUCTION, demo_secrets={}).secure
    assert Cookie(secure=True).name == "__Host-session"
