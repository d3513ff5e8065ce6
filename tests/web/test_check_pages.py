"""The desk's pages about fresh facts, as a nurse's browser gets them: what is to be checked, and the two buttons."""

import re
from datetime import date

from flask.testing import FlaskClient

from pro_service.store.models import ImportedFact, StatusConfirmation
from tests.services.edc import bring
from tests.services.given import OTHER, off_treatment
from tests.trial import trial
from tests.web.test_roles import hire


def page_of(desk: FlaskClient, path: str) -> str:
    response = desk.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def section(page: str, name: str) -> str:
    return page[page.index(f'<section class="list" id="{name}"') :].split("</section>", maxsplit=1)[0]


def test_p41_a_patient_without_an_anchor_is_listed_and_their_page_says_why(migrated_database: str) -> None:
    """Never silently empty: the list, the patient's page, and the work list that leads there."""
    with trial(migrated_database) as heroes:
        heroes.enrol()
        desk = heroes.logged_in()
        why = "ne peut pas être planifié : « inclusion » n'est pas enregistré"
        listed = section(page_of(desk, "/staff/checks"), "unplanned")
        assert "03-001" in listed
        assert why in listed.replace("&#39;", "'")
        assert why.capitalize() in page_of(desk, "/staff/patients/03-001").replace("&#39;", "'")
        assert "1 point à vérifier" in page_of(desk, "/staff")
        assert "03-001" not in page_of(heroes.logged_in("other"), "/staff/checks")
        heroes.record("consent2_signed", date(2026, 1, 5))
        heroes.record("included", date(2026, 1, 5))
        assert "03-001" not in section(page_of(desk, "/staff/checks"), "unplanned")


def test_a_stale_status_is_to_be_checked_until_one_click_says_that_nothing_changed(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.through(date(2026, 5, 12))
        desk = heroes.logged_in()
        assert "statut à vérifier" in section(page_of(desk, "/staff"), "soon")
        page = page_of(desk, "/staff/checks")
        assert "il y a 127 jours" in section(page, "stale")
        form = {"csrf_token": token_of(page), "from": "checks"}
        done = desk.post("/staff/patients/03-001/unchanged", data=form)
        assert done.headers["Location"] == "/staff/checks?notice=status_confirmed"
        assert "03-001" not in section(page_of(desk, "/staff/checks?notice=status_confirmed"), "stale")
        assert heroes.rows(StatusConfirmation)[0].confirmed_by == "nurse"


def test_the_patients_page_has_the_button_and_says_since_when_the_status_is_known(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.through(date(2026, 5, 18))
        desk = heroes.logged_in()
        page = page_of(desk, "/staff/patients/03-001")
        assert "5 janv. 2026, statut à vérifier" in page
        assert "envoyé sur un statut de 133 jours" in page
        done = desk.post("/staff/patients/03-001/unchanged", data={"csrf_token": token_of(page)})
        after = page_of(desk, done.headers["Location"])
        assert "18 mai 2026" in after
        assert "rien n'a changé à ce jour" in after.replace("&#39;", "'")


def test_a_discrepancy_is_shown_with_both_sides_and_settled_with_a_reason(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.include()
        bring(heroes, ["03-001,E-2,included,2026-01-06,,,,,"])
        desk = heroes.logged_in()
        assert "1 fait ne concorde pas avec une autre source" in page_of(desk, "/staff/patients/03-001")
        page = page_of(desk, "/staff/checks")
        listed = section(page, "discrepancies")
        assert "edc E-2" in listed
        assert "Le service a « inclusion » le 05/01/2026, la source dit « inclusion » le 06/01/2026" in listed
        path = f"/staff/discrepancies/{heroes.rows(ImportedFact)[0].id}/settle"
        form = {"csrf_token": token_of(page), "note": " "}
        assert desk.post(path, data=form).status_code == 422
        done = desk.post(path, data={**form, "note": "Vérifié sur le consentement"})
        after = page_of(desk, done.headers["Location"])
        assert "Désaccord réglé." in after
        assert "1 désaccord réglé" in section(after, "discrepancies")


def test_what_went_out_on_a_wrong_status_is_listed(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.through(date(2026, 5, 18))
        heroes.on(date(2026, 5, 21))
        heroes.record("treatment_resumed", date(2026, 5, 3), relation="same", reason="ctdna_pos")
        listed = section(page_of(heroes.logged_in(), "/staff/checks"), "wrong")
        assert "M4.5" in listed


def test_the_delays_are_those_of_ones_own_sites_and_of_the_study(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.include("04-001", phone=OTHER, site="04")
        heroes.on(date(2026, 1, 25))
        heroes.record("treatment_stopped", date(2026, 1, 5), "04-001")
        page = page_of(heroes.logged_in(), "/staff/delays")
        assert "Centre fictif de Rennes" in page
        assert "Centre fictif de Lille" not in page
        assert "Toute l'étude" in page.replace("&#39;", "'")
        assert "17 % (1)" in page


def test_who_only_reads_sees_the_pages_and_presses_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        hire(heroes, "manager", "data_manager")
        desk = heroes.logged_in("manager")
        form = {"csrf_token": token_of(page_of(desk, "/staff/checks"))}
        assert desk.post("/staff/patients/03-001/unchanged", data=form).status_code == 403
        assert heroes.client().get("/staff/checks").status_code == 303
        assert heroes.client().get("/staff/delays").status_code == 303


def test_a_trial_in_order_has_nothing_to_check_and_no_notice(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        desk = heroes.logged_in()
        assert "à vérifier</a>" not in section_of_notices(page_of(desk, "/staff"))
        page = page_of(desk, "/staff/checks")
        assert page.count('class="empty"') == 4


def section_of_notices(page: str) -> str:
    return page[page.index("<main") : page.index('<nav class="tabs"')]
