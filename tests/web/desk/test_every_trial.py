"""The desk with every shipped protocol: phases and facts in its own words, fields and previews, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from pro_service.core.protocol import CourseRules
from pro_service.entrypoints.web.desk.event_choices import coded_of, fields_of, offered
from pro_service.entrypoints.web.words.phrases import phase_sentence
from pro_service.store.catalogue import load_protocols
from pro_service.store.db import transaction
from pro_service.store.models import Staff
from tests.databases import Databases
from tests.trial import Trial, trial

PROTOCOLS = load_protocols()
HEROES = (
    "consent2_signed",
    "inclusion_planned",
    "included",
    "treatment_stopped",
    "ctdna_resulted",
    "pd_confirmed",
    "treatment_resumed",
    "hospitalised",
    "discharged",
    "visit_scheduled",
    "visit_moved",
    "visit_done",
    "visit_missed",
    "lost_to_follow_up",
    "recontacted",
    "questionnaires_withdrawn",
    "consent_withdrawn",
    "off_study",
    "death",
)


@pytest.fixture(params=sorted(PROTOCOLS))
def running(request: pytest.FixtureRequest, databases: Databases) -> Iterator[tuple[Trial, str]]:
    """A trial on each protocol with one included patient."""
    with databases.migrated("sqlite") as url, trial(url, protocol=request.param) as made:
        made.enrol()
        made.record("consent2_signed", made.now.date())
        made.record("included", made.now.date())
        yield made, request.param


def page(desk: FlaskClient, path: str) -> str:
    answer = desk.get(f"/staff/patients/03-001{path}")
    assert answer.status_code in (200, 422), path
    return answer.get_data(as_text=True)


def speak(made: Trial, language: str) -> None:
    with made.app.app_context(), transaction() as session:
        session.query(Staff).filter_by(login="nurse").one().language = language


def values_for(kind: str, rules: CourseRules, day: str) -> dict[str, str]:
    coded = {name: values[0] for name, values in coded_of(kind, rules).items()}
    dated = {name: day for name in fields_of(kind, rules) if name in ("disclosed_on", "visit_on")}
    visit = {"visit": "V1"} if "visit" in fields_of(kind, rules) else {}
    return {"type": kind, "on": day, **coded, **dated, **visit}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_trial_has_its_pages_its_facts_and_its_previews_in_its_words(
    running: tuple[Trial, str], language: str
) -> None:
    made, version = running
    rules = PROTOCOLS[version].course
    speak(made, language)
    desk = made.logged_in()
    shown = page(desk, "")
    phase = rules.title("INCLUDED" if "INCLUDED" in rules.phases else rules.steps[0].to, language)
    assert escaped(phase.split("{")[0].strip()) in shown
    choices = page(desk, "/event")
    for kind in offered(PROTOCOLS[version]):
        assert f'event?type={kind}">{escaped(rules.title(kind, language))}</a>' in choices
        form = page(desk, f"/event?type={kind}")
        assert {"on", *fields_of(kind, rules)} <= set(re.findall(r'name="(\w+)"', form))
        query = {**values_for(kind, rules, made.now.date().isoformat()), "preview": "1"}
        page(desk, f"/event?{urlencode(query)}")


def escaped(words: str) -> str:
    return words.replace("'", "&#39;")


def test_heroes_offers_what_it_always_did_in_the_same_order_and_words() -> None:
    rules = PROTOCOLS["heroes-1"].course
    assert offered(PROTOCOLS["heroes-1"]) == HEROES
    assert rules.title("ctdna_resulted", "fr") == "Résultat d'ADNct"
    assert fields_of("ctdna_resulted", rules) == ("result", "disclosed_on")
    assert coded_of("ctdna_resulted", rules) == {"result": ("negative", "positive", "invalid")}
    assert fields_of("treatment_resumed", rules) == ("relation", "reason")
    assert fields_of("off_study", rules) == ("reason",)
    assert fields_of("death", rules) == ()


def test_what_a_trial_only_keeps_is_not_offered_and_what_its_schedule_counts_from_is() -> None:
    shown = offered(PROTOCOLS["last-1"])
    assert "unscheduled_assessment" in shown
    assert "hospitalised" not in shown
    assert shown[-1] == "death"


def test_a_trial_without_reasons_asks_for_none_when_a_patient_leaves() -> None:
    rules = PROTOCOLS["weekly-symptoms-1"].course
    assert fields_of("off_study", rules) == ()


def test_words_of_a_trial_are_never_filled_in_as_if_they_were_a_blank() -> None:
    words = {"fr": {"WAITING": "attente {n}"}}
    rules = replace(PROTOCOLS["heroes-1"].course, phases=("WAITING",), words=words, desk={})
    title = rules.title("WAITING", "fr")
    assert phase_sentence(title, date(2026, 1, 5), date(2026, 1, 8), "fr") == "Attente {n} depuis 3 jours"
