"""A second, deliberately naive reading of the assumed HEROES protocol, day by day.

The reading below was written from the protocol's text alone. It shares no code with the core: it walks the calendar
one day at a time, writes windows out as lists of days, and finds month ends by trial.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
CORE = ["qlq-c30", "qlq-br23", "eq-5d-5l"]
ALL = ["qlq-c30", "qlq-br23", "eq-5d-5l", "hads", "fcri-sf"]
TERMINAL = {
    "off_study": "OFF_STUDY",
    "questionnaires_withdrawn": "WITHDRAWN_QUESTIONNAIRES",
    "consent_withdrawn": "WITHDRAWN_CONSENT",
    "death": "DEATH",
}
ON_ONE_DAY = [
    "included", "treatment_stopped", "ctdna_resulted", "pd_confirmed", "treatment_resumed same",
    "treatment_resumed other", "lost_to_follow_up", "recontacted", "off_study", "questionnaires_withdrawn",
    "consent_withdrawn", "death",
]  # fmt: skip
GRIDS = {
    "heroes-1": ["1.5", "4.5", "7.5", "10.5", "13.5", "16.5", "19.5", "22.5"],
    "heroes-1b": ["1.5", "3", "6", "9", "12", "15", "18", "21", "24"],
}
AFTER_A_STOP = ["OFF_TREATMENT", "MOLECULAR_RELAPSE", "RADIOLOGICAL_PD", "RESUMED_PRIOR", "NEW_THERAPY"]
NOT_ANSWERING = [*TERMINAL.values(), "LOST_TO_FOLLOW_UP"]


@dataclass
class Walk:
    """What is known of a patient while the calendar is walked."""

    clinical: str = "NOT_INCLUDED"
    lost: bool = False
    ended: str = ""
    included_on: date | None = None
    stopped_on: date | None = None
    converted_on: date | None = None
    progressed_on: date | None = None
    ended_on: date | None = None
    resumed_on: list[date] = field(default_factory=list)
    phase_by_day: dict[date, str] = field(default_factory=dict)

    def phase(self) -> str:
        return self.ended or ("LOST_TO_FOLLOW_UP" if self.lost else self.clinical)

    def phase_on(self, day: date) -> str:
        if not self.phase_by_day or day < min(self.phase_by_day):
            return "NOT_INCLUDED"
        return self.phase_by_day.get(day, self.phase())


def day_of_effect(event: dict[str, Any]) -> date | None:
    told = event.get("disclosed_on")
    if event["type"] == "ctdna_resulted":
        return date.fromisoformat(told) if told else None
    if event["type"] == "pd_confirmed" and told:
        return date.fromisoformat(told)
    return date.fromisoformat(event["on"])


def label(event: dict[str, Any]) -> str:
    kind: str = event["type"]
    return f"{kind} {event['relation']}" if kind == "treatment_resumed" else kind


def happen(walk: Walk, event: dict[str, Any], today: date) -> None:  # noqa: C901 - naive on purpose
    kind = event["type"]
    if kind == "included" and walk.clinical == "NOT_INCLUDED":
        walk.clinical, walk.included_on = "INCLUDED", today
    if walk.clinical == "NOT_INCLUDED":
        return
    if kind in TERMINAL:
        if not walk.ended:
            walk.ended, walk.ended_on = TERMINAL[kind], today
        if kind == "death":
            walk.ended = "DEATH"
        return
    if walk.ended:
        return
    if kind == "treatment_stopped" and walk.clinical == "INCLUDED":
        walk.clinical, walk.stopped_on = "OFF_TREATMENT", today
    elif kind == "ctdna_resulted" and event["result"] == "positive" and walk.clinical == "OFF_TREATMENT":
        walk.clinical, walk.converted_on = "MOLECULAR_RELAPSE", today
    elif kind == "pd_confirmed" and walk.clinical in ("OFF_TREATMENT", "MOLECULAR_RELAPSE"):
        walk.clinical, walk.progressed_on = "RADIOLOGICAL_PD", today
    elif kind == "treatment_resumed" and walk.stopped_on:
        walk.clinical = "RESUMED_PRIOR" if event["relation"] == "same" else "NEW_THERAPY"
        walk.resumed_on.append(today)
    elif kind == "lost_to_follow_up":
        walk.lost = True
    elif kind == "recontacted":
        walk.lost = False


def walk_the_calendar(events: list[dict[str, Any]], as_of: date) -> Walk:
    walk = Walk()
    known = [e for e in events if label(e) in ON_ONE_DAY]
    known = [e for e in known if (day_of_effect(e) or date.max) <= as_of]
    if not known:
        return walk
    days = [day_of_effect(e) or date.max for e in known]
    today, last = min(days), max(days)
    while today <= last:
        todays = [event for event, day in zip(known, days, strict=True) if day == today]
        for name in ON_ONE_DAY if todays else []:
            for event in todays:
                if label(event) == name:
                    happen(walk, event, today)
        walk.phase_by_day[today] = walk.phase()
        today += ONE_DAY
    return walk


def months_later(day: date, months: str) -> date:
    whole, _, half = months.partition(".")
    year, month = day.year, day.month
    for _ in range(int(whole)):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while True:
        try:
            target = date(year, month, number)
            break
        except ValueError:
            number -= 1
    return target + timedelta(days=15 if half else 0)


@dataclass
class Form:
    key: str
    rule: str
    due: date
    days: list[date]
    instruments: list[str]
    rank: tuple[int, int] = (0, 0)


def window(due: date, before: int, after: int) -> list[date]:
    return [due + timedelta(days=n) for n in range(-before, after + 1)]


def all_forms(walk: Walk, version: str) -> list[Form]:
    forms = []
    if walk.included_on:
        days = window(walk.included_on, 14, 0)
        forms.append(
            Form("BASE", "base", walk.included_on, [d for d in days if d <= (walk.stopped_on or d)], ALL)
        )
        for months in GRIDS[version]:
            due = months_later(walk.included_on, months)
            around = 7 if months == "1.5" else 14
            forms.append(Form(f"M{months}", "grid", due, window(due, around, around), CORE))
    if walk.converted_on:
        forms.append(Form("CONV", "conv", walk.converted_on, window(walk.converted_on, 0, 14), ALL, (1, 0)))
    if walk.progressed_on:
        forms.append(Form("PD", "pd", walk.progressed_on, window(walk.progressed_on, 0, 14), ALL, (2, 0)))
    for n, day in enumerate(walk.resumed_on, start=1):
        forms.append(Form(f"R{n}", "resume", day, window(day, 7, 7), ALL, (3, n)))
        later = months_later(day, "3")
        forms.append(Form(f"R{n}+3m", "resume", later, window(later, 7, 7), ALL, (3, n)))
    return forms


def passes(form: Form, phase: str) -> bool:
    if form.rule == "base":
        return phase in ("INCLUDED", "OFF_TREATMENT")
    if form.rule == "grid":
        return phase in AFTER_A_STOP
    if form.rule == "resume":
        return phase in ("RESUMED_PRIOR", "NEW_THERAPY")
    return phase not in NOT_ANSWERING


def naive_plan(events: list[dict[str, Any]], as_of: date, version: str) -> dict[str, Any]:
    walk = walk_the_calendar(events, as_of)
    forms = sorted(all_forms(walk, version), key=lambda f: (f.due, f.key))
    passing = [f for f in forms if passes(f, walk.phase_on(f.due))]
    event_forms = [f for f in passing if f.rule in ("conv", "pd", "resume")]
    kept_events, merged = [], {}
    for form in event_forms:
        best = max((f for f in event_forms if f.due == form.due), key=lambda f: f.rank)
        if best is form:
            kept_events.append(form)
        else:
            merged[form.key] = best.key
    for form in passing:
        near = [f for f in kept_events if abs((f.due - form.due).days) <= 21]
        if form.rule == "grid" and near:
            merged[form.key] = min(near, key=lambda f: (abs((f.due - form.due).days), f.due)).key
    slots = []
    for form in passing:
        if form.key in merged:
            continue
        days = form.days
        if walk.ended_on and walk.ended_on > form.due:
            days = [d for d in days if d <= walk.ended_on]
        slots.append((form.key, form.rule, form.due, days[0], days[-1], form.instruments))
    return {
        "phase": walk.phase(),
        "slots": slots,
        "merged": [(f.key, merged[f.key]) for f in forms if f.key in merged],
        "skipped": [f.key for f in forms if f not in passing],
    }
