"""REG-24: the register of consents, and answering item by item in text messages, which follows it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.provenance import ConsentAct, ConsentScope
from pro_service.services.provenance import consents
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.models import ConsentEntry, Patient, Site, Study
from tests.services.export_story import exported, table
from tests.services.given import M15_INVITED, off_treatment
from tests.trial import STUDY, Trial, trial

HASH = "ab" * 32
DAY = date(2026, 1, 5)


def register(heroes: Trial, **over: Any) -> int:
    values = {"ref": "PIS", "version": "2.1", "language": "fr", "sha256": HASH, "actor": "set-up"}
    study = heroes.rows(Study)[0].id
    call = {"study_id": study, "now": heroes.now, **values, **over}
    return heroes.call(consents.register_text, heroes.installation, **call)


def record(heroes: Trial, scope: ConsentScope, act: ConsentAct, **over: Any) -> Any:
    values = {
        "study": STUDY,
        "patient": "03-001",
        "site_ids": (heroes.rows(Site, code="03")[0].id,),
        "scope": scope,
        "act": act,
        "on": DAY,
        "text_id": None,
        "actor": "nurse",
        "now": heroes.now,
    }
    return heroes.call(consents.record_consent, heroes.installation, **values | over)


def test_questions_go_by_text_only_while_the_patient_agrees(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        text = register(heroes)
        assert heroes.rows(Patient)[0].sms_items is False
        record(heroes, ConsentScope.SMS_ITEMS, ConsentAct.GIVEN, text_id=text)
        assert heroes.rows(Patient)[0].sms_items is True
        stands = record(heroes, ConsentScope.SMS_ITEMS, ConsentAct.WITHDRAWN)
        assert stands == frozenset()
        heroes.at(M15_INVITED)
        assert heroes.link()  # a link, and no question
        assert heroes.rows(Patient)[0].sms_items is False


def test_enrolment_begins_the_register(migrated_database: str, tmp_path: Path) -> None:
    with trial(migrated_database) as heroes:
        text = register(heroes)
        heroes.enrol(sms_items=True, consent_text=text)
        entries = [(row.scope, row.act, row.text_id) for row in heroes.rows(ConsentEntry)]
        assert entries == [("participation", "given", text), ("sms_items", "given", text)]
        assert heroes.rows(Patient)[0].sms_items is True
        with pytest.raises(InvalidError):
            heroes.enrol("03-002", phone="+33639980002", consent_text=999)
        exported(heroes, tmp_path / "out")
        rows = table(tmp_path / "out", "consents")
        assert [(row["entry_no"], row["scope"], row["text_version"]) for row in rows] == [
            ("1", "participation", "2.1"),
            ("2", "sms_items", "2.1"),
        ]
        assert {row["text_sha256"] for row in rows} == {HASH}


def test_a_consent_names_its_text_and_its_day_and_is_of_ones_own_patient(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        off_treatment(heroes)
        text = register(heroes)
        with pytest.raises(ConflictError):
            register(heroes)
        with pytest.raises(InvalidError):
            register(heroes, version="3", sha256="AB" * 32)
        given = (ConsentScope.DATA_USE, ConsentAct.GIVEN)
        ahead = heroes.now.date() + timedelta(days=2)
        for over, code in (
            ({"text_id": None}, "text_unknown"),
            ({"text_id": 999}, "text_unknown"),
            ({"text_id": text, "on": ahead}, "day_ahead"),
        ):
            with pytest.raises(InvalidError) as caught:
                record(heroes, *given, **over)
            assert caught.value.reason.code == code
        with pytest.raises(InvalidError) as caught:
            record(heroes, ConsentScope.DATA_USE, ConsentAct.WITHDRAWN)
        assert caught.value.reason.code == "never_given"
        with pytest.raises(NotFoundError):
            record(heroes, *given, text_id=text, site_ids=(heroes.rows(Site, code="04")[0].id,))
        assert heroes.rows(ConsentEntry) == []
