"""Leaving, erasure and retention: silence at once, keys destroyed after their time, and the answers kept."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest

from pro_service.config import SettingsError, settings_from
from pro_service.core.retention import RetentionError, retention_from
from pro_service.services.messages import inbox
from pro_service.services.privacy import retention
from pro_service.services.privacy.access_export import access_export
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store import vault
from pro_service.store.db import reading
from pro_service.store.models import Answer, Contact, Inbound, Message, Patient
from pro_service.store.records import inbound
from tests.canaries import NAME, canary_in
from tests.services.given import invited_to_m15, send
from tests.trial import PHONE, STUDY, Trial, trial

SILENT = ("death", "consent_withdrawn")
ENDS = (*SILENT, "questionnaires_withdrawn", "off_study")


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        yield made


def writes(heroes: Trial, text: str, number: int = 1) -> None:
    """The patient sends a text, which is read; what answers it waits."""
    given = {"provider_sid": f"SM{number:032}", "sender": PHONE, "raw": b"raw", "opt_out": None}
    heroes.call(inbox.receive_text, heroes.installation, text=text, now=heroes.now, **given)
    heroes.call(inbox.read_texts, heroes.installation, now=heroes.now)


def states(heroes: Trial) -> list[str]:
    return [row.state for row in heroes.rows(Message, kind="reply")]


@pytest.mark.parametrize("end", ENDS)
def test_what_waits_is_taken_back_with_the_fact_itself(heroes: Trial, end: str) -> None:
    """Fault row 60, REG-21: in the transaction that records it, replies included where nothing may be said."""
    invited_to_m15(heroes)
    writes(heroes, "AIDE")
    assert set(states(heroes)) == {"ready"}
    heroes.record(end, heroes.now.date())
    assert set(states(heroes)) == {"cancelled" if end in SILENT else "ready"}


@pytest.mark.parametrize("end", ENDS)
def test_after_leaving_only_a_cry_for_help_of_the_living_is_answered(heroes: Trial, end: str) -> None:
    """Also when the message was put in after the end, which the claim sees."""
    invited_to_m15(heroes)
    heroes.record(end, heroes.now.date())
    before = heroes.texts()
    writes(heroes, "je veux mourir")
    heroes.deliver()
    heroes.report()
    assert (heroes.texts() != before) == (end not in SILENT)
    assert heroes.rows(Inbound)[0].outcome is not None, "the site sees it in any case"


def left(heroes: Trial, end: str, *, days_ago: int) -> None:
    invited_to_m15(heroes)
    writes(heroes, "AIDE")
    heroes.record(end, heroes.now.date())
    heroes.now += timedelta(days=days_ago)


@pytest.mark.parametrize(("end", "kept"), [("consent_withdrawn", 30), ("questionnaires_withdrawn", 365)])
def test_the_number_of_whoever_left_is_destroyed_after_its_time_and_not_before(
    heroes: Trial, end: str, kept: int
) -> None:
    """REG-21, REG-22: the row stays without a value, and the dry run changes nothing."""
    left(heroes, end, days_ago=kept)
    heroes.call(retention.apply_retention, heroes.installation, now=heroes.now)
    assert readable(heroes)
    heroes.now += timedelta(days=1)
    rule = "contacts_of_withdrawn" if kept == 30 else "contacts"
    assert heroes.call(retention.overdue, heroes.installation, now=heroes.now)[rule] == 1
    assert readable(heroes), "a dry run only tells"
    assert heroes.call(retention.apply_retention, heroes.installation, now=heroes.now)[rule] == 1
    assert not readable(heroes)
    assert heroes.call(retention.apply_retention, heroes.installation, now=heroes.now)[rule] == 0


def readable(heroes: Trial) -> bool:
    contact_id = heroes.rows(Patient)[0].contact_id
    with heroes.app.app_context(), reading() as session:
        try:
            return vault.reveal_phone(session, heroes.installation.keys, contact_id=contact_id) == PHONE
        except LookupError:
            return False


def test_a_row_put_back_from_a_backup_cannot_be_read_without_the_key_that_was_destroyed(
    heroes: Trial,
) -> None:
    """Crypto-shredding: the sealed bytes are worth nothing afterwards, and the answers stay."""
    token = invited_to_m15(heroes)
    send(heroes, token, "qlq-c30", {"q1": 1})
    writes(heroes, "AIDE")
    contact_id = heroes.rows(Patient)[0].contact_id
    with heroes.app.app_context(), reading() as session:
        sealed = session.get_one(Contact, contact_id).phone_sealed
    use = {"study": STUDY, "patient": "03-001"}
    with pytest.raises(ConflictError):
        heroes.call(retention.shred_contact, heroes.installation, now=heroes.now, **use)
    heroes.record("consent_withdrawn", heroes.now.date())
    assert heroes.call(retention.shred_contact, heroes.installation, now=heroes.now, **use)
    assert not heroes.call(retention.shred_contact, heroes.installation, now=heroes.now, **use)
    with heroes.app.app_context(), reading() as session:
        with pytest.raises(LookupError):
            vault.unsealed(session, heroes.installation.keys, sealed or b"", contact_id=contact_id)
        with pytest.raises(LookupError):
            inbound.text_of(session, heroes.installation.keys, session.query(Inbound).one())
    assert [row.value for row in heroes.rows(Answer)] == [1]


def test_the_words_of_old_texts_go_and_their_rows_stay(heroes: Trial) -> None:
    invited_to_m15(heroes)
    writes(heroes, "AIDE")
    heroes.now += timedelta(days=366)
    heroes.call(retention.apply_retention, heroes.installation, now=heroes.now)
    (row,) = heroes.rows(Inbound)
    assert (row.raw_sealed, row.text_sealed, row.sender_index) == (None, None, None)
    assert row.outcome is not None


def test_rules_are_read_and_what_is_no_rule_is_refused_with_the_setting_named() -> None:
    assert retention_from("contacts=10").days["contacts"] == 10
    assert retention_from("").days["inbound_texts"] == 365
    for wrong in ("contact=1", "contacts", "contacts=-1", "contacts=x"):
        with pytest.raises(RetentionError):
            retention_from(wrong)
    with pytest.raises(SettingsError, match="PRO_RETENTION"):
        settings_from({"PRO_RETENTION": "x"}, demo_secrets={})


def test_a_patients_copy_holds_all_that_is_held_and_names_staff_by_role(heroes: Trial) -> None:
    token = invited_to_m15(heroes)
    send(heroes, token, "qlq-c30", {"q1": 2})
    writes(heroes, f"AIDE {NAME}")
    made = heroes.call(access_export, heroes.installation, study=STUDY, patient="03-001", now=heroes.now)
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        names, page = set(files.namelist()), files.read("a-lire.html").decode()
        held = json.loads(files.read("data.json"))["held"]
    assert held["contact"] == [{"phone": PHONE}]
    assert held["answer"][0]["value"] == 2
    assert held["inbound"][0]["text"] == f"AIDE {NAME}"
    expected = {"patient", "course_event", "assessment", "assessment_change", "response", "message"}
    assert expected <= held.keys()
    assert {f"{name}.csv" for name in expected} < names
    assert "Vos réponses" in page
    assert canary_in(page)
    assert "_sealed" not in json.dumps(held)
    assert "_hash" not in json.dumps(held)
    again = heroes.call(access_export, heroes.installation, study=STUDY, patient="03-001", now=heroes.now)
    assert again == made
    with pytest.raises(NotFoundError):
        heroes.call(access_export, heroes.installation, study=STUDY, patient="03-999", now=heroes.now)
