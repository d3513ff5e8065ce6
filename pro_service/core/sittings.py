"""Which sitting of an instrument an answer belongs to, and which sittings count: beyond the longest one it begins anew.

Answers may arrive long after they were given, because a phone was out of reach: they belong where they were given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

#: From the instant of a first answer to the one from which no answer belongs to its sitting any more.
Ends = Callable[[datetime], datetime]


@dataclass(frozen=True, kw_only=True)
class Span:
    """One sitting: the first and the last instant of its answers (None: it has none yet).

    `counts`: it is the one that is scored; the others were set aside. `open`: it still takes answers.
    """

    first_at: datetime | None
    last_at: datetime | None
    counts: bool
    open: bool

    def with_answer(self, at: datetime) -> "Span":
        first = at if self.first_at is None else min(at, self.first_at)
        last = at if self.last_at is None else max(at, self.last_at)
        return replace(self, first_at=first, last_at=last)


@dataclass(frozen=True, kw_only=True)
class Into:
    """The answer belongs to this sitting, by its place among them."""

    place: int


@dataclass(frozen=True, kw_only=True)
class Anew:
    """A new sitting begins with the answer; one that counted until now is set aside."""


@dataclass(frozen=True, kw_only=True)
class Aside:
    """The answer is older than the sitting that counts and of none that is known: it begins one that does not count."""


def given_at(answered_at: datetime | None, *, received_at: datetime, opened_at: datetime | None) -> datetime:
    """When an answer was given: by its device's clock if that can be right, else when it was received.

    A clock cannot be right that is ahead of ours, or that tells of a time at which the questions were not open yet.
    """
    if answered_at is None or answered_at > received_at:
        return received_at
    return received_at if opened_at is not None and answered_at < opened_at else answered_at


def place(at: datetime, sittings: Sequence[Span], *, ends: Ends) -> Into | Anew | Aside:
    """Where an answer given at `at` belongs, among the sittings in the order in which they were begun here.

    What no longer takes answers is given all the same if nothing else fits: the caller refuses.
    """
    counting = next((number for number, span in enumerate(sittings) if span.counts), None)
    if counting is None:
        return Anew()
    span = sittings[counting]
    if span.first_at is None or span.last_at is None:
        return Into(place=counting)
    if at >= span.first_at:
        return Into(place=counting) if not span.open or at < ends(span.first_at) else Anew()
    earlier = _of_then(at, sittings, ends)
    if earlier is not None:
        return Into(place=earlier)
    return Into(place=counting) if not span.open or span.last_at < ends(at) else Aside()


def _of_then(at: datetime, sittings: Sequence[Span], ends: Ends) -> int | None:
    """The sitting set aside during which `at` was."""
    for number, span in enumerate(sittings):
        if not span.counts and span.first_at is not None and span.first_at <= at < ends(span.first_at):
            return number
    return None
