"""Writes what a virtual trial came to: the files of `flask simulate`, the same bytes for the same seed."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pro_service.core.course import Event
from pro_service.core.definition import Problem
from pro_service.services.csv_table import InputError
from pro_service.services.simulation.report.figures import summary
from pro_service.services.simulation.report.findings import Findings
from pro_service.services.simulation.report.page import report
from pro_service.services.simulation.report.planning import Questions

MESSAGE_COLUMNS = (
    "to",
    "key",
    "kind",
    "ordinal",
    "state",
    "provider_status",
    "error_code",
    "cause",
    "attempts",
    "segments",
    "created_at",
    "accepted_at",
)
#: The summary is written first: by it a folder is known for an earlier simulation, even one that was broken off.
FILES = ("summary.json", "courses.jsonl", "messages.csv", "assessments.csv", "alerts.csv", "report.html")
ASSESSMENT_COLUMNS = ("patient", "key", "rule", "due_on", "open_on", "close_on", "state", "reason")
ALERT_COLUMNS = (
    "patient",
    "key",
    "instrument",
    "scale",
    "rule",
    "severity",
    "state",
    "raised_at",
    "acknowledged_at",
    "closed_at",
)


def refuse_folder(folder: Path) -> None:
    """InputError if the files cannot be put there: not writable, or holding what is no earlier simulation of ours."""
    cure = "name a new or empty folder, or that of an earlier simulation"
    if strangers := _strangers(folder):
        message = f"holds something that is no simulation of ours ({strangers[0]})"
        raise InputError([Problem(place=str(folder), message=message, cure=cure)])
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        message = error.strerror or "cannot be written"
        cure = "name a folder that can be written"
        raise InputError([Problem(place=str(folder), message=message, cure=cure)]) from error


def _strangers(folder: Path) -> list[str]:
    """What is in a folder, unless it is an earlier simulation: then what is there beside its files."""
    present = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    try:
        ours = "ledger" in json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        ours = False
    return [name for name in present if not ours or name not in FILES]


def write_outputs(findings: Findings, folder: Path, *, language: str, questions: Questions) -> dict[str, Any]:
    """Write every file into `folder` (made if absent) and give the summary. No wall-clock time is in them."""
    figures = summary(findings, questions)
    words = findings.protocol.course.words.get(language, {})
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "summary.json": json.dumps(figures, ensure_ascii=False, indent=2) + "\n",
        "courses.jsonl": "".join(course_line(code, events) for code, events in findings.courses.items()),
        "messages.csv": table(MESSAGE_COLUMNS, (_message(findings, m) for m in findings.outbox)),
        "assessments.csv": table(ASSESSMENT_COLUMNS, (_row(r, ASSESSMENT_COLUMNS) for r in findings.ledger)),
        "alerts.csv": table(ALERT_COLUMNS, (_row(alert, ALERT_COLUMNS) for alert in findings.alerts)),
        "report.html": report(figures, title=findings.protocol.title, language=language, words=words),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return figures


def course_line(patient: str, events: Iterable[Event]) -> str:
    """One line of a course file that `flask protocol plan` reads."""
    return json.dumps({"patient": patient, "events": [event_data(event) for event in events]}) + "\n"


def event_data(event: Event) -> dict[str, str]:
    """An event as a course file has it: fields without a value are left out."""
    fields = {
        "type": event.type,
        "on": event.on.isoformat(),
        "result": event.result,
        "disclosed_on": event.disclosed_on.isoformat() if event.disclosed_on else None,
        "relation": event.relation,
        "reason": event.reason,
        "visit": event.visit,
        "visit_on": event.visit_on.isoformat() if event.visit_on else None,
        "bundle": event.bundle,
    }
    return {name: value for name, value in fields.items() if value is not None}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a header line; lines end in a line feed alone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _message(findings: Findings, message: Any) -> list[object]:
    cells = _row(message, [name for name in MESSAGE_COLUMNS if name != "segments"])
    cells.insert(MESSAGE_COLUMNS.index("segments"), findings.sms_parts.get(message.sid or "", ""))
    return cells


def _row(value: object, columns: Sequence[str]) -> list[object]:
    return [_cell(getattr(value, name)) for name in columns]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
