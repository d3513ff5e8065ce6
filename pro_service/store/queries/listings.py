"""What programs read page by page, and what they ask about a study and one alert. Plain values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ALERT_OPEN, AlertState
from pro_service.store.models import Alert, AlertAction, Patient, Site, Study
from pro_service.store.queries.facts import AlertFacts, alert_facts, select_alerts
from pro_service.store.queries.patients import ActionFacts

_STATES = {
    "open": [str(state) for state in ALERT_OPEN],
    "closed": [str(AlertState.CLOSED)],
    "all": [str(state) for state in AlertState],
}


@dataclass(frozen=True, kw_only=True)
class StudyFacts:
    """A study; `protocol_version` is the one its next patient gets."""

    code: str
    protocol_version: str


@dataclass(frozen=True, kw_only=True)
class PatientListed:
    """A patient in a list."""

    code: str
    site: str
    language: str
    sms_items: bool
    protocol_version: str
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class AlertListed:
    """An alert with its site, its ends and what was done about it, oldest first."""

    facts: AlertFacts
    site: str
    acknowledged_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    actions: tuple[ActionFacts, ...]


def study(session: Session, study_id: int) -> StudyFacts:
    found = session.get_one(Study, study_id)
    return StudyFacts(code=found.code, protocol_version=found.protocol_version)


def patients(
    session: Session, *, site_ids: Sequence[int], text: str, after: str, limit: int
) -> tuple[PatientListed, ...]:
    """Patients of these sites whose code contains `text`, by code; those after the code `after`."""
    found = (
        select(Patient, Site.code)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids), Patient.code.icontains(text, autoescape=True))
        .order_by(Patient.code)
        .limit(limit)
    )
    if after:
        found = found.where(Patient.code > after)
    return tuple(_patient(row, site) for row, site in session.execute(found))


def alerts(
    session: Session, *, site_ids: Sequence[int], state: str, before: int | None, limit: int
) -> tuple[AlertListed, ...]:
    """Alerts of these sites, newest first; those raised before the one with the id `before`. `state`: open | closed |
    all.
    """
    found = (
        select_alerts()
        .where(Alert.site_id.in_(site_ids), Alert.state.in_(_STATES[state]))
        .order_by(Alert.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(Alert.id < before)
    return _listed(session, found)


def alert(session: Session, alert_id: int, *, site_ids: Sequence[int]) -> AlertListed | None:
    """One alert, if one of these sites looks after its patient."""
    found = select_alerts().where(Alert.id == alert_id, Alert.site_id.in_(site_ids))
    return next(iter(_listed(session, found)), None)


def _listed(session: Session, found: Select[Alert, str, str, str]) -> tuple[AlertListed, ...]:
    rows = session.execute(found).all()
    codes = dict(session.execute(select(Site.id, Site.code)).all()) if rows else {}
    actions = _actions(session, [row[0].id for row in rows])
    return tuple(
        AlertListed(
            facts=alert_facts(row),
            site=codes[row[0].site_id],
            acknowledged_at=row[0].acknowledged_at,
            closed_at=row[0].closed_at,
            closed_by=row[0].closed_by,
            actions=tuple(action for action in actions if action.alert_id == row[0].id),
        )
        for row in rows
    )


def _actions(session: Session, alert_ids: Sequence[int]) -> tuple[ActionFacts, ...]:
    found = select(AlertAction).where(AlertAction.alert_id.in_(alert_ids)).order_by(AlertAction.id)
    return tuple(
        ActionFacts(
            alert_id=row.alert_id,
            action=row.action,
            note=row.note,
            acted_at=row.acted_at,
            acted_by=row.acted_by,
        )
        for row in session.scalars(found)
    )


def _patient(row: Patient, site: str) -> PatientListed:
    return PatientListed(
        code=row.code,
        site=site,
        language=row.language,
        sms_items=row.sms_items,
        protocol_version=row.protocol_version,
        enrolled_at=row.enrolled_at,
    )
