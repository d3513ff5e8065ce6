"""What two scorings of one response have to say to each other: every scale on which they differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pro_service.core.scoring.response import Score


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """Every score of one response by one version of the rules."""

    rule_version: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A scale that one of two scorings has otherwise; None: that scoring does not have the scale at all.

    The two versions are the same if what is stored under a version is not what that version makes of the answers now.
    """

    scale: str
    old: Score | None
    old_version: str
    new: Score | None
    new_version: str


def differences(old: Scoring, new: Scoring) -> tuple[Difference, ...]:
    """Every scale whose value, reason or counts of items differ, in the order of the new scoring. Nothing is rounded:
    a value that differs in its last bit differs.
    """
    before = {score.scale: score for score in old.scores}
    after = {score.scale: score for score in new.scores}
    return tuple(
        Difference(
            scale=scale,
            old=before.get(scale),
            old_version=old.rule_version,
            new=after.get(scale),
            new_version=new.rule_version,
        )
        for scale in _scales(after, before)
        if before.get(scale) != after.get(scale)
    )


def _scales(*scorings: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(scale for scoring in scorings for scale in scoring)
