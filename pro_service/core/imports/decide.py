"""Decides what rows from elsewhere do to one patient's course: new, known, corrected, contradicted or refused.

The order of the rows does not matter: they are taken in order of effect. A correction takes the old fact out before
the new one is judged, so that facts that depend on each other can be corrected together; a correction that the course
cannot hold leaves the old fact where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pro_service.core.course import Event, Refusal, RefusalCode, contradictions, effect_day, refusal
from pro_service.core.imports.rows import FactRow
from pro_service.core.protocol import EVENT_FIELDS, CourseRules


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CORRECTED = "corrected"  # the fact told before under this key is voided, and this one stands instead
    KNOWN = "known"  # recorded here already, by hand or by an earlier import
    SETTLED = "settled"  # somebody said that the service is right; the source tells the same as then
    CONTRADICTS = "contradicts"  # the service holds something else
    REFUSED = "refused"


_TAKEN = (Outcome.NEW, Outcome.CORRECTED)


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
    ordered = sorted(rows, key=lambda row: _turn(rules, row))
    settled = _Matching(facts=facts, told=told).verdicts(ordered)
    candidates = [row for row in ordered if row.source_key not in settled]
    found = {**settled, **_judged(rules, facts, told, candidates, today)}
    return tuple(found[row.source_key] for row in ordered)


def _turn(rules: CourseRules, row: FactRow) -> tuple[date, int, str, date, str]:
    steps = rules.steps_by_event.get(row.event.type, ())
    place = steps[0][0] if steps else -1  # what changes no phase, such as a consent, comes first on its day
    return (
        effect_day(rules, row.event) or row.event.on,
        place,
        row.event.type,
        row.event.on,
        row.source_key,
    )


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
        if _bare(fact) == row.event or (again and _is_in(row.event, fact)):
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
        left = [row for row in waiting if more[row.source_key].outcome not in _TAKEN]
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
        trial = _Trial(rules=rules, facts=facts, replaced=replaced, today=today)
        found = trial.verdicts([row for row in rows if row.source_key not in failed])
        lost = trial.failed_correction(found)
        if lost is None:
            return {**found, **failed}, trial.course
        failed[lost.row.source_key] = lost
        replaced = {key: fact_id for key, fact_id in replaced.items() if key != lost.row.source_key}


@dataclass(kw_only=True)
class _Trial:
    """One attempt: the facts without those that are corrected, and the rows added one after the other."""

    rules: CourseRules
    facts: Sequence[Event]
    replaced: Mapping[str, str | None]
    today: date

    def verdicts(self, rows: Sequence[FactRow]) -> dict[str, Verdict]:
        gone = set(self.replaced.values())
        self.course = [fact for fact in self.facts if str(fact.id) not in gone]
        found: dict[str, Verdict] = {}
        waiting = list(rows)
        while True:
            left = [row for row in waiting if not self._taken(row, found)]
            if len(left) == len(waiting):
                return {**found, **{row.source_key: self._refused(row) for row in left}}
            waiting = left

    def _taken(self, row: FactRow, found: dict[str, Verdict]) -> bool:
        if any(_bare(fact) == row.event for fact in self.course):
            return False
        if refusal(self.rules, self.course, row.event, today=self.today) is not None:
            return False
        self.course.append(replace(row.event, id=f"new:{row.source_key}"))
        voids = self.replaced.get(row.source_key)
        outcome = Outcome.NEW if voids is None else Outcome.CORRECTED
        found[row.source_key] = Verdict(row=row, outcome=outcome, voids=voids)
        return True

    def _refused(self, row: FactRow) -> Verdict:
        if any(_bare(fact) == row.event for fact in self.course):
            return Verdict(row=row, outcome=Outcome.REFUSED, code="told_under_another_key")
        why = refusal(self.rules, self.course, row.event, today=self.today)
        old = next((fact for fact in self.facts if str(fact.id) == self.replaced.get(row.source_key)), None)
        held = old or self._held_instead(row, why)
        outcome = Outcome.REFUSED if held is None else Outcome.CONTRADICTS
        return Verdict(row=row, outcome=outcome, held=held, refusal=why, code=why.code if why else "")

    def _held_instead(self, row: FactRow, why: Refusal | None) -> Event | None:
        """The nearest fact of the same type, where that may be why there is no room for another."""
        if why is None or why.code not in _MAY_BE_ANOTHER_DAY:
            return None
        alike = [fact for fact in self.course if fact.type == row.event.type]
        return min(alike, key=lambda fact: (abs(fact.on - row.event.on), fact.on), default=None)

    def failed_correction(self, found: Mapping[str, Verdict]) -> Verdict | None:
        """A correction that was refused, or else one that leaves a fact behind that cannot be."""
        refused = (found[key] for key in self.replaced if found[key].outcome is not Outcome.CORRECTED)
        first = next(refused, None)
        if first is not None or not self.replaced:
            return first
        broken = self._newly_impossible()
        if broken is None:
            return None
        last = max((found[key] for key in self.replaced), key=lambda one: _turn(self.rules, one.row))
        held = next(fact for fact in self.facts if str(fact.id) == last.voids)
        return replace(
            last, outcome=Outcome.CONTRADICTS, voids=None, held=held, refusal=broken, code=broken.code
        )

    def _newly_impossible(self) -> Refusal | None:
        before = {fact.id for fact, _ in contradictions(self.rules, self.facts)}
        after = contradictions(self.rules, self.course)
        return next((why for fact, why in after if fact.id not in before), None)


_MAY_BE_ANOTHER_DAY = frozenset(
    {
        RefusalCode.ALREADY_STARTED,
        RefusalCode.MUST_COME_AFTER,
        RefusalCode.NOT_IN_THIS_PHASE,
        RefusalCode.AFTER_THE_END,
        RefusalCode.ALREADY_LOST,
        RefusalCode.CONTRADICTS_ANOTHER,
        RefusalCode.MAKES_ANOTHER_IMPOSSIBLE,
    }
)


def _bare(event: Event) -> Event:
    return replace(event, id=None)


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
