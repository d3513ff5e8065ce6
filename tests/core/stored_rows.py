"""Stored rows as an export reads them, written short: one patient, one small questionnaire."""

from datetime import UTC, date, datetime

from pro_service.core.dataset import (
    TABLES,
    Table,
)
from pro_service.core.dataset.stored import (
    StoredAnswer,
    StoredForm,
    StoredPatient,
    StoredScore,
)
from pro_service.core.plan import Plan
from pro_service.core.scoring import RULE_VERSION
from pro_service.core.timing import end_of_day
from tests.core.small_instruments import instrument, item

NOW = datetime(2026, 2, 18, 12, tzinfo=UTC)
ANNA = StoredPatient("03-001", "03", "fr", "Europe/Paris", "heroes-1", False, NOW)
SMALL = instrument("small", item("q2"), item("q10"), item("q1"))
FORMS = next(table for table in TABLES if table.name == "expected_forms")
EVENTS = next(table for table in TABLES if table.name == "events")
VISITS = next(table for table in TABLES if table.name == "visits")


def stored_answer(code: str = "q1", version: int = 1, **over: object) -> StoredAnswer:
    row = StoredAnswer(
        *("03-001", "03", "BASE", "base", "small", "1", 1, code, version),
        *(3, False, "link", "fr", NOW, NOW, "completed"),
    )
    return row._replace(**over)


def stored_score(**over: object) -> StoredScore:
    row = StoredScore(
        *("03-001", "03", "BASE", "base", "small", "1", 1),
        *("S", 50.0, None, 2, 0, RULE_VERSION, NOW, "completed"),
    )
    return row._replace(**over)


def stored_form(key: str, state: str = "planned", **over: object) -> StoredForm:
    due_on = date(2026, 2, 20)
    row = StoredForm(
        *("03-001", key, "grid", due_on, due_on, due_on, ["qlq-c30"], state, {"code": "first_answer"}),
        *(True, None, [], end_of_day(due_on, "Europe/Paris"), NOW, None, None, None, 0, 0, 0),
    )
    return row._replace(**over)


def forms_of(expected: Plan) -> list[StoredForm]:
    return [
        stored_form(slot.key, rule=slot.rule, due_on=slot.due_on, instruments=list(slot.instruments))
        for slot in expected.slots
    ]


def named(table: Table, rows: tuple[tuple[object, ...], ...]) -> list[dict[str, object]]:
    return [dict(zip(table.names, row, strict=True)) for row in rows]
