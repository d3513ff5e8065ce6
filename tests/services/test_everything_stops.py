"""An end or an opt-out stops everything in its own transaction; nothing a patient sees names what happened."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from pro_service.core.wording.texts import STAFF_KEYS, TEXTS
from pro_service.services.messages import stopping
from pro_service.store.models import Assessment, Message, Patient
from tests.core.course_factory import HEROES
from tests.services.given import invited_to_m15, off_treatment
from tests.trial import Trial, trial

ENDS = ["death", "consent_withdrawn", "questionnaires_withdrawn", "off_study"]
PATIENT_TEXTS = Path("pro_service/entrypoints/web/static/js/patient-texts.js")
#: What would tell a patient of conversion, progression, resumption or the disease, in either language.
TELLING = re.compile(
    r"conversion|rechute|relapse|r[ée]cidive|recurrence|progression|reprise du|resum|ctdna|adn|tum[eo]|m[ée]tasta"
    r"|cancer|traitement|treatment|d[ée]c[èe]s|death|\bCONV\b|\bPD\b|\bR\d\b",
    re.IGNORECASE,
)


def with_a_reminder_ready(heroes: Trial) -> str:
    token = invited_to_m15(heroes)
    heroes.now += timedelta(days=2)
    heroes.tick()
    assert [row.state for row in heroes.rows(Message, kind="reminder")] == ["ready"]
    return token


@pytest.mark.req("FAULT-60", "REG-21")
@pytest.mark.parametrize("end", ENDS)
def test_p41_an_end_takes_back_what_is_queued_in_the_same_transaction(
    migrated_database: str, end: str
) -> None:
    with trial(migrated_database) as heroes:
        with_a_reminder_ready(heroes)
        heroes.record(end, heroes.now.date())
        assert [row.state for row in heroes.rows(Message, kind="reminder")] == ["cancelled"]
        planned = {row.state for row in heroes.rows(Assessment) if row.due_on >= heroes.now.date()}
        assert planned <= {"cancelled", "open"}
        assert all(row.next_contact_at is None for row in heroes.rows(Assessment))
        assert heroes.rows(Patient)[0].ended_on == heroes.now.date()


def test_an_opt_out_takes_back_what_is_queued_in_the_same_transaction(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = with_a_reminder_ready(heroes)
        heroes.call(stopping.stop_texts, heroes.installation, token=token, now=heroes.now)
        assert [row.state for row in heroes.rows(Message, kind="reminder")] == ["suppressed"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_link_already_on_the_phone_answers_politely_once_its_questionnaire_is_cancelled(
    migrated_database: str, language: str
) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        today = heroes.now.date()
        heroes.record("ctdna_resulted", today, result="positive", disclosed_on=today)
        answer = heroes.client().post("/q/open", json={"token": token, "language": language})
        assert answer.status_code == 200
        told = answer.get_json()
        assert (told["assessment"]["state"], told["instruments"]) == ("cancelled", [])
        assert told["site"]["phone"]
        words = {
            "fr": ("Ce questionnaire n’est plus nécessaire", "Vous n’avez rien à faire."),
            "en": ("This questionnaire is no longer needed", "You have nothing to do."),
        }[language]
        said = PATIENT_TEXTS.read_text("utf-8")
        assert all(word in said for word in words)


def test_no_text_and_no_word_of_the_page_names_what_happened() -> None:
    texts = [words for key, both in TEXTS.items() if key not in STAFF_KEYS for words in both.values()]
    assert [words for words in texts if TELLING.search(words)] == []
    page = re.findall(r'^ +"\w+": "(.*)",?$', PATIENT_TEXTS.read_text("utf-8"), re.MULTILINE)
    assert len(page) > 100
    assert [words for words in page if TELLING.search(words)] == []


def test_what_the_link_gives_names_neither_timepoint_nor_rule_nor_phase(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        today = heroes.now.date()
        heroes.record("pd_confirmed", today, disclosed_on=today)
        heroes.beat()
        heroes.on(today + timedelta(days=1))
        open_now = heroes.client().post("/q/open", json={"token": heroes.link(), "language": "fr"})
        told = open_now.get_json()
        told["instruments"] = [one["code"] for one in told["instruments"]]
        assert told["instruments"], "a questionnaire is open"
        said = str(told)
        names = [slot.id for slot in HEROES.rules] + list(HEROES.course.phases)
        names += [words for language in ("fr", "en") for words in HEROES.course.words[language].values()]
        assert [name for name in names if re.search(rf"'{re.escape(name)}'", said)] == []
        assert not TELLING.search(said)
        assert not any(TELLING.search(one) for one in heroes.texts())
