"""The desk's words: both languages, the same blanks, and a word for every state of the core."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.lifecycle import (
    ActionCode,
    AlertState,
    AssessmentState,
    CallOutcome,
    CorrectionState,
    MessageState,
    QueryState,
)
from pro_service.core.protocol import EVENT_FIELDS
from pro_service.core.provenance import (
    AskedBy,
    ConsentAct,
    ConsentScope,
    CorrectionReason,
    CorrectionSource,
    EntryReason,
    QueryAct,
    SiteReason,
    SubjectKind,
    TechnicalReason,
)
from pro_service.core.reminders import DropCode
from pro_service.core.visits import VisitState
from pro_service.entrypoints.web.words import TEXTS, counted, text, word
from pro_service.entrypoints.web.words.access import ACCESS
from pro_service.entrypoints.web.words.accounts import ACCOUNTS
from pro_service.entrypoints.web.words.checks import CHECKS
from pro_service.entrypoints.web.words.copies import COPIES
from pro_service.entrypoints.web.words.delivery import DELIVERY
from pro_service.entrypoints.web.words.forms import FORMS
from pro_service.entrypoints.web.words.history import HISTORY
from pro_service.entrypoints.web.words.instruments import INSTRUMENTS
from pro_service.entrypoints.web.words.locks import LOCKS
from pro_service.entrypoints.web.words.pages import PAGES
from pro_service.entrypoints.web.words.pending import PENDING
from pro_service.entrypoints.web.words.provenance import PROVENANCE
from pro_service.entrypoints.web.words.questions import QUESTIONS
from pro_service.entrypoints.web.words.signatures import SIGNATURES
from pro_service.entrypoints.web.words.time_travel import TIME_TRAVEL
from pro_service.entrypoints.web.words.trail import TRAIL
from pro_service.entrypoints.web.words.visits import VISITS
from pro_service.entrypoints.web.words.words import WORDS
from tests.web.desk.pages import (
    WEB,
)


@given(st.sampled_from(sorted(TEXTS)))
def test_every_text_exists_in_both_languages_with_the_same_blanks(key):
    french, english = TEXTS[key]
    assert french.strip()
    assert english.strip()
    assert set(re.findall(r"{(\w+)}", french)) == set(re.findall(r"{(\w+)}", english))


def test_no_text_lets_a_french_sign_begin_a_line():
    assert not [key for key, (french, _) in TEXTS.items() if re.search(r" [:;?!»]|« ", french)]


def test_every_text_a_template_asks_for_exists():
    pages = "".join(path.read_text() for path in (WEB / "templates" / "desk").glob("*.html"))
    plain = set(re.findall(r'say\("([\w.]+)"[,)]', pages))
    numbered = set(re.findall(r'say\.count\("([\w.]+)"', pages))
    assert plain | {f"{key}.one" for key in numbered} | {f"{key}.many" for key in numbered} <= set(TEXTS)


@pytest.mark.parametrize(
    "group, codes",
    [
        ("assessment", AssessmentState),
        ("alert", AlertState),
        ("message", MessageState),
        ("action", ActionCode),
        ("visit", VisitState),
        ("call", CallOutcome),
        ("skipped", DropCode),
        ("entry.reason", EntryReason),
        ("technical", TechnicalReason),
        ("site_reason", SiteReason),
        ("correction", CorrectionState),
        ("query", QueryState),
        ("act", QueryAct),
        ("subject", SubjectKind),
        ("scope", ConsentScope),
        ("consent", ConsentAct),
        ("correct.reason", CorrectionReason),
        ("correct.source", CorrectionSource),
        ("correct.asked_by", AskedBy),
    ],
)
def test_every_state_and_action_of_the_core_has_words(group, codes):
    assert all(f"{group}.{code}" in TEXTS for code in codes)


def test_an_unknown_code_is_shown_as_plain_words_not_as_a_fault():
    assert word("reason", "patient_moved", "fr") == "patient moved"


def test_an_unknown_text_is_a_fault():
    with pytest.raises(KeyError):
        text("no.such.text", "fr")


@pytest.mark.parametrize(
    "number, french, english",
    [(0, "0 envoyé", "0 sent"), (1, "1 envoyé", "1 sent"), (2, "2 envoyés", "2 sent")],
)
def test_nought_is_singular_in_french(number, french, english):
    assert (counted("sent", number, "fr"), counted("sent", number, "en")) == (french, english)


def test_every_field_an_event_may_have_has_words():
    assert all(f"field.{name}" in TEXTS for name in (*EVENT_FIELDS, "disclosed_on", "visit", "visit_on"))


def test_no_key_has_two_texts():
    """A later table would silently replace an earlier one's words."""
    tables = (
        ACCESS,
        ACCOUNTS,
        CHECKS,
        COPIES,
        LOCKS,
        SIGNATURES,
        DELIVERY,
        FORMS,
        HISTORY,
        INSTRUMENTS,
        PAGES,
        PENDING,
        PROVENANCE,
        QUESTIONS,
        TIME_TRAVEL,
        TRAIL,
        VISITS,
        WORDS,
    )
    assert sum(len(table) for table in tables) == len(TEXTS)
