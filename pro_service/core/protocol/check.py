"""Finds what is well written but makes no sense in a protocol: dangling names, clashes, things that never happen."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

from pro_service.core.definition import Problem
from pro_service.core.protocol.check_course import COURSE_CHECKS, Finding, Needs
from pro_service.core.protocol.check_delivery import DELIVERY_CHECKS
from pro_service.core.protocol.check_live import LIVE_CHECKS
from pro_service.core.protocol.check_never import NEVER_CHECKS
from pro_service.core.protocol.check_reach import REACH_CHECKS
from pro_service.core.protocol.check_schedule import SCHEDULE_CHECKS
from pro_service.core.protocol.check_visits import VISIT_CHECKS
from pro_service.core.protocol.model import Protocol

Subject = TypeVar("Subject")


def check(
    protocol: Protocol,
    *,
    source: str,
    suits: Callable[[Protocol], Iterator[Finding]] | None = None,
    told: Collection[Problem] = (),
) -> tuple[Problem, ...]:
    """Every cross-reference and consistency problem.

    `suits` is one more check, of what the protocol asks of its instruments (see core.suitability). `told` are the
    mistakes met while reading: what rests on a value that could not be read is not judged, the rest is.
    """
    wrong = {each.place.removeprefix(f"{source}: ") for each in told if each.spoils}
    found = [
        *_run(COURSE_CHECKS, protocol.course, wrong),
        *_run(SCHEDULE_CHECKS, protocol, wrong),
        *_run(REACH_CHECKS, protocol, wrong),
        *_run(NEVER_CHECKS, protocol, wrong),
        *_run(DELIVERY_CHECKS, protocol, wrong),
        *_run(LIVE_CHECKS, protocol, wrong),
        *_run(VISIT_CHECKS, protocol, wrong),
    ]
    if suits is not None:
        found += _run({suits: ()}, protocol, wrong)
    return tuple(
        Problem(place=f"{source}: {place}", message=message, cure=cure) for place, message, cure in found
    )


def _run(
    checks: Mapping[Callable[[Subject], Iterator[Finding]], Needs], subject: Subject, wrong: Collection[str]
) -> Iterator[Finding]:
    for find, needs in checks.items():
        if not any(_spoils(place, need) for place in wrong for need in needs):
            yield from (
                each for each in find(subject) if not any(_touches(place, each[0]) for place in wrong)
            )


def _spoils(place: str, need: str) -> bool:
    """Is a needed key, a table around it or (`need*`) something in it wrong?"""
    key = need.removesuffix("*")
    return _lies_in(key, place) or (key != need and _lies_in(place, key))


def _touches(place: str, key: str) -> bool:
    return _lies_in(key, place) or _lies_in(place, key)


def _lies_in(key: str, table: str) -> bool:
    return key == table or key.startswith((f"{table}.", f"{table}["))
