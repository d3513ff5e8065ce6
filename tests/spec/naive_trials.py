"""A second, deliberately naive reading of the protocols last-1 and patina-1, written from their files' text alone.

It shares no code with the core: days are compared as texts, months are counted one by one, phases are found by asking
what has happened by the end of a day.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.spec.naive_heroes import months_later

ENDS = {
    "off_study": "OFF_STUDY",
    "questionnaires_withdrawn": "WITHDRAWN_QUESTIONNAIRES",
    "consent_withdrawn": "WITHDRAWN_CONSENT",
    "death": "DEATH",
}
#: trial -> event -> (phases in which it counts, phase after it), in the order of one day
MOVES: dict[str, dict[str, tuple[list[str], str]]] = {
    "last-1": {
        "included": (["NOT_INCLUDED"], "ON_TREATMENT"),
        "treatment_stopped": (["ON_TREATMENT"], "OFF_TREATMENT"),
        "molecular_relapse": (["OFF_TREATMENT"], "MOLECULAR_RELAPSE"),
        "treatment_resumed": (["OFF_TREATMENT", "MOLECULAR_RELAPSE"], "RESUMED_PRIOR"),
    },
    "patina-1": {
        "included": (["NOT_INCLUDED"], "ON_TREATMENT"),
        "treatment_stopped": (["ON_TREATMENT"], "OFF_TREATMENT"),
        "pd_confirmed": (["ON_TREATMENT", "OFF_TREATMENT"], "PROGRESSED"),
    },
}
ONLY_ONCE_TOLD = ["molecular_relapse", "pd_confirmed"]
PROMIS = [
    "promis-fatigue-4a", "promis-sleep-disturbance-4a", "promis-depression-4a", "promis-anxiety-4a",
    "promis-social-roles-4a", "promis-pain-interference-4a",
]  # fmt: skip
LAST_MONTHS = [*range(1, 7), *range(8, 25, 2), *range(27, 37, 3)]


@dataclass
class Story:
    """What came about, by day: the phase after each day with an event, and the first day of each move."""

    phases: list[tuple[str, str]] = field(default_factory=list)  # ISO day, phase after it
    first: dict[str, date] = field(default_factory=dict)
    ended: date | None = None

    def phase_on(self, day: date) -> str:
        return [phase for on, phase in [("", "NOT_INCLUDED"), *self.phases] if on <= day.isoformat()][-1]


def counts_on(event: dict[str, Any]) -> str:
    """The ISO day from which it counts; empty while nobody has told the patient."""
    told = event["type"] in ONLY_ONCE_TOLD
    return str(event.get("disclosed_on", "") if told else event["on"])


def story_of(trial: str, events: list[dict[str, Any]], as_of: date) -> Story:
    order = [*MOVES[trial], "lost_to_follow_up", "recontacted", *ENDS]
    known = [e for e in events if e["type"] in order and "" < counts_on(e) <= as_of.isoformat()]
    story, clinical, lost, end = Story(), "NOT_INCLUDED", False, ""
    for event in sorted(known, key=lambda e: (counts_on(e), order.index(e["type"]))):
        kind, today = event["type"], counts_on(event)
        where, target = MOVES[trial].get(kind, ([], ""))
        if not end and clinical in where:
            clinical = target
            story.first.setdefault(kind, date.fromisoformat(today))
        elif clinical != "NOT_INCLUDED" and kind in ENDS and (not end or kind == "death"):
            end = ENDS[kind]
            story.ended = story.ended or date.fromisoformat(today)
        elif clinical != "NOT_INCLUDED" and not end and kind in ("lost_to_follow_up", "recontacted"):
            lost = kind == "lost_to_follow_up"
        story.phases.append((today, end or ("LOST_TO_FOLLOW_UP" if lost else clinical)))
    return story


Form = tuple[str, date, date, date, list[str]]


def form(story: Story, key: str, due: date, window: tuple[int, int], asked: list[str]) -> Form:
    last = due + timedelta(days=window[1])
    if story.ended and due < story.ended < last:
        last = story.ended
    return key, due, due + timedelta(days=window[0]), last, asked


def naive_plan(trial: str, events: list[dict[str, Any]], as_of: date) -> dict[str, Any]:
    story = story_of(trial, events, as_of)
    forms = _last(story, events, as_of) if trial == "last-1" else _patina(story)
    slots = sorted((each for each, wanted in forms if wanted), key=lambda each: (each[1], each[0]))
    skipped = sorted((each[1], each[0]) for each, wanted in forms if not wanted)
    return {"phase": story.phase_on(date.max), "slots": slots, "skipped": [key for _, key in skipped]}


def _last(story: Story, events: list[dict[str, Any]], as_of: date) -> list[tuple[Form, bool]]:
    after_stop = ["OFF_TREATMENT", "MOLECULAR_RELAPSE", "RESUMED_PRIOR"]
    followed = ["ON_TREATMENT", *after_stop]
    found: list[tuple[Form, bool]] = []
    if "included" in story.first:
        key, due, opens, closes, asked = form(story, "BASE", story.first["included"], (-14, 14), PROMIS)
        closes = min(closes, story.first.get("treatment_stopped", date.max))
        found.append(((key, due, opens, closes, asked), story.phase_on(due) in followed and opens <= closes))
    relapse = story.first.get("molecular_relapse")
    for prefix, start in (("", story.first.get("treatment_stopped")), ("REC-", relapse)):
        for month in LAST_MONTHS if start else []:
            each = form(story, f"{prefix}M{month}", months_later(start, str(month)), (-7, 14), PROMIS)
            in_time = prefix == "REC-" or relapse is None or each[1] < relapse
            found.append((each, in_time and story.phase_on(each[1]) in after_stop))
    asked_by_site = [
        e for e in events if e["type"] == "unscheduled_assessment" and e["on"] <= as_of.isoformat()
    ]
    numbered = sorted(asked_by_site, key=lambda e: (e["on"], e.get("bundle", ""), e["reason"]))
    for number, event in enumerate(numbered, start=1):
        asked = ["promis-fatigue-4a"] if event.get("bundle") == "fatigue" else PROMIS
        each = form(story, f"U{number}", date.fromisoformat(event["on"]), (0, 7), asked)
        found.append((each, story.phase_on(each[1]) in followed))
    return found


def _patina(story: Story) -> list[tuple[Form, bool]]:
    followed, asked = ["ON_TREATMENT", "OFF_TREATMENT", "PROGRESSED"], ["fact-b", "eq-5d-5l"]
    start = story.first.get("included")
    if start is None:
        return []
    until = min(story.first.get(kind, date.max) for kind in ("pd_confirmed", "treatment_stopped"))
    forms = [(form(story, "BASE", start, (-14, 0), asked), True)]
    for number in range(1, 41):
        due = start + timedelta(days=84 * number)
        forms.append((form(story, f"C{3 * number}", due, (-7, 7), asked), due <= until))
    return [(each, wanted and story.phase_on(each[1]) in followed) for each, wanted in forms]


def random_course(trial: str, seed: int) -> tuple[list[dict[str, Any]], date]:
    """A course that is likely to make trouble: month ends, events on due days, several on one day."""
    dice = random.Random(f"{trial} {seed}")
    start = dice.choice([date(2024, 1, 31), date(2024, 2, 29), date(2024, 8, 31), date(2025, 3, 1)])
    used = [start]
    events: list[dict[str, Any]] = (
        [{"type": "included", "on": start.isoformat()}] if dice.random() < 0.95 else []
    )
    kinds = [
        *MOVES[trial],
        *MOVES[trial],
        "unscheduled_assessment",
        "lost_to_follow_up",
        "recontacted",
        *ENDS,
    ]
    for kind in dice.sample(kinds, dice.randint(0, 7)):
        away = timedelta(days=dice.choice([0, 0, 7, 28, 84, 168, 252, dice.randint(-20, 900)]))
        if kind in ENDS and dice.random() < 0.7:  # inside a window of the calendar
            away = timedelta(days=dice.choice([33, 64, 87, 156, 171, 255, 339, 423]))
        used.append(dice.choice(used) + away)
        event = {"type": kind, "on": used[-1].isoformat()}
        if kind in ONLY_ONCE_TOLD and dice.random() < 0.85:
            event["disclosed_on"] = (used[-1] + timedelta(days=dice.choice([0, 0, 6, 40]))).isoformat()
        if kind == "unscheduled_assessment":
            event |= {"reason": "other", **({"bundle": "fatigue"} if dice.random() < 0.5 else {})}
        events.append(event)
    dice.shuffle(events)
    return events, date(2040, 1, 1) if dice.random() < 0.6 else dice.choice(used)
