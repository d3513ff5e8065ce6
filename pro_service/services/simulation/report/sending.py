"""What the texts of a rehearsal come to: how many, in how many parts, by month, and at what cost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pro_service.services.simulation.report.findings import Findings
from pro_service.store.queries.simulation import SentMessage


def sending(findings: Findings, *, prices: Sequence[float]) -> dict[str, Any]:
    """Only what the carrier was given counts: it bills what it takes, whether or not it arrives."""
    taken = [message for message in findings.outbox if message.sid in findings.sms_parts]
    parts = _parts(findings, taken)
    patients = len(findings.courses)
    return {
        "messages": len(taken),
        "segments": parts,
        "encodings": dict(sorted(findings.sms_encodings.items())),
        "by_kind": {
            kind: _count(findings, [message for message in taken if message.kind == kind])
            for kind in sorted({message.kind for message in taken})
        },
        "by_month": _by_month(findings, taken),
        "per_patient": {
            "messages": _each(sum(message.to != "staff" for message in taken), patients),
            "segments": _each(
                _parts(findings, (message for message in taken if message.to != "staff")), patients
            ),
        },
        "currency": findings.cohort.scenario.carrier.currency,
        "cost": [
            {"price": price, "total": round(parts * price, 2), "per_patient": _each(parts * price, patients)}
            for price in sorted(set(prices))
        ],
    }


def _each(total: float, patients: int) -> float | None:
    return round(total / patients, 2) if patients else None


def _parts(findings: Findings, messages: Iterable[SentMessage]) -> int:
    return sum(findings.sms_parts[message.sid or ""] for message in messages)


def _count(findings: Findings, messages: Sequence[SentMessage]) -> dict[str, int]:
    return {"messages": len(messages), "segments": _parts(findings, messages)}


def _by_month(findings: Findings, taken: Sequence[SentMessage]) -> dict[str, dict[str, int]]:
    messages: Counter[str] = Counter()
    segments: Counter[str] = Counter()
    for message in taken:
        month = f"{message.created_at:%Y-%m}"
        messages[month] += 1
        segments[month] += findings.sms_parts[message.sid or ""]
    return {month: {"messages": messages[month], "segments": segments[month]} for month in sorted(messages)}
