"""Decides what rows from elsewhere do to one patient's course: new, known, corrected, contradicted or refused.

The order of the rows does not matter: they are taken in order of effect. A correction takes the old fact out before
the new one is judged, so that facts that depend on each other can be corrected together; a correction that the course
cannot hold leaves the old fact where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pro_service.core.course import Event
from pro_service.core.imports.rows import FactRow
from pro_service.core.imports.trial import Trial
from pro_service.core.imports.verdicts import TAKEN, Outcome, Told, Verdict, bare, turn
from pro_service.core.protocol import EVENT_FIELDS, CourseRules


def decide(
    rules: CourseRules,
    standing: Iterable[Event],
    told: Mapping[str, Told],
    rows: Iterable[FactRow],
    *,
    today: date,
) -> tuple[Verdict, ...]:
    """A verdict for each row, in the order in which the facts are to be recorded.

    `standing` are the patient's facts in force, each with its id; `told` what the source told before, by its key.
    """
    facts = tuple(standing)
    ordered = sorted(rows, key=lambda row: turn(rules, row))
    settled = _Matching(facts=facts, told=told).verdicts(ordered)
    candidates = [row for row in ordered if row.source_key not in settled]
    found = {**settled, **_judged(rules, facts, told, candidates, today)}
    return tuple(found[row.source_key] for row in ordered)


@dataclass(kw_only=True)
class _Matching:
    """Which rows tell what is here already, or what nobody needs to judge."""

    facts: Sequence[Event]
    told: Mapping[str, Told]

    def __post_init__(self) -> None:
        self.by_id = {str(fact.id): fact for fact in self.facts}
        self.claimed = {each.event_id for each in self.told.values() if each.event_id and each.own}

    def verdicts(self, rows: Sequence[FactRow]) -> dict[str, Verdict]:
        """Rows about facts that stand come first: a fact that is corrected makes room for others like it."""
        about = {row.source_key: fact for row in rows if (fact := self._stands_for(row)) is not None}
        found = {
            row.source_key: self._of_fact(row, about[row.source_key])
            for row in rows
            if row.source_key in about
        }
        leaving = {about[key].id for key, verdict in found.items() if verdict is None}
        self.facts = [fact for fact in self.facts if fact.id not in leaving]
        found |= {row.source_key: self._without_fact(row) for row in rows if row.source_key not in about}
        return {key: verdict for key, verdict in found.items() if verdict is not None}

    def _stands_for(self, row: FactRow) -> Event | None:
        before = self.told.get(row.source_key)
        return self.by_id.get(str(before.event_id)) if before is not None and before.own else None

    def _without_fact(self, row: FactRow) -> Verdict | None:
        before = self.told.get(row.source_key)
        if before is None:
            return self._known_by_hand(row)
        if not before.own:
            return Verdict(row=row, outcome=Outcome.REFUSED, code="key_of_another_patient")
        return self._told_without_fact(row, before)

    def _of_fact(self, row: FactRow, fact: Event) -> Verdict | None:
        """None for a correction, which the course has to judge."""
        before = self.told[row.source_key]
        again = before.event == row.event
        if bare(fact) == row.event or (again and _is_in(row.event, fact)):
            return Verdict(row=row, outcome=Outcome.KNOWN, stands=str(fact.id))
        return Verdict(row=row, outcome=Outcome.SETTLED) if again and before.settled else None

    def _told_without_fact(self, row: FactRow, before: Told) -> Verdict | None:
        """What came before under this key does not stand here: it was voided, or never recorded."""
        known = self._known_by_hand(row)
        if before.event != row.event or (known is not None and known.outcome is Outcome.KNOWN):
            return known
        if before.settled:
            return Verdict(row=row, outcome=Outcome.SETTLED)
        if before.event_id is not None:
            return Verdict(row=row, outcome=Outcome.CONTRADICTS, code="voided_here")
        return known

    def _known_by_hand(self, row: FactRow) -> Verdict | None:
        """A fact of this type and day that says the same, or more; or that says otherwise."""
        same_day = [fact for fact in self.facts if (fact.type, fact.on) == (row.event.type, row.event.on)]
        same = [fact for fact in same_day if _is_in(row.event, fact)]
        free = next((fact for fact in same if str(fact.id) not in self.claimed), None)
        if free is not None:
            self.claimed.add(str(free.id))
            return Verdict(row=row, outcome=Outcome.KNOWN, stands=str(free.id))
        if same:
            return Verdict(row=row, outcome=Outcome.REFUSED, code="told_under_another_key")
        other = next((fact for fact in same_day if _says_otherwise(row.event, fact)), None)
        if other is not None and str(other.id) not in self.claimed:
            return Verdict(row=row, outcome=Outcome.CONTRADICTS, held=other, code="held_otherwise")
        return None


def _judged(
    rules: CourseRules,
    facts: Sequence[Event],
    told: Mapping[str, Told],
    rows: Sequence[FactRow],
    today: date,
) -> dict[str, Verdict]:
    """Verdicts by the course's own rules. What failed is tried again beside what was taken, until nothing more is:
    the same rows a second time would find nothing left to do.
    """
    old = {row.source_key: each.event_id for row in rows if (each := told.get(row.source_key)) is not None}
    found: dict[str, Verdict] = {}
    waiting = list(rows)
    while True:
        standing = {str(fact.id) for fact in facts}
        replaced = {row.source_key: old.get(row.source_key) for row in waiting}
        replaced = {key: fact_id for key, fact_id in replaced.items() if fact_id in standing}
        more, facts = _attempted(rules, facts, replaced, waiting, today)
        found |= more
        left = [row for row in waiting if more[row.source_key].outcome not in TAKEN]
        if len(left) in (0, len(waiting)):
            return found
        waiting = left


def _attempted(
    rules: CourseRules,
    facts: Sequence[Event],
    replaced: Mapping[str, str | None],
    rows: Sequence[FactRow],
    today: date,
) -> tuple[dict[str, Verdict], Sequence[Event]]:
    """Verdicts, and the facts with what was taken. A correction that fails puts the old fact back, and all is judged
    anew.
    """
    failed: dict[str, Verdict] = {}
    while True:
        trial = Trial(rules=rules, facts=facts, replaced=replaced, today=today)
        found = trial.verdicts([row for row in rows if row.source_key not in failed])
        lost = trial.failed_correction(found)
        if lost is None:
            return {**found, **failed}, trial.course
        failed[lost.row.source_key] = lost
        replaced = {key: fact_id for key, fact_id in replaced.items() if key != lost.row.source_key}


def _is_in(told: Event, held: Event) -> bool:
    """Of one type and day, and every field that the source fills in the same? What only we know does not matter."""
    same = (told.type, told.on) == (held.type, held.on)
    return same and all(getattr(told, name) in (None, getattr(held, name)) for name in _FIELDS)


def _says_otherwise(told: Event, held: Event) -> bool:
    """Do both fill in a field, and differently? What the source adds completes the fact."""
    return any(
        getattr(told, name) not in (None, getattr(held, name)) and getattr(held, name) is not None
        for name in _FIELDS
    )


_FIELDS = (*EVENT_FIELDS, "disclosed_on")
