"""Whether the master keys an installation was given are those its database was written with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pro_service.core.definition import Problem

_CURE = "give the key this database was used with, under its own number (docs/operations.md says how)"


@dataclass(frozen=True, kw_only=True)
class KnownKey:
    """What a database knows of a master key: its number, and a value that only the key itself gives."""

    key_id: int
    check_value: bytes
    retired: bool


def key_problems(known: Sequence[KnownKey], given: Mapping[int, bytes]) -> tuple[Problem, ...]:
    """What is wrong with the keys `given` (their check values by number), each with its cure; none if all is well."""
    return tuple(_problems(known, given))


def _problems(known: Sequence[KnownKey], given: Mapping[int, bytes]) -> list[Problem]:
    found = []
    for key in known:
        place = f"PRO_KEYS, key {key.key_id}"
        if key.key_id not in given:
            if not key.retired:
                found.append(Problem(place=place, message="the key is missing, and data need it", cure=_CURE))
        elif given[key.key_id] != key.check_value:
            found.append(
                Problem(
                    place=place, message="this is another key than the database was used with", cure=_CURE
                )
            )
    return found
