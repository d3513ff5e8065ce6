"""The page of everything that changed: each change of the plan with its reason in words, who and when."""

import re
from datetime import date
from html import unescape

from pro_service.core.lifecycle import AssessmentState
from pro_service.entrypoints.web.words import TEXTS
from tests.services.given import off_treatment
from tests.trial import Trial, trial


def page(heroes: Trial, code: str = "03-001", login: str = "nurse") -> str:
    response = heroes.logged_in(login).get(f"/staff/patients/{code}/history")
    words = unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split()
    return " ".join([str(response.status_code), *words])


def test_a_cancelled_slot_says_what_replaced_it_and_which_event_did(migrated_database: str) -> None:
    """M4.5 (due 20 May) gives way to R1, the treatment having been resumed on 10 May."""
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.on(date(2026, 5, 10))
        heroes.record("treatment_resumed", date(2026, 5, 10), relation="same", reason="investigator")
        shown = page(heroes)
    assert shown.startswith("200")
    assert (
        "M4.5 annulé remplacé par R1 (reprise du traitement le 10/05/2026), prévu à 10 jour(s) d'écart"
        in shown
    )
    assert "R1 ajouté attendu le 10/05/2026" in shown


def test_another_sites_patient_has_no_history(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        assert page(heroes, login="other").startswith("404")


def test_every_state_an_assessment_comes_into_has_a_word() -> None:
    assert [state for state in AssessmentState if f"changed.{state}" not in TEXTS] == []
