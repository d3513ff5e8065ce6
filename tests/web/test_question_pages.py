"""The desk's pages of queries and consents in a running trial."""

import re

from pro_service.services.patients import enrolment
from pro_service.services.provenance import consents
from pro_service.store.models import Assessment, ConsentEntry, DataQuery, DataQueryStep, Patient, Study
from tests.services.given import invited_to_m15
from tests.trial import PASSWORD, SECRET, STUDY, Trial, trial
from tests.web.test_calendar_feed import csrf


def add_manager(heroes: Trial) -> None:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login="manager",
        name="Manager",
        role="data_manager",
        sites=("03",),
        password=PASSWORD,
        totp_secret=SECRET,
        now=heroes.now,
    )


def register(heroes: Trial) -> int:
    return heroes.call(
        consents.register_text,
        heroes.installation,
        study_id=heroes.rows(Study)[0].id,
        ref="PIS",
        version="2.1",
        language="fr",
        sha256="ab" * 32,
        actor="set-up",
        now=heroes.now,
    )


def test_a_data_manager_asks_the_site_answers_and_who_asked_closes(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        add_manager(heroes)
        invited_to_m15(heroes)
        (form,) = heroes.rows(Assessment, key="M1.5")
        manager, nurse = heroes.logged_in("manager"), heroes.logged_in()
        assert "/staff/patients/03-001/query" in manager.get("/staff/patients/03-001").get_data(as_text=True)
        assert "/staff/patients/03-001/query" not in nurse.get("/staff/patients/03-001").get_data(
            as_text=True
        )
        sheet = manager.get(f"/staff/patients/03-001/query?kind=answer&assessment={form.id}")
        assert f'<option value="{form.id}" selected>M1.5</option>' in sheet.get_data(as_text=True)
        token = {"csrf_token": csrf(manager)}
        asked = {"kind": "form", "assessment": str(form.id), "event": "1", "text": "Why is it late?"}
        wrong = manager.post("/staff/patients/03-001/query", data=token | {"kind": "visit", "text": "?"})
        assert wrong.status_code == 422
        told = manager.post("/staff/patients/03-001/query", data=token | asked | {"text": "0639980001"})
        assert (told.status_code, "0639980001" in told.get_data(as_text=True)) == (422, True)
        assert (
            nurse.post("/staff/patients/03-001/query", data={"csrf_token": csrf(nurse)} | asked).status_code
            == 403
        )
        assert manager.post("/staff/patients/03-001/query", data=token | asked).status_code == 303
        (query,) = heroes.rows(DataQuery)
        assert (query.kind, query.assessment_id, query.event_id) == ("form", form.id, None)
        shown = nurse.get("/staff/queries").get_data(as_text=True)
        assert "Why is it late?" in shown
        assert f"/staff/queries/{query.id}/answer" in shown
        assert f"/staff/queries/{query.id}/close" not in shown
        answer = {"csrf_token": csrf(nurse), "text": "The patient was away"}
        assert (
            manager.post(f"/staff/queries/{query.id}/answer", data=token | {"text": "x"}).status_code == 403
        )
        assert nurse.post(f"/staff/queries/{query.id}/answer", data=answer).status_code == 303
        assert "The patient was away" not in nurse.get("/staff/queries").get_data(as_text=True)
        narrowed = manager.get("/staff/queries?state=answered&kind=form").get_data(as_text=True)
        assert "The patient was away" in narrowed
        assert manager.post(f"/staff/queries/{query.id}/close", data=token).status_code == 303
        assert [step.act for step in heroes.rows(DataQueryStep)] == ["opened", "answered", "closed"]


def test_a_consent_is_recorded_by_its_text_and_taken_back(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        text = register(heroes)
        invited_to_m15(heroes)
        desk = heroes.logged_in()
        page = desk.get("/staff/patients/03-001/consents").get_data(as_text=True)
        assert "PIS 2.1 fr" in page
        given = {"csrf_token": csrf(desk), "scope": "sms_items", "act": "given", "on": "2026-02-17"}
        assert desk.post("/staff/patients/03-001/consents", data=given).status_code == 422
        saved = desk.post("/staff/patients/03-001/consents", data=given | {"text_id": str(text)})
        assert saved.headers["Location"].endswith("notice=consent_recorded")
        assert heroes.rows(Patient)[0].sms_items is True
        back = given | {"act": "withdrawn"}
        assert desk.post("/staff/patients/03-001/consents", data=back).status_code == 303
        assert heroes.rows(Patient)[0].sms_items is False
        listed = desk.get("/staff/patients/03-001/consents").get_data(as_text=True)
        assert len(re.findall(r"questions et réponses par SMS", listed)) == 3  # two entries and the choice
        assert len(heroes.rows(ConsentEntry)) == 2


def test_enrolment_asks_for_the_text_that_was_signed(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        text = register(heroes)
        desk = heroes.logged_in()
        assert 'name="consent_text"' in desk.get("/staff/enrol").get_data(as_text=True)
        values = {"site": "03", "patient_code": "03-009", "language": "fr", "phone": "06 39 98 00 09"}
        data = {"csrf_token": csrf(desk), "consent_on": "2026-01-05", "consent_text": str(text)}
        assert desk.post("/staff/enrol", data=values | data).status_code == 303
        (entry,) = heroes.rows(ConsentEntry)
        assert (entry.scope, entry.text_id, entry.on.isoformat()) == ("participation", text, "2026-01-05")
