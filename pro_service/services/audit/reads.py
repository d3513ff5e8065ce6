"""The log of reads: who looked at which page of a patient's record, without a word of what it showed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pro_service.store.db import transaction
from pro_service.store.queries import patients
from pro_service.store.records import audit

_MOST_NOTED = 10_000


@dataclass(kw_only=True)
class Noted:
    """What this process noted lately: a page that is looked at again within the minute costs no write."""

    at: dict[tuple[int, str, str, str], datetime] = field(default_factory=dict)

    def is_known(self, place: tuple[int, str, str, str], minute: datetime) -> bool:
        return self.at.get(place) == minute

    def remember(self, place: tuple[int, str, str, str], minute: datetime) -> None:
        if len(self.at) >= _MOST_NOTED:
            self.at = {known: at for known, at in self.at.items() if at >= minute - timedelta(minutes=1)}
        self.at[place] = minute


def note_read(
    noted: Noted,
    *,
    study_id: int,
    code: str,
    site_ids: tuple[int, ...],
    actor: str,
    role: str,
    page: str,
    now: datetime,
) -> None:
    """Once a person, patient, page and minute. A patient whom the person may not see was not read."""
    minute = now.replace(second=0, microsecond=0)
    place = (study_id, code, actor, page)
    if noted.is_known(place, minute):
        return
    with transaction() as session:
        found = patients.patient(session, study_id=study_id, code=code, site_ids=site_ids)
        if found is not None:
            audit.note_read(session, patient_id=found.id, actor=actor, role=role, page=page, minute=minute)
    noted.remember(place, minute)
