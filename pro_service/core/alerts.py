"""Decides which scores deserve a nurse's attention: the protocol's alert rules, applied to one scored response.

A flag for the next contact, not a safety monitor. A change counts only if it is large in points AND in answer steps:
one answer step moves a two-item scale by 16.7 points and a single item by 33.3, so "10 points" alone would flag a
single, perhaps hesitating, tick. It also has to end beyond the threshold of clinical importance where there is one.
A comparison that cannot be made is said to be unknown, which is not the same as fine.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pro_service.core.protocol import AlertRule, Threshold

Scores = Mapping[str, float | None]

#: What an alert says of the threshold of a scale for which none is known: that condition was not applied.
NOT_APPLIED = "not_applied"

#: Scores are sums of thirds and sevenths: two steps of 100/12 must count as two steps.
TOLERANCE = 1e-9


class Missing(StrEnum):
    """Which value a comparison lacked."""

    NOW = "no_score_now"
    BASELINE = "no_baseline"


@dataclass(frozen=True, kw_only=True)
class Raised:
    """One rule fired on one scale, with everything it rested on.

    `change` is in points in the worse direction (positive: worse), `steps` the same in answer steps. `sentence` is
    the rule's plain sentence by language.
    """

    rule_id: str
    instrument: str
    scale: str
    severity: str
    baseline: float
    previous: float | None
    now: float
    change: float
    steps: float
    threshold: Threshold | None
    sentence: Mapping[str, str]

    @property
    def evidence(self) -> Mapping[str, float | str | None]:
        """The numbers that fired the rule, in plain values to be stored with the alert.

        `threshold_status` is that of the threshold, or NOT_APPLIED where the rule has none for this scale.
        """
        return {
            "baseline": self.baseline,
            "previous": self.previous,
            "now": self.now,
            "change": self.change,
            "steps": self.steps,
            "threshold": self.threshold.value if self.threshold else None,
            "beyond": self.threshold.beyond if self.threshold else None,
            "threshold_status": self.threshold.status if self.threshold else NOT_APPLIED,
        }


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """One rule could not be applied to one scale."""

    rule_id: str
    instrument: str
    scale: str
    missing: Missing


Outcome = Raised | Unknown


class UnusableRuleError(ValueError):
    """A rule is of an unknown kind, or the direction or step of its scale is not given. Nothing was evaluated."""


def evaluate(
    rules: Iterable[AlertRule],
    *,
    instrument: str,
    now: Scores,
    baseline: Scores | None,
    previous: Scores | None = None,
    step_sizes: Mapping[str, float],
    directions: Mapping[str, str],
) -> tuple[Outcome, ...]:
    """What the rules for this instrument make of the scores `now`: alerts and unknowns, in the order of the rules.

    Scores are by scale, None (or not there, or NaN) when the scale could not be scored; `baseline` and `previous` are
    those of the same instrument. `step_sizes` are the points one answer step moves a scale, `directions` what a high
    score means ("better" or "worse"). A scale that is no worse than allowed yields nothing. Raises UnusableRuleError.
    """
    mine = tuple(rule for rule in rules if rule.instrument == instrument)
    _refuse_unusable(mine, step_sizes, directions)
    return tuple(
        outcome
        for rule in mine
        for scale in rule.scales
        for outcome in _compare(
            rule,
            scale,
            now=_known(now, scale),
            baseline=_known(baseline or {}, scale),
            previous=_known(previous or {}, scale),
            step_size=step_sizes[scale],
            worse_is_higher=directions[scale] == "worse",
        )
    )


def _compare(
    rule: AlertRule,
    scale: str,
    *,
    now: float | None,
    baseline: float | None,
    previous: float | None,
    step_size: float,
    worse_is_higher: bool,
) -> Iterator[Outcome]:
    if now is None or baseline is None:
        missing = Missing.NOW if now is None else Missing.BASELINE
        yield Unknown(rule_id=rule.id, instrument=rule.instrument, scale=scale, missing=missing)
        return
    change = now - baseline if worse_is_higher else baseline - now
    threshold = rule.thresholds.get(scale)
    if _reaches(change, rule.points) and _reaches(change, rule.steps * step_size) and _past(threshold, now):
        yield Raised(
            rule_id=rule.id,
            instrument=rule.instrument,
            scale=scale,
            severity=rule.severity,
            baseline=baseline,
            previous=previous,
            now=now,
            change=change,
            steps=round(change / step_size, 6),  # 1.9999999999999996 steps are two
            threshold=threshold,
            sentence=rule.sentence,
        )


def _known(scores: Scores, scale: str) -> float | None:
    value = scores.get(scale)
    return None if value is None or math.isnan(value) else value


def _reaches(change: float, least: float) -> bool:
    return change >= least - TOLERANCE


def _past(threshold: Threshold | None, score: float) -> bool:
    """Strictly beyond the threshold; a scale without one is always past it."""
    if threshold is None:
        return True
    if threshold.beyond == "below":
        return score < threshold.value - TOLERANCE
    return score > threshold.value + TOLERANCE


def _refuse_unusable(
    rules: Iterable[AlertRule], step_sizes: Mapping[str, float], directions: Mapping[str, str]
) -> None:
    for rule in rules:
        if rule.kind != "worse_than_baseline":
            raise UnusableRuleError(f"rule {rule.id}: kind {rule.kind!r} is not known")
        for scale in rule.scales:
            if not step_sizes.get(scale, 0) > 0 or directions.get(scale) not in {"better", "worse"}:
                raise UnusableRuleError(f"rule {rule.id}: scale {scale} needs a step size and a direction")
