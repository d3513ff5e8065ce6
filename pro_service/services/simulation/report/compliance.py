"""How many of the forms came back, against several denominators that have names, each with a confidence interval."""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any

from pro_service.core.lifecycle import AssessmentState
from pro_service.services.simulation.report.findings import Findings
from pro_service.store.queries.simulation import LedgerRow

_Z = 1.959963984540054  # the normal quantile of a two-sided 95 % interval
_OVER = (AssessmentState.COMPLETED, AssessmentState.PARTIAL, AssessmentState.MISSED)

DENOMINATORS = {
    "of_expected_at_close": "complete forms, of the windows that ended while the form was expected",
    "of_expected_now": "complete forms still expected by the final plan, of the windows still expected by it",
    "of_invited": "complete forms, of those whose invitation the carrier took",
    "of_reached": "complete forms, of those about which at least one text was delivered",
    "any_answer": "forms with at least one answer, of the windows that ended while the form was expected",
    "patients_all": "patients with every expected form complete, of the patients with an expected form",
}


def wilson(part: int, whole: int) -> dict[str, Any]:
    """A share with its 95 % score interval (Wilson 1927), all between 0 and 1; None where nothing was counted."""
    if not whole:
        return {"part": part, "whole": whole, "rate": None, "low": None, "high": None}
    rate, square = part / whole, _Z * _Z / whole
    middle = (rate + square / 2) / (1 + square)
    half = _Z * sqrt(rate * (1 - rate) / whole + square / (4 * whole)) / (1 + square)
    # Rounding errors aside, the interval of nothing begins at 0 and that of everything ends at 1.
    low = 0.0 if part == 0 else middle - half
    high = 1.0 if part == whole else middle + half
    return {
        "part": part,
        "whole": whole,
        "rate": round(rate, 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def compliance(findings: Findings) -> dict[str, Any]:
    """Every denominator for the whole trial, and the first of them by timepoint."""
    over = [row for row in findings.ledger if row.state in _OVER]
    by_key: dict[str, list[LedgerRow]] = {}
    for row in over:
        by_key.setdefault(row.key, []).append(row)
    reached = {(m.to, m.key) for m in findings.outbox if m.key and m.provider_status == "delivered"}
    return {
        "definitions": DENOMINATORS,
        "all": {
            "of_expected_at_close": _complete(over),
            "of_expected_now": _complete(row for row in over if row.expected_now),
            "of_invited": _complete(row for row in over if row.asked_at),
            "of_reached": _complete(row for row in over if (row.patient, row.key) in reached),
            "any_answer": wilson(sum(row.state != AssessmentState.MISSED for row in over), len(over)),
            "patients_all": _patients(over),
        },
        "by_timepoint": {key: _complete(rows) for key, rows in by_key.items()},
    }


def _complete(rows: Iterable[LedgerRow]) -> dict[str, Any]:
    states = [row.state for row in rows]
    return wilson(sum(state == AssessmentState.COMPLETED for state in states), len(states))


def _patients(over: Sequence[LedgerRow]) -> dict[str, Any]:
    complete: dict[str, bool] = {}
    for row in over:
        complete[row.patient] = complete.get(row.patient, True) and row.state == AssessmentState.COMPLETED
    return wilson(sum(complete.values()), len(complete))


def interval_of(figures: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The interval of one timepoint out of `compliance`; of nothing where no window of it has ended."""
    found: Mapping[str, Any] = figures["by_timepoint"].get(key) or wilson(0, 0)
    return found
