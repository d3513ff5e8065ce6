"""The desk's pages about data in a running trial: a form is entered, explained, corrected and decided on."""

import re
from datetime import date

import pytest

from pro_service.services.patients import enrolment
from pro_service.store.models import Answer, Assessment, Correction, MissingReason, SiteEntry
from tests.services.given import WELL, answer_all, invited_to_m15
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial
from tests.web.test_calendar_feed import csrf

HOW = {"mode": "paper", "reason": "no_device", "answered_by": "patient", "answered_on": "2026-02-17"}
WHY = {
    "reason": "transcription",
    "note": "Read as 1 on the form",
    "source": "paper_form",
    "source_on": "2026-02-17",
    "asked_by": "site",
}


def m15(heroes: Trial) -> int:
    return int(heroes.rows(Assessment, key="M1.5")[0].id)


def add_investigator(heroes: Trial) -> None:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login="doctor",
        name="Doctor",
        role="investigator",
        sites=("03",),
        password=PASSWORD,
        totp_secret=SECRET,
        now=heroes.now,
    )


def filled(instrument: str) -> dict[str, str]:
    return {f"item-{item}": str(value) for item, value in WELL[instrument].items()}


def test_a_nurse_enters_a_paper_form_and_sees_who_entered_it_and_why(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        form, desk = m15(heroes), heroes.logged_in()
        seen = desk.get("/staff/patients/03-001").get_data(as_text=True)
        assert f"/staff/assessments/{form}" in seen
        sheet = desk.get(f"/staff/assessments/{form}/enter?instrument=eq-5d-5l").get_data(as_text=True)
        assert 'name="item-MO"' in sheet
        data = {"instrument": "eq-5d-5l", "complete": "1", "csrf_token": csrf(desk), **filled("eq-5d-5l")}
        refused = desk.post(f"/staff/assessments/{form}/enter", data=data | {"item-VAS": "101"})
        assert refused.status_code == 422
        wrong = refused.get_data(as_text=True)
        assert all(f'href="#{name}"' in wrong for name in ("mode", "reason", "answered_by", "answered_on"))
        refused = desk.post(f"/staff/assessments/{form}/enter", data=data | HOW | {"item-VAS": "101"})
        assert 'href="#item-VAS"' in refused.get_data(as_text=True)
        assert heroes.rows(SiteEntry) == []
        saved = desk.post(f"/staff/assessments/{form}/enter", data=data | HOW)
        assert saved.headers["Location"].endswith("notice=entry_saved")
        again = desk.post(f"/staff/assessments/{form}/enter", data=data | HOW)
        assert again.status_code == 303
        (entry,) = heroes.rows(SiteEntry)
        assert (entry.kind, entry.reason, entry.late, entry.entered_by) == (
            "desk",
            "no_device",
            False,
            "nurse",
        )
        page = desk.get(f"/staff/assessments/{form}").get_data(as_text=True)
        assert "saisie par nurse, pas d'appareil ou de réseau" in page.replace("&#39;", "'")
        assert f"/staff/assessments/{form}/enter?instrument=eq-5d-5l" not in page
        assert f"/staff/assessments/{form}/correct?instrument=eq-5d-5l" in page


def test_a_missing_form_is_explained_from_the_list(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.through(date(2026, 3, 7))
        form, desk = m15(heroes), heroes.logged_in()
        listed = desk.get("/staff/data").get_data(as_text=True)
        assert "message remis, pas de réponse" in listed
        data = {"reason": "hospitalised", "from": "data", "csrf_token": csrf(desk)}
        done = desk.post(f"/staff/assessments/{form}/missing-reason", data=data)
        assert done.headers["Location"] == "/staff/data?notice=reason_noted"
        assert f"/staff/assessments/{form}/missing-reason" not in desk.get("/staff/data").get_data(
            as_text=True
        )
        assert "hospitalisé" in desk.get(f"/staff/assessments/{form}").get_data(as_text=True)
        newest = heroes.rows(MissingReason, assessment_id=form)[-1]
        assert (newest.source, newest.code, newest.given_by) == ("site", "hospitalised", "nurse")


def test_a_correction_is_asked_for_by_one_and_approved_by_another(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        add_investigator(heroes)
        token = invited_to_m15(heroes)
        answer_all(heroes, token)
        form, desk = m15(heroes), heroes.logged_in()
        sheet = desk.get(f"/staff/assessments/{form}/correct?instrument=eq-5d-5l").get_data(as_text=True)
        shown = dict(re.findall(r'<input id="item-(VAS)"[^>]* value="(\d+)"', sheet))
        assert shown == {"VAS": "90"}
        data = {"instrument": "eq-5d-5l", "csrf_token": csrf(desk), **WHY, **filled("eq-5d-5l")}
        nothing = desk.post(f"/staff/assessments/{form}/correct", data=data)
        assert nothing.status_code == 422
        asked = desk.post(f"/staff/assessments/{form}/correct", data=data | {"item-VAS": "60"})
        assert asked.headers["Location"].endswith("notice=correction_requested")
        (waiting,) = heroes.rows(Correction)
        assert "Read as 1 on the form" in desk.get("/staff/data").get_data(as_text=True)
        decide, approve = f"/staff/corrections/{waiting.id}/decide", {"decision": "approve"}
        assert decide not in desk.get(f"/staff/assessments/{form}").get_data(as_text=True)
        assert desk.post(decide, data=approve | {"csrf_token": csrf(desk)}).status_code == 403
        doctor = heroes.logged_in("doctor")
        assert decide in doctor.get(f"/staff/assessments/{form}").get_data(as_text=True)
        done = doctor.post(decide, data=approve | {"csrf_token": csrf(doctor)})
        assert done.headers["Location"].endswith("notice=correction_applied")
        assert [(one.version, one.value) for one in heroes.rows(Answer, item="VAS")] == [(1, 90), (2, 60)]
        page = doctor.get(f"/staff/assessments/{form}").get_data(as_text=True)
        assert "<del>90</del>" in page


@pytest.mark.parametrize("path", ["", "/enter?instrument=eq-5d-5l", "/correct?instrument=eq-5d-5l"])
def test_a_form_of_another_site_is_not_found(migrated_database: str, path: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        elsewhere = heroes.logged_in("other")
        for key in (m15(heroes), 999_999):
            assert elsewhere.get(f"/staff/assessments/{key}{path}").status_code == 404
