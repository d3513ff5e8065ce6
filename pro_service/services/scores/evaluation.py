"""Scores one response and raises its alerts, inside the transaction that completed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pro_service.core import alerts
from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import AlertState
from pro_service.core.protocol import Protocol
from pro_service.core.scoring import Score, ScoringChoices, score_response, step_size
from pro_service.core.wording import compose
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.models import Alert, Assessment, Patient, Response
from pro_service.store.records import access, messages, people, responses
from pro_service.store.records.alerts import raised_by as alerts_of_response

_NOTICE_LASTS = timedelta(days=3)

Values = Mapping[str, float | None]


def choices_of(protocol: Protocol) -> ScoringChoices:
    """What a study decided where the owners of the instruments leave a choice."""
    return ScoringChoices(
        value_set=protocol.answering.value_set, hads_missing=protocol.answering.hads_missing
    )


def evaluate(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    response: Response,
    *,
    answers_version: int = 1,
    now: datetime,
) -> int:
    """Store the scores of a finished response and the alerts they raise; returns how many alerts.

    Of corrected answers (`answers_version` above 1) alerts are raised that were not raised before; one that was stands.
    """
    protocol = installation.catalogue.protocols[patient.protocol_version]
    instrument = installation.catalogue.instruments[response.instrument]
    scores = scores_of(session, instrument, protocol, response)
    responses.add_scores(
        session,
        response,
        scores,
        rule_version=installation.rule_version,
        answers_version=answers_version,
        now=now,
    )
    if not protocol.alerts.enabled:
        return 0
    raised = _raised(session, protocol, instrument, patient, row, scores)
    if answers_version > 1:
        before = alerts_of_response(session, response.id)
        raised = tuple(each for each in raised if (each.rule_id, each.scale) not in before)
    stored = [_raise(session, patient, response, each, now=now) for each in raised]
    if stored:
        _notify(session, installation, patient, stored[0], now=now)
    return len(stored)


def scores_of(
    session: Session, instrument: Instrument, protocol: Protocol, response: Response
) -> tuple[Score, ...]:
    """What the rules of today make of the answers that a response holds."""
    stored = responses.answers(session, response.id)
    return score_response(
        instrument,
        {item: found.value for item, found in stored.items()},
        choices=choices_of(protocol),
        refused=frozenset(item for item, found in stored.items() if found.refused),
    )


def _raised(
    session: Session,
    protocol: Protocol,
    instrument: Instrument,
    patient: Patient,
    row: Assessment,
    scores: Sequence[Score],
) -> tuple[alerts.Raised, ...]:
    rules = tuple(rule for rule in protocol.alerts.rules if rule.instrument == instrument.code)
    if not rules or row.rule == protocol.alerts.baseline:
        return ()
    earlier = responses.earlier_scores(session, patient_id=patient.id, instrument=instrument.code, before=row)
    baseline = {scale: value for other, scale, value in earlier if other.rule == protocol.alerts.baseline}
    verdict = alerts.evaluate(
        rules,
        instrument=instrument.code,
        now={score.scale: score.value for score in scores},
        baseline=baseline or None,
        previous=_previous(earlier),
        step_sizes=_step_sizes(instrument),
        directions={scale.code: scale.direction for scale in instrument.scales},
    )
    return tuple(outcome for outcome in verdict if isinstance(outcome, alerts.Raised))


def _previous(earlier: Sequence[tuple[Assessment, str, float | None]]) -> Values | None:
    """The newest earlier value of each scale."""
    return {scale: value for _, scale, value in earlier if value is not None} or None


def _step_sizes(instrument: Instrument) -> dict[str, float]:
    sizes = {scale.code: step_size(instrument, scale.code) for scale in instrument.scales}
    return {scale: size for scale, size in sizes.items() if size is not None}


def _raise(
    session: Session, patient: Patient, response: Response, raised: alerts.Raised, *, now: datetime
) -> Alert:
    alert = Alert(
        patient_id=patient.id,
        site_id=patient.site_id,
        response_id=response.id,
        rule=raised.rule_id,
        scale=raised.scale,
        protocol_version=patient.protocol_version,
        severity=raised.severity,
        state=AlertState.NEW,
        evidence=dict(raised.evidence),
        raised_at=now,
    )
    people.add(session, alert)
    return alert


def _notify(
    session: Session, installation: Installation, patient: Patient, first: Alert, *, now: datetime
) -> None:
    """Tell the site's nurses that something waits: no patient, no value, only where to look.

    One notice a response and nurse, however many of its scales are worse: the page they are sent to shows them all.
    `first` is the response's first alert, to which the notices belong.
    """
    study, site = people.study_of(session, patient), people.site_of(session, patient)
    for nurse in access.nurses_to_notify(session, patient.site_id, now=now):
        context = {"study": study.code.upper(), "site": site.code, "url": f"{installation.base_url}/staff"}
        messages.put(
            session,
            natural_key=f"alert:response:{first.response_id}:staff:{nurse.id}:1",
            study_id=study.id,
            staff_id=nurse.id,
            alert_id=first.id,
            kind="alert",
            ordinal=1,
            priority=0,
            contact_id=nurse.contact_id,
            body=compose("staff_alert", nurse.language, context),
            not_before=now,
            not_after=now + _NOTICE_LASTS,
            created_at=now,
        )
