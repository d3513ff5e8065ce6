"""Courses at random that are likely to make trouble, and the naive reading's answer to each."""

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.spec.naive_heroes import GRIDS, TERMINAL, months_later, naive_plan

AWKWARD_DAYS = [
    date(2024, 2, 29), date(2025, 1, 31), date(2024, 1, 31), date(2024, 8, 31), date(2025, 11, 30),
    date(2024, 11, 29), date(2025, 12, 31), date(2025, 3, 30), date(2024, 5, 31), date(2026, 2, 28),
]  # fmt: skip
KINDS = [
    "treatment_stopped", "ctdna_resulted", "ctdna_resulted", "pd_confirmed", "treatment_resumed",
    "treatment_resumed", "lost_to_follow_up", "recontacted", "included",
]  # fmt: skip
IGNORED = [
    "consent1_signed",
    "consent2_signed",
    "inclusion_planned",
    "imaging_done",
    "pd_suspected",
    "visit_done",
]


def some_day(dice: random.Random, start: date, used: list[date]) -> date:
    """A day that is likely to make trouble: one already used, near a grid point, before inclusion, or any."""
    choice = dice.random()
    if used and choice < 0.35:
        return dice.choice(used)
    if choice < 0.55:
        return months_later(start, dice.choice(GRIDS["heroes-1"] + GRIDS["heroes-1b"])) + timedelta(
            days=dice.choice([-22, -21, -20, -14, -1, 0, 1, 14, 20, 21, 22])
        )
    if used and choice < 0.7:
        return months_later(dice.choice(used), "3") + timedelta(days=dice.randint(-3, 3))
    return start + timedelta(days=dice.randint(-20, 760))


def some_event(dice: random.Random, kind: str, on: date) -> dict[str, Any]:
    event: dict[str, Any] = {"type": kind, "on": on.isoformat()}
    told = (on + timedelta(days=dice.choice([0, 0, 3, 14, 30]))).isoformat()
    if kind == "ctdna_resulted":
        event["result"] = dice.choice(["positive", "positive", "negative", "invalid"])
        if dice.random() < 0.8:
            event["disclosed_on"] = told
    if kind == "pd_confirmed" and dice.random() < 0.3:
        event["disclosed_on"] = told
    if kind == "treatment_resumed":
        event |= {"relation": dice.choice(["same", "other"]), "reason": "investigator"}
    return event


def random_course(seed: int) -> tuple[list[dict[str, Any]], date]:
    dice = random.Random(seed)
    start = (
        dice.choice(AWKWARD_DAYS)
        if dice.random() < 0.5
        else date(2024, 1, 1) + timedelta(dice.randint(0, 800))
    )
    used = [start]
    events = [{"type": "included", "on": start.isoformat()}] if dice.random() < 0.97 else []
    if dice.random() < 0.85:
        used.append(start + timedelta(days=dice.choice([0, 1, 7, 40])))
        events.append({"type": "treatment_stopped", "on": used[-1].isoformat()})
    kinds = [dice.choice(KINDS) for _ in range(dice.randint(0, 8))]
    kinds += [dice.choice(list(TERMINAL)) for _ in range(dice.choice([0, 0, 1, 1, 2]))]
    kinds += [dice.choice(IGNORED) for _ in range(dice.choice([0, 1]))]
    for kind in kinds:
        used.append(some_day(dice, start, used))
        events.append(some_event(dice, kind, used[-1]))
    dice.shuffle(events)
    as_of = date(2035, 1, 1) if dice.random() < 0.6 else some_day(dice, start, used)
    return events, as_of


@cache
def naive_result(seed: int, version: str) -> dict[str, Any]:
    return naive_plan(*random_course(seed), version)
