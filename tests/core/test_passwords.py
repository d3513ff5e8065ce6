"""The password policy: length, nothing common, nothing guessed from the account, and no rule of composition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.passwords import LEAST, MOST, normal, password_problem
from pro_service.store.common_passwords import common_passwords

COMMON = common_passwords()
CONTEXT = ("c.martin", "Claire", "Martin", "heroes", "03", "Centre fictif de Rennes")


def problem(password: str) -> str | None:
    return password_problem(password, context=CONTEXT, common=COMMON)


@pytest.mark.parametrize(
    "password, why",
    [
        ("", "too_short"),
        ("correct-hor", "too_short"),
        ("x" * 129, "too_long"),
        ("aaaaaaaaaaaa", "repetitive"),
        ("abababababab", "repetitive"),
        ("123456789012", "repetitive"),
        ("abcdefghijklm", "repetitive"),
        ("1qaz2wsx3edc", "common"),
        ("password2026", "common"),
        ("P@ssw0rd2026!", "common"),
        ("sunshinesunshine", "common"),
        ("Claire.Martin1", "context"),
        ("heroes-heroes-3", "context"),
        ("Rennes-2026!!", "context"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, why: str) -> None:
    assert problem(password) == why


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "nuages gris sur la mer",
        "tout en minuscules sans rien d'autre",
        "Heroes walk home at seven",
        "пароль на каждый день",
        "x7fk2mqp9zrw",
    ],
)
def test_a_sentence_needs_neither_digits_nor_capitals(password: str) -> None:
    assert problem(password) is None


def test_the_list_is_long_enough() -> None:
    """ASVS 5.0, 6.2.4: the 3,000 commonest at least."""
    assert len(COMMON) >= 3_000
    assert {"123456", "password", "azerty"} <= COMMON


@given(st.text(max_size=200))
def test_a_short_or_long_password_is_refused_and_no_text_is_a_fault(password: str) -> None:
    length = len(normal(password).casefold())
    refused = problem(password)
    assert (refused == "too_short") == (length < LEAST)
    assert (refused == "too_long") == (length > MOST)


WORDS = sorted(word for word in COMMON if word[-1].isalpha())


@given(st.sampled_from(WORDS), st.sampled_from(["", "1", "123", "2026", "!", "2026!"]))
def test_a_common_password_with_a_year_behind_it_is_common_still(word: str, tail: str) -> None:
    assert problem(word + tail) is not None


@given(st.text(min_size=12, max_size=60))
def test_the_same_password_typed_otherwise_is_judged_alike(password: str) -> None:
    assert problem(normal(password)) == problem(password)
