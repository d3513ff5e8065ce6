"""The pages of a patient on another day and of all that changed, from invented facts."""

from datetime import timedelta

from pro_service.entrypoints.web.desk.views_history import ChangeRow, HistoryPage
from pro_service.entrypoints.web.desk.views_time_travel import (
    FactOnDay,
    LeftOutRow,
    MessageOnDay,
    StandingRow,
    TimeTravelPage,
)
from tests.web.desk.frame import NOW, STOP, TODAY, chrome

NO_DATES = {"due_on": None, "open_on": None, "close_on": None}
TODAYS_DATES = {"due_on": TODAY, "open_on": TODAY, "close_on": TODAY}
AHEAD = (MessageOnDay(key="M4.5", kind="invitation", at=NOW + timedelta(days=40)),)


def another_day(**changed):
    values = {
        "tense": "past",
        "slots": (
            StandingRow(
                key="M1.5",
                due_on=TODAY,
                open_on=TODAY,
                close_on=TODAY,
                state="open",
                note="Pas dans le calendrier",
            ),
            StandingRow(key="M4.5", due_on=TODAY, open_on=TODAY, close_on=TODAY, state=""),
        ),
        "left_out": (LeftOutRow(key="M7.5", due_on=TODAY, reason="remplacé par R1"),),
        "facts": (FactOnDay(on=STOP, words="arrêt du traitement"),),
        "sent": (MessageOnDay(key="M1.5", kind="invitation", at=NOW, state="delivered"),),
        "expected": (),
    }
    return TimeTravelPage(
        chrome=chrome(), patient_code="03-001", on=TODAY, phase="traitement arrêté", **(values | changed)
    )


def history(**changed):
    why = "remplacé par R1 (reprise du traitement le 03/05/2026), prévu à 5 jour(s) d'écart"
    rows = (
        ChangeRow(key="M7.5", change="cancelled", reason=why, **NO_DATES, at=NOW, by="c.martin"),
        ChangeRow(key="R1", change="added", reason="", **TODAYS_DATES, at=NOW, by="clock"),
    )
    return HistoryPage(chrome=chrome(), patient_code="03-001", **({"rows": rows} | changed))
