"""Ends what is kept too long, by the installation's rules: told first if asked, done otherwise. Again is harmless."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from pro_service.core.leaving import retention_rule
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store import vault
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Patient
from pro_service.store.records import people, retention


def overdue(installation: Installation, *, now: datetime) -> Mapping[str, int]:
    """How many rows each rule would end today. Nothing is changed."""
    rules = installation.retention
    with reading() as session:
        contacts = Counter(rule for _, rule in _contacts_due(session, installation, now=now))
        return {
            **{rule: contacts[rule] for rule in ("contacts", "contacts_of_withdrawn")},
            "inbound_texts": retention.count_texts(session, rules.before("inbound_texts", now)),
            "login_records": retention.count_sessions(session, rules.before("login_records", now)),
        }


def apply_retention(installation: Installation, *, now: datetime) -> Mapping[str, int]:
    """End what is overdue; how many rows each rule ended."""
    rules, done = installation.retention, Counter[str]()
    with transaction() as session:
        for patient, rule in _contacts_due(session, installation, now=now):
            vault.shred(session, contact_id=patient.contact_id, now=now)
            done[rule] += 1
        done["inbound_texts"] = retention.empty_texts(session, rules.before("inbound_texts", now))
        done["login_records"] = retention.delete_sessions(session, rules.before("login_records", now))
    return {rule: done[rule] for rule in rules.days}


def shred_contact(installation: Installation, *, study: str, patient: str, now: datetime) -> bool:
    """Destroy the data key of a patient who has left: the number and the texts that came in cannot be read again.

    False if it was done before. NotFoundError; ConflictError while the course goes on, since nobody could be reached.
    """
    del installation
    with transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None:
            raise NotFoundError(f"patient {patient}")
        if row.ended_on is None:
            raise ConflictError(
                "course_goes_on",
                fr="Le suivi de ce patient continue : enregistrez d'abord sa fin.",
                en="This patient's course goes on: record its end first.",
            )
        return vault.shred(session, contact_id=row.contact_id, now=now)


def _contacts_due(
    session: Session, installation: Installation, *, now: datetime
) -> list[tuple[Patient, str]]:
    """Patients whose number is kept no longer, with the rule that says so."""
    rules = installation.retention
    shortest = min(rules.days["contacts"], rules.days["contacts_of_withdrawn"])
    due = []
    for patient in retention.left_before(session, (now - timedelta(days=shortest)).date()):
        rule = retention_rule(people.events(session, patient.id))
        if patient.ended_on is not None and patient.ended_on < rules.before(rule, now).date():
            due.append((patient, rule))
    return due
