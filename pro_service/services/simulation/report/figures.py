"""Turns the findings of a virtual trial into figures: who was expected, who answered, what was sent, what alerted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from pro_service.core.lifecycle import AssessmentState
from pro_service.core.timing import local_day
from pro_service.services.simulation.report.findings import Findings
from pro_service.services.simulation.report.ordering import natural
from pro_service.services.simulation.report.planning import Questions, planning
from pro_service.store.queries.simulation import LedgerRow

#: Windows that are over: the denominator "as known at close". Cancelled ones were known before it not to be expected.
OVER = (AssessmentState.COMPLETED, AssessmentState.PARTIAL, AssessmentState.MISSED)
WAITING = (AssessmentState.PLANNED, AssessmentState.OPEN, AssessmentState.IN_PROGRESS)

DEFINITIONS = {
    "expected_at_close": "windows that ended (or were answered) while the assessment was expected",
    "expected_now": "of those, the ones still expected by the plan as known at the end",
    "received": "every instrument of the assessment completed within the window",
    "late": "received after the due date, within the window",
    "partial": "the window ended with some answers",
    "missed": "the window ended without an answer",
    "rate_at_close": "received / expected_at_close",
    "rate_now": "received and still expected / expected_now",
}


def summary(findings: Findings, questions: Questions) -> dict[str, Any]:
    """The whole of summary.json, in the order it is written."""
    over = [row for row in findings.ledger if row.state in OVER]
    return {
        "study": findings.study,
        "protocol": findings.protocol.version,
        "seed": findings.seed,
        "from": findings.began_at.date().isoformat(),
        "until": findings.until.date().isoformat(),
        "sites": findings.sites,
        "patients": patients(findings),
        "assessments": {"all": timepoint_figures(findings.ledger), "by_timepoint": timepoints(findings)},
        "definitions": DEFINITIONS,
        "median_reply_hours": reply_hours(over),
        "messages": messages(findings),
        "texts_from_patients": _sorted(findings.inbox),
        "alerts": alerts(findings),
        "refused_facts": [
            {"patient": each.patient, "type": each.type, "on": each.on.isoformat(), "code": each.code}
            for each in findings.refused
        ],
        "run": _sorted(findings.counts),
        "ledger": ledger(findings),
        "planning": planning(findings, questions),
    }


def patients(findings: Findings) -> dict[str, Any]:
    included = sum(any(event.type == "included" for event in events) for events in findings.courses.values())
    return {
        "enrolled": len(findings.courses),
        "included": included,
        "by_phase": {
            phase: n for phase in findings.protocol.course.phases if (n := _in(findings.phases, phase))
        },
    }


def _in(phases: Mapping[str, str], phase: str) -> int:
    return sum(each == phase for each in phases.values())


def timepoints(findings: Findings) -> list[dict[str, Any]]:
    """One entry a timepoint, in the order of the protocol's rules and then of time."""
    rules = [rule.id for rule in findings.protocol.rules]
    keys = {row.key: row.rule for row in findings.ledger}
    ordered = sorted(keys, key=lambda key: (rules.index(keys[key]), natural(key)))
    return [
        {"key": key, "rule": keys[key], **timepoint_figures([r for r in findings.ledger if r.key == key])}
        for key in ordered
    ]


def timepoint_figures(rows: Sequence[LedgerRow]) -> dict[str, Any]:
    """Counts of some assessments with both denominators; rates are shares, None where nothing was expected."""
    states = Counter(row.state for row in rows)
    over = [row for row in rows if row.state in OVER]
    now = [row for row in over if row.expected_now]
    received = [row for row in over if row.state == AssessmentState.COMPLETED]
    return {
        "expected_at_close": len(over),
        "expected_now": len(now),
        "received": len(received),
        "late": sum(_is_late(row) for row in received),
        "partial": states[AssessmentState.PARTIAL],
        "missed": states[AssessmentState.MISSED],
        "rate_at_close": share(len(received), len(over)),
        "rate_now": share(sum(row.expected_now for row in received), len(now)),
        "cancelled": states[AssessmentState.CANCELLED],
        "not_over_yet": sum(states[state] for state in WAITING),
    }


def _is_late(row: LedgerRow) -> bool:
    return row.finished_at is not None and local_day(row.finished_at, row.time_zone) > row.due_on


def reply_hours(rows: Iterable[LedgerRow]) -> float | None:
    """Median hours from the provider's taking the invitation to the last answer of what was completed."""
    return median_hours(
        (row.finished_at - row.asked_at).total_seconds()
        for row in rows
        if row.state == AssessmentState.COMPLETED and row.finished_at and row.asked_at
    )


def median_hours(seconds: Iterable[float]) -> float | None:
    values = list(seconds)
    return round(median(values) / 3600, 1) if values else None


def messages(findings: Findings) -> dict[str, Any]:
    """How many messages there were, what became of them, and what they took on the air."""
    kinds = sorted({message.kind for message in findings.outbox})
    parts: Counter[str] = Counter()
    for message in findings.outbox:
        parts[message.kind] += findings.sms_parts.get(message.sid or "", 0)
    return {
        "count": len(findings.outbox),
        "segments": sum(parts.values()),
        "by_kind": {
            kind: {
                "states": _sorted(Counter(m.state for m in findings.outbox if m.kind == kind)),
                "segments": parts[kind],
            }
            for kind in kinds
        },
        "by_state": _sorted(Counter(message.state for message in findings.outbox)),
    }


def alerts(findings: Findings) -> dict[str, Any]:
    """How many alerts of which kind, on how many forms, and how soon somebody took them up."""
    forms = {(alert.patient, alert.key) for alert in findings.alerts}
    answered = sum(
        row.state in (AssessmentState.COMPLETED, AssessmentState.PARTIAL) for row in findings.ledger
    )
    return {
        "count": len(findings.alerts),
        "by_severity": _sorted(Counter(alert.severity for alert in findings.alerts)),
        "by_scale": _sorted(Counter(f"{alert.instrument} {alert.scale}" for alert in findings.alerts)),
        "by_state": _sorted(Counter(alert.state for alert in findings.alerts)),
        "forms_alerting": len(forms),
        "share_of_forms_alerting": share(len(forms), answered),
        "patients_alerting": len({alert.patient for alert in findings.alerts}),
        "median_hours_to_acknowledge": median_hours(
            (alert.acknowledged_at - alert.raised_at).total_seconds()
            for alert in findings.alerts
            if alert.acknowledged_at
        ),
    }


def ledger(findings: Findings) -> dict[str, Any]:
    """Whether the ledger is the plan, and where it lawfully is not."""
    checked = findings.checked
    return {
        "agrees": checked.agrees,
        "patients": checked.patients,
        "assessments": checked.assessments,
        "frozen_rows": [asdict(each) for each in checked.frozen],
        "differences": [asdict(each) for each in checked.differences],
    }


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}
