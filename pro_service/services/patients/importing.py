"""Imports dated facts from another system: each patient's rows in one transaction, and again without effect.

The whole file is read before anything is stored, and a file with a mistake changes nothing. Clinical refusals are not
mistakes of the file: they are listed, and kept until the source and the service agree or somebody settles them, while
the other rows land.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from pro_service.core.course import Event, effect_day
from pro_service.core.imports import FactRow, Outcome, Told, Verdict, decide, explained, told
from pro_service.core.plan import ChangeKind, Plan, SlotChange, compare, live_plan
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.patients.course import add_fact, add_voiding
from pro_service.services.patients.planning import replan
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store.db import DuplicateError, Session, transaction
from pro_service.store.models import ImportedFact, Patient
from pro_service.store.records import freshness, people

LANGUAGES = ("fr", "en")
RECORDED = "recorded"
_STATES = {
    Outcome.NEW: RECORDED,
    Outcome.CORRECTED: RECORDED,
    Outcome.KNOWN: RECORDED,
    Outcome.CONTRADICTS: "contradicts",
    Outcome.REFUSED: "refused",
}
_OPEN = (Outcome.CONTRADICTS, Outcome.REFUSED)


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What became of one row. `explanation` says by language why it was not recorded; `code` is the same for
    programs; `held` is what the service holds instead.
    """

    row: FactRow
    outcome: Outcome
    code: str = ""
    explanation: Mapping[str, str]
    held: Event | None = None


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """How one patient's plan differs by what was imported: only what is not kept as it was."""

    patient: str
    protocol: Protocol
    before: Plan
    after: Plan
    changes: tuple[SlotChange, ...]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Every row of the file in its order, and the plans that changed."""

    rows: tuple[RowResult, ...]
    plans: tuple[PlanResult, ...]
    preview: bool

    @property
    def open(self) -> tuple[RowResult, ...]:
        """The rows on which somebody has to decide."""
        return tuple(each for each in self.rows if each.outcome in _OPEN)


def import_facts(
    installation: Installation,
    *,
    study: str,
    source: str,
    rows: Iterable[FactRow],
    site_ids: tuple[int, ...] | None = None,
    preview: bool = False,
    actor: str,
    now: datetime,
) -> Imported:
    """Record what `source` tells. With `preview` everything is tried out and nothing stored.

    With `site_ids` only patients of these sites are known. A row that is here already changes nothing; other values
    under a known key void the fact of before and record the new one.
    """
    results: list[RowResult] = []
    plans: list[PlanResult] = []
    ordered = sorted(rows, key=lambda row: (row.patient, row.number))
    for code, of_patient in groupby(ordered, key=lambda row: row.patient):
        told_now = tuple(of_patient)
        with transaction() as session:
            patient = _patient(session, study, code, site_ids)
            if patient is None:
                results += [_unknown(row) for row in told_now]
                continue
            found, changed = _import(session, installation, patient, source, told_now, actor=actor, now=now)
            if preview:
                session.rollback()
        results += found
        plans += [changed] if changed.changes else []
    results.sort(key=lambda result: result.row.number)
    return Imported(rows=tuple(results), plans=tuple(plans), preview=preview)


def _patient(session: Session, study: str, code: str, site_ids: tuple[int, ...] | None) -> Patient | None:
    if people.study(session, study) is None:
        raise NotFoundError(f"study {study}")
    row = people.patient(session, study=study, code=code)
    return row if row is not None and (site_ids is None or row.site_id in site_ids) else None


def _unknown(row: FactRow) -> RowResult:
    code = "unknown_patient"
    return RowResult(
        row=row,
        outcome=Outcome.REFUSED,
        code=code,
        explanation={language: told(code, language) for language in LANGUAGES},
    )


def _import(
    session: Session,
    installation: Installation,
    patient: Patient,
    source: str,
    rows: Sequence[FactRow],
    *,
    actor: str,
    now: datetime,
) -> tuple[list[RowResult], PlanResult]:
    protocol = installation.catalogue.protocols[patient.protocol_version]
    today = local_day(now, patient.time_zone)
    before = people.events(session, patient.id)
    keys = [row.source_key for row in rows]
    known = freshness.imported(session, study_id=patient.study_id, source=source, keys=keys)
    remembered = {key: _told(row, patient) for key, row in known.items()}
    verdicts = decide(protocol.course, before, remembered, rows, today=today)
    results = [_result(verdict, protocol) for verdict in verdicts]
    _record(session, patient, source, verdicts, known, results, actor=actor, now=now)
    if any(verdict.outcome in (Outcome.NEW, Outcome.CORRECTED) for verdict in verdicts):
        replan(session, installation, patient, actor=actor, now=now)
    after = people.events(session, patient.id)
    return results, _difference(protocol, patient.code, before, after, today)


def _told(row: ImportedFact, patient: Patient) -> Told:
    return Told(
        event=_event(row.told),
        event_id=None if row.event_id is None else str(row.event_id),
        settled=row.settled_at is not None,
        own=row.patient_id == patient.id,
    )


def _record(
    session: Session,
    patient: Patient,
    source: str,
    verdicts: Sequence[Verdict],
    known: Mapping[str, ImportedFact],
    results: Sequence[RowResult],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Facts first taken out and then added, in order of effect, and what is remembered of each key."""
    for verdict in verdicts:
        fact = people.fact(session, int(verdict.voids)) if verdict.voids is not None else None
        if fact is not None:
            add_voiding(session, fact, reason=f"corrected by {source}", actor=actor, now=now)
    for verdict, result in zip(verdicts, results, strict=True):
        event_id = None if verdict.stands is None else int(verdict.stands)
        if verdict.outcome in (Outcome.NEW, Outcome.CORRECTED):
            details = {"source": source, "source_key": verdict.row.source_key, "visit": verdict.row.visit}
            event_id = add_fact(session, patient, verdict.row.event, details=details, actor=actor, now=now)
        before = known.get(verdict.row.source_key)
        _remember(session, patient, source, before, event_id, result, actor=actor, now=now)


