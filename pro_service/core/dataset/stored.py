"""What the store hands to an export: plain tuples in a fixed order, without anything that tells who a patient is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from pro_service.core.timing import local_day
from pro_service.core.zones import ZoneFrom, zone_at


class StoredPatient(NamedTuple):
    """A patient under a study code. `time_zone` is that of the export; `zones` is the history, as recorded."""

    code: str
    site: str
    language: str
    time_zone: str
    protocol_version: str
    sms_items: bool
    enrolled_at: datetime
    zones: tuple[ZoneFrom, ...] = ()

    def day_of(self, instant: datetime) -> date:
        """The day it was where the patient lived at that instant."""
        return local_day(instant, zone_at(self.zones, instant) or self.time_zone)


class StoredFact(NamedTuple):
    """A row of the course, in the order of recording. The ids only tie a voiding to what it voids."""

    patient: str
    id: int
    type: str
    on: date
    result: str | None
    disclosed_on: date | None
    relation: str | None
    reason: str | None
    voids_id: int | None
    recorded_at: datetime
    visit: str | None = None
    visit_on: date | None = None
    discloses_id: int | None = None
    recorded_zone: str | None = None


class StoredForm(NamedTuple):
    """An assessment, with how many messages went out for it and how many instruments came back complete."""

    patient: str
    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    instruments: list[str]
    state: str
    reason: Mapping[str, Any] | None
    expected_now: bool
    expected_at_close: bool | None
    stands_for: list[str]
    closes_at: datetime
    known_at: datetime
    opened_at: datetime | None
    begun_at: datetime | None
    finished_at: datetime | None
    messages_sent: int
    messages_delivered: int
    instruments_completed: int
    status_age_days: int | None = None
    status_stale: bool | None = None
    last_answered_at: datetime | None = None
    provisional: bool = False
    missing_technical: str | None = None
    missing_site: str | None = None


class StoredMove(NamedTuple):
    """A patient's move to another protocol version, or back."""

    patient: str
    from_version: str
    to_version: str
    consented_on: date | None
    undoes: bool
    migrated_at: datetime


class StoredAnswer(NamedTuple):
    """One version of one answer."""

    patient: str
    site: str
    timepoint: str
    rule: str
    instrument: str
    instrument_version: str
    sitting: int
    item: str
    version: int
    value: int | None
    refused: bool
    mode: str
    language: str
    answered_at: datetime | None
    received_at: datetime
    response_state: str
    respondent: str | None = None  # of a form that a site entered, as the following
    entered_by: str | None = None
    entry_reason: str | None = None
    late: bool = False
    form_dated_on: date | None = None


class StoredScore(NamedTuple):
    """One scale of one response by one version of the scoring rules."""

    patient: str
    site: str
    timepoint: str
    rule: str
    instrument: str
    instrument_version: str
    sitting: int
    scale: str
    value: float | None
    absent: str | None
    items_used: int
    items_missing: int
    rule_version: str
    scored_at: datetime
    response_state: str
    answers_version: int = 1


class StoredSitting(NamedTuple):
    """One response and how it was asked. Without a hash it was asked in our placeholder labels."""

    patient: str
    site: str
    timepoint: str
    rule: str
    instrument: str
    instrument_version: str
    sitting: int
    state: str
    mode: str
    language: str
    wording_hash: str | None
    started_at: datetime
    finished_at: datetime | None


class StoredWording(NamedTuple):
    """What the responses of a study to an instrument in a language were asked in, and how many those are."""

    instrument: str
    language: str
    wording_hash: str | None
    responses: int


class StoredResponse(NamedTuple):
    """One response and how many scores it has."""

    patient: str
    timepoint: str
    form_state: str
    instrument: str
    instrument_version: str
    sitting: int
    state: str
    scores: int


class StoredAlert(NamedTuple):
    """One alert. The id only ties its actions to it."""

    patient: str
    id: int
    site: str
    timepoint: str
    instrument: str
    rule: str
    protocol_version: str
    severity: str
    scale: str
    evidence: Mapping[str, Any]
    raised_at: datetime
    state: str
    acknowledged_at: datetime | None
    closed_at: datetime | None


class StoredAction(NamedTuple):
    """What was done about an alert, in a code; the note stays where it is."""

    alert_id: int
    action: str
    acted_at: datetime


class StoredReason(NamedTuple):
    """One version of why a form is missing, as the service or the site said it."""

    patient: str
    site: str
    timepoint: str
    source: str
    version: int
    code: str
    given_at: datetime
    given_by: str | None
    is_latest: bool


class StoredCorrection(NamedTuple):
    """One item of a correction. The id only ties the items of one correction together."""

    patient: str
    site: str
    timepoint: str
    instrument: str
    sitting: int
    id: int
    item: str
    old_version: int
    old_value: int | None
    value: int | None
    refused: bool
    state: str
    reason: str
    source: str
    source_on: date
    asked_by: str
    requested_by: str | None
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class StoredQuery(NamedTuple):
    """A question about a datum, without its words."""

    patient: str
    site: str
    kind: str
    timepoint: str | None
    instrument: str | None
    item: str | None
    event_type: str | None
    event_on: date | None
    visit: str | None
    field: str | None
    state: str
    opened_at: datetime
    opened_by: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    times_reopened: int


class StoredConsent(NamedTuple):
    """One entry of the register of consents."""

    patient: str
    site: str
    scope: str
    act: str
    on: date
    text_ref: str | None
    text_version: str | None
    text_language: str | None
    text_sha256: str | None
    recorded_at: datetime
    recorded_by: str | None


class StoredPrompt(NamedTuple):
    """An answer that was asked for again, and the one that came afterwards."""

    patient: str
    site: str
    timepoint: str
    instrument: str
    item: str
    source: str
    code: str
    given: str
    prompted_at: datetime
    prompted_by: str | None
    value: int | None
    answer_version: int | None
    answered_at: datetime | None
