"""Gathers a patient's scores for the drawings: each scale of each instrument, with gaps where a form is missing."""

from collections.abc import Sequence

from pro_service.core.instrument import Direction, Instrument
from pro_service.core.protocol import Protocol
from pro_service.core.scoring import score_range
from pro_service.core.wording import in_language
from pro_service.entrypoints.web.charts.trajectory import ChartPoint, Threshold
from pro_service.entrypoints.web.desk.views_patient import InstrumentSeries, ScaleSeries
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.services.scores.evaluation import choices_of
from pro_service.store.db import Session
from pro_service.store.queries import patients
from pro_service.store.queries.facts import AssessmentFacts

_ENDED = ("missed", "completed", "partial")


def series(
    session: Session,
    installation: Installation,
    protocol: Protocol,
    facts: patients.PatientFacts,
    plan: Sequence[AssessmentFacts],
    language: Language,
) -> tuple[InstrumentSeries, ...]:
    scores = patients.scores_of(session, facts.id)
    groups = []
    for code in dict.fromkeys(code for row in plan for code in row.instruments):
        instrument = installation.catalogue.instruments[code]
        mine = [score for score in scores if score.instrument == code]
        scales = _scales(instrument, protocol, mine, _gaps(plan, code, mine), language)
        if scales and mine:
            groups.append(
                InstrumentSeries(code=code, title=in_language(instrument.title, language), scales=scales)
            )
    return tuple(groups)


def _gaps(
    plan: Sequence[AssessmentFacts], code: str, scores: Sequence[patients.ScoreFacts]
) -> tuple[ChartPoint, ...]:
    """Assessments that should have brought this instrument and did not."""
    answered = {score.key for score in scores}
    lacking = (row for row in plan if code in row.instruments and row.state in _ENDED)
    return tuple(
        ChartPoint(on=row.due_on, value=None, key=row.key) for row in lacking if row.key not in answered
    )


def _scales(
    instrument: Instrument,
    protocol: Protocol,
    scores: Sequence[patients.ScoreFacts],
    gaps: tuple[ChartPoint, ...],
    language: Language,
) -> tuple[ScaleSeries, ...]:
    thresholds = _thresholds(instrument, protocol)
    found = []
    for scale in instrument.scales:
        bounds = score_range(instrument, scale.code, choices=choices_of(protocol))
        if scale.direction is Direction.NONE or bounds is None:
            continue
        points = [
            ChartPoint(on=score.finished_on, value=score.value, key=score.key)
            for score in scores
            if score.scale == scale.code
        ]
        found.append(
            ScaleSeries(
                scale=scale.code,
                name=in_language(scale.name, language),
                direction="better" if scale.direction is Direction.BETTER else "worse",
                points=tuple(sorted((*points, *gaps), key=lambda point: (point.on, point.key))),
                threshold=thresholds.get(scale.code),
                low=bounds[0],
                high=bounds[1],
            )
        )
    return tuple(found)


def _thresholds(instrument: Instrument, protocol: Protocol) -> dict[str, Threshold]:
    found = {}
    for rule in protocol.alerts.rules:
        if rule.instrument != instrument.code:
            continue
        for scale, threshold in rule.thresholds.items():
            if threshold is not None:
                below = threshold.beyond == "below"
                found[scale] = Threshold(
                    value=threshold.value, side="below" if below else "above", status=threshold.status
                )
    return found
