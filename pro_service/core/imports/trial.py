"""Tries what the course allows: facts that are corrected taken out, and rows added one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pro_service.core.course import Event, Refusal, RefusalCode, contradictions, refusal
from pro_service.core.imports.rows import FactRow
from pro_service.core.imports.verdicts import Outcome, Verdict, bare, turn
from pro_service.core.protocol import CourseRules


@dataclass(kw_only=True)
class Trial:
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
        if any(bare(fact) == row.event for fact in self.course):
            return False
        event = replace(row.event, recorded_on=self.today)
        if refusal(self.rules, self.course, event, today=self.today) is not None:
            return False
        self.course.append(replace(event, id=f"new:{row.source_key}"))
        voids = self.replaced.get(row.source_key)
        outcome = Outcome.NEW if voids is None else Outcome.CORRECTED
        found[row.source_key] = Verdict(row=row, outcome=outcome, voids=voids)
        return True

    def _refused(self, row: FactRow) -> Verdict:
        if any(bare(fact) == row.event for fact in self.course):
            return Verdict(row=row, outcome=Outcome.REFUSED, code="told_under_another_key")
        event = replace(row.event, recorded_on=self.today)
        why = refusal(self.rules, self.course, event, today=self.today)
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
        last = max((found[key] for key in self.replaced), key=lambda one: turn(self.rules, one.row))
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
