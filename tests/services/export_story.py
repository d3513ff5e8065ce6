"""A small trial with something of everything an export has to show, told on any database."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import update

from pro_service.services import triage
from pro_service.services.answers.deposits import GivenAnswer
from pro_service.services.answers.responses import answer
from pro_service.services.exports import Exported, export_study
from pro_service.services.patients import course
from pro_service.store.models import Alert, CourseEvent, Patient
from tests.services.given import change
from tests.trial import PHONE, STUDY, Trial

SECOND_PHONE = "+33639980002"
THIRD_PHONE = "+33639980003"
FOURTH_PHONE = "+33639980004"
NOTE = "Canari: rappeler au 06 39 98 00 77"
CORRECTION = "Canari: mauvais dossier, voir Mme Dupont"
#: None of these may appear in an export: numbers in every spelling, names, and words that people typed.
CANARIES = (
    *(
        "639980001",
        "639980002",
        "639980003",
        "639980004",
        "639989901",
        "199000003",
        "06 39 98",
        "33639",
        "0639",
    ),
    *("Canari", "Dupont", "Nurse", "nurse", "Rennes"),
)

#: What an export may not even read. Of a person only the number leaves, and the log-in is compared where it is.
FORBIDDEN = re.compile(
    r"\b(contact\w*|phone\w*|body|\w*note|details|inbound\w*|opt_out|\w*_sealed|name|"
    r"staff\.(?!id\b|login\b)\w+|"
    r"(?<!site_entry\.)(?<!missing_reason\.)(?<!correction\.)(?<!data_query\.)(?<!consent_entry\.)(?<!answer_prompt\.)"
    r"\b(?!asked_by)\w+_by)\b"
)

FATIGUE = {"q10", "q12", "q18"}


def given(instrument: str, *, level: int = 1) -> dict[str, int]:
    """Answers without trouble, but for fatigue."""
    return {
        "qlq-c30": {f"q{n}": level if f"q{n}" in FATIGUE else 1 for n in range(1, 29)} | {"q29": 6, "q30": 6},
        "qlq-br23": {f"q{n}": 1 for n in range(31, 54) if n not in (35, 46)},
        "eq-5d-5l": {"MO": 1, "SC": 1, "UA": 1, "PD": 1, "AD": 1, "VAS": 90},
        "hads": {f"q{n}": 0 for n in range(1, 15)},
        "fcri-sf": {f"q{n}": 1 for n in range(1, 10)},
    }[instrument]


def send(
    heroes: Trial, instrument: str, answers: list[GivenAnswer], *, number: str, finish: bool = True
) -> None:
    with heroes.app.app_context():
        answer(
            heroes.installation,
            token=heroes.link(number),
            instrument=instrument,
            answers=answers,
            finish=finish,
            now=heroes.now,
        )


def fill_in(heroes: Trial, instruments: str, *, number: str = PHONE, level: int = 1) -> None:
    """Send instruments, named in one text, over the newest link of a telephone."""
    for code in instruments.split():
        values = [
            GivenAnswer(client_id=None, item=item, value=value, answered_at=heroes.now)
            for item, value in given(code, level=level).items()
        ]
        send(heroes, code, values, number=number)


def tell(heroes: Trial) -> None:
    """Four patients: one answers and is flagged, one answers once and stays silent, one never stops treatment, one is
    not included.
    """
    everything = "qlq-c30 qlq-br23 eq-5d-5l hads fcri-sf"
    heroes.include()
    heroes.include("03-002", phone=SECOND_PHONE, language="en")
    heroes.include("04-003", phone=THIRD_PHONE, site="04")
    # A code that a spreadsheet would take for a formula: enrolment refuses it today, an older row may hold it.
    change(heroes, update(Patient).where(Patient.code == "04-003").values(code="=04-003"))
    heroes.enrol("04-004", phone=FOURTH_PHONE, site="04")
    heroes.beat()
    fill_in(heroes, everything)
    fill_in(heroes, everything, number=SECOND_PHONE, level=2)
    heroes.at(datetime(2026, 1, 8, 9, tzinfo=UTC))
    for code in ("03-001", "03-002"):
        heroes.record("treatment_stopped", date(2026, 1, 7), code)
    _void(heroes, heroes.record("ctdna_resulted", date(2026, 1, 8), result="negative"))
    heroes.through(date(2026, 2, 18))
    corrected = [
        GivenAnswer(client_id=None, item="q10", value=1, answered_at=heroes.now),
        GivenAnswer(client_id=None, item="q28", value=None, refused=True, answered_at=heroes.now),
    ]
    send(heroes, "qlq-c30", corrected, number=PHONE, finish=False)
    fill_in(heroes, "qlq-c30 qlq-br23 eq-5d-5l", level=4)
    _work_the_alerts(heroes)
    heroes.through(date(2026, 3, 8))
    conversion = {"result": "positive", "disclosed_on": date(2026, 3, 8)}
    heroes.record("ctdna_resulted", date(2026, 3, 1), "03-002", **conversion)
    heroes.beat()


def _void(heroes: Trial, recorded: course.Recorded) -> None:
    site_id = heroes.rows(Patient)[0].site_id
    with heroes.app.app_context():
        course.void_event(
            heroes.installation,
            event_id=recorded.event_id,
            reason=CORRECTION,
            site_ids=(site_id,),
            actor="nurse",
            now=heroes.now,
        )
    assert heroes.rows(CourseEvent)[-1].details == {"reason": CORRECTION}


def _work_the_alerts(heroes: Trial) -> None:
    for alert in heroes.rows(Alert):
        with heroes.app.app_context():
            triage.acknowledge(
                heroes.installation,
                alert_id=alert.id,
                site_ids=(alert.site_id,),
                action="called",
                note=NOTE,
                actor="nurse",
                now=heroes.now,
            )


def exported(heroes: Trial, out: Path, **how: object) -> Exported:
    with heroes.app.app_context():
        return export_study(heroes.installation, study=STUDY, out=out, **how)  # type: ignore[arg-type]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """A file as a statistician reads it."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
