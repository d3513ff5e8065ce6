"""What an import did (or would do), as data for programs: the same from the command and from the API."""

from collections.abc import Iterator, Mapping
from typing import Any

from pro_service.core.plan import explain
from pro_service.services.patients.importing import Imported, PlanResult, RowResult


def document(done: Imported) -> Mapping[str, Any]:
    """The rows in the file's order, and each plan that changes; sentences in both languages."""
    return {
        "preview": done.preview,
        "to_decide": len(done.open),
        "rows": [_row(each) for each in done.rows],
        "plans": [_plan(each) for each in done.plans],
    }


def plan_words(plan: PlanResult, language: str = "en") -> Iterator[str]:
    """Each change of a plan as a line of words."""
    words = plan.protocol.course.words.get(language)
    for change in plan.changes:
        yield f"{change.change} {change.key}: {explain(change.reason, language, words=words)}"


def _row(one: RowResult) -> Mapping[str, Any]:
    event = one.row.event
    return {
        "row": one.row.number,
        "patient": one.row.patient,
        "source_key": one.row.source_key,
        "type": event.type,
        "on": event.on.isoformat(),
        "outcome": str(one.outcome),
        "code": one.code,
        "explanation": dict(one.explanation),
    }


def _plan(one: PlanResult) -> Mapping[str, Any]:
    words = one.protocol.course.words
    return {
        "patient": one.patient,
        "phase": {"before": one.before.phase, "after": one.after.phase},
        "changes": [
            {
                "key": each.key,
                "change": str(each.change),
                "code": str(each.reason.code),
                "sentence": {
                    language: explain(each.reason, language, words=words.get(language))
                    for language in ("fr", "en")
                },
            }
            for each in one.changes
        ],
    }
