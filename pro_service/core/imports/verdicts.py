"""What becomes of a row from elsewhere, what its source told before, and in which order rows are taken."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pro_service.core.course import Event, Refusal, effect_day
from pro_service.core.imports.rows import FactRow
from pro_service.core.protocol import CourseRules


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CORRECTED = "corrected"  # the fact told before under this key is voided, and this one stands instead
    KNOWN = "known"  # recorded here already, by hand or by an earlier import
    SETTLED = "settled"  # somebody said that the service is right; the source tells the same as then
    CONTRADICTS = "contradicts"  # the service holds something else
    REFUSED = "refused"


TAKEN = (Outcome.NEW, Outcome.CORRECTED)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a source told before under one key: the fact, the id of the fact that stood for it, and whether somebody
    settled a disagreement about it. `own` is False where the key was used for another patient.
    """

    event: Event
    event_id: str | None = None
    settled: bool = False
    own: bool = True


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of one row. `stands` is the id of the fact that was here already; `voids` that of the one it
    replaces; `held` what the service holds instead.
    """

    row: FactRow
    outcome: Outcome
    stands: str | None = None
    voids: str | None = None
    held: Event | None = None
    refusal: Refusal | None = None
    code: str = ""


def turn(rules: CourseRules, row: FactRow) -> tuple[date, int, str, date, str]:
    """By day of effect; on one day in the order of the protocol's steps, whatever changes no phase first."""
    steps = rules.steps_by_event.get(row.event.type, ())
    place = steps[0][0] if steps else -1  # what changes no phase, such as a consent, comes first on its day
    return (
        effect_day(rules, row.event) or row.event.on,
        place,
        row.event.type,
        row.event.on,
        row.source_key,
    )


def bare(event: Event) -> Event:
    """The fact without the id under which it is stored."""
    return replace(event, id=None)
