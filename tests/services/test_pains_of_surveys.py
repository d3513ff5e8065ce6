"""What users of weekly surveys elsewhere complained of, lived through the clock with a weekly protocol."""

from collections import Counter
from datetime import date, timedelta

from pro_service.store.models import Assessment, Message
from tests.services.given import OTHER
from tests.trial import trial

BEGUN = date(2026, 1, 5)


def test_p6_each_week_is_announced_once_to_each_patient_and_none_in_the_week_of_the_baseline(
    migrated_database: str,
) -> None:
    """A weekly survey sent in the baseline's week; one notification sent twice, and another patient's not at all."""
    with trial(migrated_database, protocol="weekly-symptoms-1") as weekly:
        for code, phone in (("03-001", None), ("03-002", OTHER)):
            weekly.include(code, **({"phone": phone} if phone else {}))
        weekly.through(BEGUN + timedelta(days=34))
        forms = {row.id: row for row in weekly.rows(Assessment)}
        invited = [row for row in weekly.rows(Message, kind="invitation") if row.accepted_at]
    told = Counter((row.patient_id, forms[row.assessment_id].key) for row in invited)
    assert told == {(patient, f"W{week}"): 1 for patient in (1, 2) for week in range(5)}
    weeks = {(forms[row.assessment_id].key, (row.accepted_at.date() - BEGUN).days // 7) for row in invited}
    assert weeks == {(f"W{week}", week) for week in range(5)}
