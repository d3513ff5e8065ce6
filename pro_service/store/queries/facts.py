"""Plain values that several readings share, and the selections that give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from pro_service.store.models import Alert, Assessment, Patient, Response, Site


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """A centre."""

    id: int
    code: str
    name: str
    time_zone: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class AlertFacts:
    """An alert with what fired it. `evidence` is as core.alerts stored it."""

    id: int
    patient_code: str
    timepoint: str
    instrument: str
    rule: str
    scale: str
    protocol_version: str
    severity: str
    state: str
    evidence: Mapping[str, Any]
    raised_at: datetime
    acknowledged_by: str | None


@dataclass(frozen=True, kw_only=True)
class AssessmentFacts:
    """One expected assessment as it stands."""

    id: int
    patient_code: str
    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    state: str
    reason: Mapping[str, Any] | None
    expected_now: bool
    instruments: tuple[str, ...]
    visit: str | None
    visit_on: date | None
    next_contact_at: datetime | None
    sms_items: bool
    status_age_days: int | None
    status_stale: bool | None


def select_alerts() -> Select[Alert, str, str, str]:
    return (
        select(Alert, Patient.code, Assessment.key, Response.instrument)
        .join(Patient, Patient.id == Alert.patient_id)
        .join(Response, Response.id == Alert.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
    )


def alert_facts(row: Any) -> AlertFacts:
    alert, patient_code, key, instrument = row
    return AlertFacts(
        id=alert.id,
        patient_code=patient_code,
        timepoint=key,
        instrument=instrument,
        rule=alert.rule,
        scale=alert.scale,
        protocol_version=alert.protocol_version,
        severity=alert.severity,
        state=alert.state,
        evidence=alert.evidence,
        raised_at=alert.raised_at,
        acknowledged_by=alert.acknowledged_by,
    )


def select_assessments() -> Select[Assessment, str, bool]:
    return select(Assessment, Patient.code, Patient.sms_items).join(
        Patient, Patient.id == Assessment.patient_id
    )


def assessment_facts(row: Any) -> AssessmentFacts:
    found, patient_code, sms_items = row
    return AssessmentFacts(
        id=found.id,
        patient_code=patient_code,
        key=found.key,
        rule=found.rule,
        due_on=found.due_on,
        open_on=found.open_on,
        close_on=found.close_on,
        state=found.state,
        reason=found.reason,
        expected_now=found.expected_now,
        instruments=tuple(found.instruments),
        visit=found.visit,
        visit_on=found.visit_on,
        next_contact_at=found.next_contact_at,
        sms_items=sms_items,
        status_age_days=found.status_age_days,
        status_stale=found.status_stale,
    )


def site_facts(row: Site) -> SiteFacts:
    return SiteFacts(id=row.id, code=row.code, name=row.name, time_zone=row.time_zone, phone=row.phone)
