"""What waits for a site: results to tell with one click, courses that cannot be planned, patients who may be lost."""

import re
from datetime import date, timedelta

import pytest

from pro_service.store.models import Assessment, CourseEvent
from tests.services.given import answer_all, invited_to_m15, off_treatment
from tests.trial import START, Trial, trial

TODAY = START.date()


def page(heroes: Trial, path: str = "/staff") -> str:
    response = heroes.logged_in().get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.get_data(as_text=True)).replace("\N{NO-BREAK SPACE}", " ")


def test_p41_a_patient_without_an_anchor_is_listed_with_the_reason_and_never_silently_empty(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        why = "Ne peut pas être planifié : « inclusion » n&#39;est pas enregistré"
        for path in ("/staff", "/staff/patients/03-001"):
            shown = page(heroes, path)
            assert why in shown
            assert "/staff/patients/03-001/event?type=consent2_signed" in shown
        heroes.record("consent2_signed", TODAY)
        assert f"{why}." in page(heroes)
        assert "/staff/patients/03-001/event?type=included" in page(heroes)
        heroes.record("inclusion_planned", TODAY + timedelta(days=3))
        assert 'id="stuck"' not in page(heroes)
        heroes.on(TODAY + timedelta(days=5))
        assert "La date prévue (08/01/2026) est passée : enregistrer « inclusion »" in page(heroes)
        heroes.record("included", TODAY + timedelta(days=5))
        assert 'id="stuck"' not in page(heroes)


def test_p41_the_api_says_why_nothing_can_be_planned(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        heroes.enrol()
        told = heroes.logged_in().get("/api/v1/patients/03-001/pending").get_json()
        assert told["untold"] == []
        assert told["not_planned"]["code"] == "anchor_missing"
        assert told["not_planned"]["event"] == "consent2_signed"
        assert "second consentement signé" in told["not_planned"]["sentence"]["fr"]
        heroes.record("consent2_signed", TODAY)
        heroes.record("included", TODAY)
        told = heroes.logged_in().get("/api/v1/patients/03-001/pending").get_json()
        assert told["not_planned"] is None


def test_a_result_to_be_told_is_listed_until_one_click_confirms_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.record("ctdna_resulted", TODAY, result="negative")  # changes nothing: nobody is reminded of it
        assert 'id="untold"' not in page(heroes)
        result = heroes.record("pd_confirmed", TODAY, disclosed_on=TODAY + timedelta(days=2))
        for path in ("/staff", "/staff/patients/03-001"):
            assert f'action="/staff/events/{result.event_id}/told"' in page(heroes, path)
        heroes.on(TODAY + timedelta(days=2))
        nurse = heroes.logged_in()
        token = re.search(r'name="csrf_token" value="([^"]+)"', nurse.get("/staff").get_data(as_text=True))
        assert token is not None
        form = {"csrf_token": token[1], "told_on": (TODAY + timedelta(days=2)).isoformat()}
        done = nurse.post(f"/staff/events/{result.event_id}/told", data=form)
        assert done.headers["Location"] == "/staff/patients/03-001?notice=result_told"
        assert heroes.rows(Assessment, key="PD")
        assert 'id="untold"' not in page(heroes)
        assert "annoncé le" in page(heroes, "/staff/patients/03-001")


@pytest.mark.parametrize("said", ["", "tomorrow", "2026-02-30"])
def test_a_day_of_telling_that_is_none_is_refused_in_words(migrated_database: str, said: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        result = heroes.record("pd_confirmed", TODAY)
        nurse = heroes.logged_in()
        token = re.search(r'name="csrf_token" value="([^"]+)"', nurse.get("/staff").get_data(as_text=True))
        assert token is not None
        form = {"csrf_token": token[1], "told_on": said}
        answer = nurse.post(f"/staff/events/{result.event_id}/told", data=form)
        assert answer.status_code == 422
        assert "absente ou impossible" in answer.get_data(as_text=True)
        assert not heroes.rows(CourseEvent, type="result_disclosed")


def test_the_api_records_a_telling_and_no_bare_one(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        result = heroes.record("pd_confirmed", TODAY)
        nurse = heroes.logged_in()
        token = nurse.get("/api/v1/session").get_json()["csrf_token"]
        headers = {"X-CSRF-Token": token}
        bare = {"type": "result_disclosed", "on": TODAY.isoformat()}
        refused = nurse.post("/api/v1/patients/03-001/events", json=bare, headers=headers)
        assert refused.status_code == 422
        path = f"/api/v1/events/{result.event_id}/told"
        done = nurse.post(path, json={"told_on": TODAY.isoformat()}, headers=headers)
        assert done.status_code == 201
        assert "PD" in [one["key"] for one in done.get_json()["changes"]]
        assert nurse.post(path, json={"told_on": TODAY.isoformat()}, headers=headers).status_code == 409


def test_three_silent_windows_make_a_suggestion_and_never_a_loss(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        heroes.beat()
        heroes.on(date(2026, 1, 7))
        heroes.on(date(2026, 2, 17))
        heroes.on(date(2026, 2, 28))
        assert "périodes de suite sans réponse" not in page(heroes)
        heroes.on(date(2026, 5, 10))
        heroes.on(date(2026, 6, 10))
        assert "3 périodes de suite sans réponse" in page(heroes)
        assert not heroes.rows(CourseEvent, type="lost_to_follow_up")
        heroes.record("lost_to_follow_up", heroes.now.date())
        assert "périodes de suite sans réponse" not in page(heroes)


def test_an_answer_given_after_a_result_was_told_is_tagged_beside_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        told = heroes.now.date()
        heroes.record("ctdna_resulted", told - timedelta(days=3), result="negative", disclosed_on=told)
        assert "Répondu après l'annonce" not in page(heroes, "/staff/patients/03-001").replace("’", "'")
        heroes.on(told + timedelta(days=1))
        answer_all(heroes, token)
        assert "Répondu après l'annonce du 17" in page(heroes, "/staff/patients/03-001").replace("&#39;", "'")
        rows = heroes.logged_in().get("/api/v1/patients/03-001/assessments").get_json()["items"]
        tags = {row["key"]: row["after_disclosure_on"] for row in rows}
        assert (tags["M1.5"], tags["M4.5"]) == (told.isoformat(), None)


def test_an_answer_given_before_the_result_was_told_is_not_tagged(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        answer_all(heroes, token)
        heroes.on(heroes.now.date() + timedelta(days=1))
        told = heroes.now.date()
        heroes.record("ctdna_resulted", told - timedelta(days=3), result="negative", disclosed_on=told)
        rows = heroes.logged_in().get("/api/v1/patients/03-001/assessments").get_json()["items"]
        assert {row["key"]: row["after_disclosure_on"] for row in rows}["M1.5"] is None
