"""last-1 and patina-1 against a naive reading of their files (naive_trials.py) on many random courses."""

from typing import Any

import pytest

from pro_service.core.course import parse_course
from pro_service.core.plan import Plan, plan
from pro_service.store.catalogue import load_protocols
from tests.spec.naive_trials import naive_plan, random_course

PROTOCOLS = load_protocols()
COURSES = 1200
TRIALS = ["last-1", "patina-1"]


def as_naive(result: Plan) -> dict[str, Any]:
    return {
        "phase": result.phase,
        "slots": [(s.key, s.due_on, s.open_on, s.close_on, list(s.instruments)) for s in result.slots],
        "skipped": [each.key for each in result.skipped],
    }


@pytest.mark.parametrize("trial", TRIALS)
def test_the_plan_agrees_with_a_naive_reading_of_the_file(trial: str) -> None:
    protocol = PROTOCOLS[trial]
    for seed in range(COURSES):
        course, as_of = random_course(trial, seed)
        if trial == "patina-1":
            course = [event for event in course if event["type"] != "unscheduled_assessment"]
        events = parse_course({"events": course}, source="course", rules=protocol.course)
        expected = naive_plan(trial, course, as_of)
        assert as_naive(plan(protocol, events, as_of=as_of)) == expected, (
            f"seed {seed}: {course} as of {as_of}"
        )


@pytest.mark.parametrize("trial", TRIALS)
def test_the_random_courses_reach_the_hard_cases(trial: str) -> None:
    results = [naive_plan(trial, *random_course(trial, seed)) for seed in range(COURSES)]
    cut = [r for r in results if any((s[3] - s[1]).days < 7 for s in r["slots"] if s[0] != "BASE")]
    restarted = [r for r in results if any(s[0].startswith("REC-") for s in r["slots"])]
    skipped = [r for r in results if r["skipped"] and len(r["slots"]) > 3]
    assert len(cut) >= 10
    assert len(restarted) >= (30 if trial == "last-1" else 0)
    assert len(skipped) >= 60
