"""Compares the plan with a naive reading of the protocol (naive_heroes.py) on many random courses.

Where the two disagree, one of them has misread the protocol.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.course import parse_course
from pro_service.core.plan import Plan, plan
from pro_service.core.protocol import Protocol, parse_protocol, resolve
from tests.spec.random_courses import naive_result, random_course

PROTOCOLS = Path(__file__).parents[2] / "questionnaires" / "protocols"
COURSES = 1500


def load(version: str) -> Protocol:
    documents = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in PROTOCOLS.glob("*.toml")}
    return parse_protocol(resolve(version, documents), source=f"{version}.toml")


def as_naive(result: Plan) -> dict[str, Any]:
    return {
        "phase": result.phase,
        "slots": [
            (s.key, s.rule, s.due_on, s.open_on, s.close_on, list(s.instruments)) for s in result.slots
        ],
        "merged": [(m.key, m.into) for m in result.merged],
        "skipped": [s.key for s in result.skipped],
    }


@pytest.mark.parametrize("version", ["heroes-1", "heroes-1b"])
def test_the_plan_agrees_with_a_naive_reading_of_the_protocol(version: str) -> None:
    protocol = load(version)
    for seed in range(COURSES):
        course, as_of = random_course(seed)
        events = parse_course({"events": course}, source="course", rules=protocol.course)
        assert as_naive(plan(protocol, events, as_of=as_of)) == naive_result(seed, version), (
            f"seed {seed}: {course} as of {as_of}"
        )


@pytest.mark.parametrize(
    ("what", "enough", "seen"),
    [
        ("slots cut short by an end", 30, lambda r: any(f[0] != "BASE" and (f[4] - f[2]).days < 7 for f in r["slots"])),
        ("grid slots merged", 200, lambda r: any(k.startswith("M") for k, _ in r["merged"])),
        ("event slots merged on one day", 60, lambda r: any(not k.startswith("M") for k, _ in r["merged"])),
        ("three resumptions", 30, lambda r: any(f[0] == "R3" for f in r["slots"])),
        ("lost patients", 60, lambda r: r["phase"] == "LOST_TO_FOLLOW_UP"),
        ("deaths", 100, lambda r: r["phase"] == "DEATH"),
        ("baselines skipped", 30, lambda r: "BASE" in r["skipped"]),
    ],
)  # fmt: skip
def test_the_random_courses_reach_the_hard_cases(
    what: str, enough: int, seen: Callable[[dict[str, Any]], bool]
) -> None:
    results = (naive_result(seed, "heroes-1") for seed in range(COURSES))
    assert sum(map(seen, results)) >= enough, what
