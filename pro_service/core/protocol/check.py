"""Finds what is well written but makes no sense in a protocol: dangling names, clashes, things that never happen."""

from collections.abc import Collection, Iterator

from pro_service.core.definition import Problem
from pro_service.core.protocol.check_course import course_problems
from pro_service.core.protocol.check_delivery import delivery_problems
from pro_service.core.protocol.check_schedule import schedule_problems
from pro_service.core.protocol.model import Protocol


def check(protocol: Protocol, *, source: str) -> tuple[Problem, ...]:
    """Every cross-reference and consistency problem, in the order of the file."""
    found = (*course_problems(protocol.course), *schedule_problems(protocol), *delivery_problems(protocol))
    return tuple(
        Problem(place=f"{source}: {place}", message=message, cure=cure) for place, message, cure in found
    )


def check_instruments(
    protocol: Protocol,
    codes: Collection[str],
    *,
    libraries: Collection[str] = (),
    source: str = "protocol",
) -> tuple[Problem, ...]:
    """The instruments a protocol names that are not among `codes`, or are only libraries to take a form from: the
    catalogue's to check, once it is loaded.
    """
    known = ", ".join(sorted(codes)) or "none"
    unknown, library = f"known: {known}", "name a form with some of its terms (questionnaires/README.md)"
    return tuple(
        Problem(
            place=f"{source}: {place}",
            message=f"{code!r} is an item library" if code in libraries else f"no instrument {code!r}",
            cure=library if code in libraries else unknown,
        )
        for place, code in _named_instruments(protocol)
        if code in libraries or code not in codes
    )


def _named_instruments(protocol: Protocol) -> Iterator[tuple[str, str]]:
    for name, codes in protocol.bundles.items():
        yield from ((f"bundles.{name}", code) for code in codes)
    for rule in protocol.alerts.rules:
        yield f"alerts.{rule.id}.instrument", rule.instrument
