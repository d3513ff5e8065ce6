"""Days on which a patient has more than one thing to do, and what of a protocol a rehearsal never used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pro_service.core.course import effect_day, replay
from pro_service.core.lifecycle import AssessmentState
from pro_service.core.reminders import agenda
from pro_service.core.timing import local_day
from pro_service.services.simulation.report.findings import Findings
from pro_service.store.queries.simulation import LedgerRow

NEAR_DAYS = (0, 3, 7, 14)
_NOT_EXPECTED = (AssessmentState.CANCELLED, AssessmentState.NOT_APPLICABLE)


def collisions(findings: Findings) -> dict[str, Any]:
    """Pairs of neighbouring forms of one patient by how near they are due, and days with two texts to one patient."""
    rows = [row for row in findings.ledger if row.state not in _NOT_EXPECTED]
    gaps = [
        (after.due_on - before.due_on).days
        for before, after in pairwise(rows)
        if before.patient == after.patient
    ]
    return {
        "forms_due_within_days": {str(days): sum(gap <= days for gap in gaps) for days in NEAR_DAYS},
        "windows_of_one_instrument_overlapping": _overlapping(rows),
        "days_with_two_texts": _days_with_two_texts(findings),
    }


def _overlapping(rows: Sequence[LedgerRow]) -> int:
    """Neighbouring forms that share an instrument and a day."""
    return sum(
        before.patient == after.patient
        and after.open_on <= before.close_on
        and bool(set(before.instruments) & set(after.instruments))
        for before, after in pairwise(rows)
    )


def _days_with_two_texts(findings: Findings) -> int:
    zones = {life.patient.code: life.patient.site.time_zone for life in findings.cohort.lives}
    sent = Counter(
        (message.to, local_day(message.accepted_at, zones[message.to]))
        for message in findings.outbox
        if message.accepted_at and message.kind in {"invitation", "reminder"}
    )
    return sum(count > 1 for count in sent.values())


def contradictions(findings: Findings) -> dict[str, Any]:
    """What the protocol says and the rehearsal never met, and texts that found no place in their window."""
    protocol = findings.protocol
    used = {row.rule for row in findings.ledger}
    keys = {row.key for row in findings.ledger}
    return {
        "rules_never_expected": [rule.id for rule in protocol.rules if rule.id not in used],
        "timepoints_never_expected": [
            point.key
            for rule in protocol.rules
            if rule.id in used
            for point in rule.timepoints
            if "{n}" not in point.key and point.key not in keys
        ],
        "phases_never_reached": sorted(set(protocol.course.phases) - set(_phases(findings))),
        "texts_without_a_place": dict(sorted(_dropped(findings).items())),
        "facts_refused": dict(
            sorted(Counter(f"{each.type}: {each.code}" for each in findings.refused).items())
        ),
    }


def _phases(findings: Findings) -> Iterator[str]:
    rules = findings.protocol.course
    yield rules.initial_phase
    for events in findings.courses.values():
        days = {effect_day(rules, event) for event in events} - {None}
        for day in sorted(day for day in days if day):
            yield replay(rules, events, as_of=day).phase


def _dropped(findings: Findings) -> Counter[str]:
    """Of the forms as they stood at the end, by kind of text and why it is not sent."""
    counted: Counter[str] = Counter()
    for row in findings.ledger:
        planned = agenda(
            open_on=row.open_on,
            due_on=row.due_on,
            close_on=row.close_on,
            delivery=findings.protocol.delivery,
            zone=row.time_zone,
            known_at=row.asked_at or findings.began_at,
        )
        counted.update(f"{each.kind} {each.ordinal}: {each.reason}" for each in planned.dropped)
    return counted