def _remember(
    session: Session,
    patient: Patient,
    source: str,
    before: ImportedFact | None,
    event_id: int | None,
    result: RowResult,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Keep what was told and what became of it; nothing is written where that is as it was."""
    if result.outcome is Outcome.SETTLED or (before is not None and before.patient_id != patient.id):
        return
    state = {
        "told": _data(result.row),
        "event_id": event_id if event_id is not None or before is None else before.event_id,
        "state": _STATES[result.outcome],
        "code": result.code,
    }
    if before is None:
        row = ImportedFact(
            study_id=patient.study_id,
            patient_id=patient.id,
            source=source,
            source_key=result.row.source_key,
            explanation=dict(result.explanation),
            told_at=now,
            told_by=actor,
            **state,
        )
        _add_new(session, row)
    elif any(getattr(before, name) != value for name, value in state.items()):
        for name, value in state.items():
            setattr(before, name, value)
        before.explanation = dict(result.explanation)
        before.told_at, before.told_by = now, actor
        before.settled_at = before.settled_by = before.settled_note = None


def _add_new(session: Session, row: ImportedFact) -> None:
    """Rows of one patient wait for each other; only another patient's can have taken the key meanwhile."""
    try:
        people.add(session, row)
    except DuplicateError:
        raise ConflictError(
            "key_taken_meanwhile",
            fr="Une autre importation vient d'utiliser cette clé pour un autre patient : recommencez.",
            en="Another import has just used this key for another patient: run it again.",
        ) from None


def _result(verdict: Verdict, protocol: Protocol) -> RowResult:
    explanation = {language: explained(verdict, language, rules=protocol.course) for language in LANGUAGES}
    return RowResult(
        row=verdict.row,
        outcome=verdict.outcome,
        code=str(verdict.code),
        explanation=explanation,
        held=verdict.held,
    )


def _difference(
    protocol: Protocol, code: str, before: Sequence[Event], after: Sequence[Event], today: date
) -> PlanResult:
    """As known today, or on the last later day on which a fact of the file takes effect."""
    ids = {event.id for event in before}
    days = [effect_day(protocol.course, event) for event in after if event.id not in ids]
    as_of = max([today, *(day for day in days if day is not None)])
    old = live_plan(protocol, before, as_of=as_of)
    new = live_plan(protocol, after, as_of=as_of)
    changes = tuple(one for one in compare(old, new) if one.change is not ChangeKind.KEPT)
    return PlanResult(patient=code, protocol=protocol, before=old, after=new, changes=changes)


_TEXTS = ("type", "result", "relation", "reason", "bundle")
_DAYS = ("on", "disclosed_on")


def _data(row: FactRow) -> dict[str, Any]:
    days = {name: getattr(row.event, name) for name in _DAYS}
    return {
        **{name: getattr(row.event, name) for name in _TEXTS},
        **{name: day.isoformat() if day is not None else None for name, day in days.items()},
        "visit": row.visit,
    }


def _event(data: Mapping[str, Any]) -> Event:
    told_on = data["disclosed_on"]
    return Event(
        **{name: data[name] for name in _TEXTS},
        on=date.fromisoformat(data["on"]),
        disclosed_on=date.fromisoformat(told_on) if told_on else None,
    )
