"""Forms that closed without being complete, and why: for the site's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from pro_service.core.lifecycle import AssessmentState
from pro_service.core.provenance import ReasonSource
from pro_service.store.models import Assessment, MissingReason, Patient, Site

_CLOSED = (AssessmentState.MISSED, AssessmentState.PARTIAL)


@dataclass(frozen=True, kw_only=True)
class MissingForm:
    """A form that is not complete. `technical` is the service's reason, `site_reason` the site's; empty if none."""

    assessment_id: int
    patient_code: str
    site: str
    timepoint: str
    due_on: date
    close_on: date
    state: str
    technical: str
    site_reason: str
    note: str
    given_by: str
    given_at: datetime | None


def missing_forms(
    session: Session, site_ids: Sequence[int], *, explained: bool | None = None, limit: int
) -> tuple[MissingForm, ...]:
    """Of these sites, the one closed last first; `explained`: only those with (or without) a reason of the site."""
    found = (
        _SELECT.where(Patient.site_id.in_(site_ids), Assessment.state.in_(_CLOSED))
        .order_by(Assessment.close_on.desc(), Patient.code, Assessment.key)
        .limit(limit)
    )
    if explained is not None:
        found = found.where(_SAID.id.is_not(None) if explained else _SAID.id.is_(None))
    return tuple(_form(*row) for row in session.execute(found))


def missing_form(session: Session, assessment_id: int) -> MissingForm:
    """Why one form is missing, as far as anybody said."""
    return _form(*session.execute(_SELECT.where(Assessment.id == assessment_id)).one())


def _newest(source: ReasonSource) -> Select[int]:
    """The newest reason of a source for the form of the row around."""
    return (
        select(func.max(MissingReason.id))
        .where(MissingReason.assessment_id == Assessment.id, MissingReason.source == source)
        .correlate(Assessment)
    )


def _form(
    row: Assessment, patient: str, site: str, technical: str | None, said: MissingReason | None
) -> MissingForm:
    return MissingForm(
        assessment_id=row.id,
        patient_code=patient,
        site=site,
        timepoint=row.key,
        due_on=row.due_on,
        close_on=row.close_on,
        state=row.state,
        technical=technical or "",
        site_reason=said.code if said else "",
        note=said.note if said else "",
        given_by=said.given_by if said else "",
        given_at=said.given_at if said else None,
    )


_KNOWN, _SAID = aliased(MissingReason), aliased(MissingReason)
_SELECT = (
    select(Assessment, Patient.code, Site.code, _KNOWN.code, _SAID)
    .join(Patient, Patient.id == Assessment.patient_id)
    .join(Site, Site.id == Patient.site_id)
    .outerjoin(_KNOWN, _KNOWN.id == _newest(ReasonSource.SYSTEM).scalar_subquery())
    .outerjoin(_SAID, _SAID.id == _newest(ReasonSource.SITE).scalar_subquery())
)
