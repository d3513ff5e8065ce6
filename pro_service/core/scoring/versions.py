"""Which of a response's scores is current when several versions of the rules have scored it: the one place that says.

Scores of older versions stay where they are. Drawings, alerts, the API and an export's flag all ask here.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

_VERSION = re.compile(r"\d+(\.\d+)*")

Scored = TypeVar("Scored")


def rule_order(version: str) -> tuple[int, ...]:
    """By what versions of the rules are compared: numbers between full stops, so that 10 is newer than 9.

    ValueError for anything else.
    """
    if not _VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version of the scoring rules: write numbers and full stops")
    return tuple(int(part) for part in version.split("."))


def newest(versions: Iterable[str]) -> str | None:
    """The newest of some versions of the rules; None of none."""
    return max(versions, key=rule_order, default=None)


def current(
    scores: Iterable[Scored],
    version: Callable[[Scored], str],
    answers: Callable[[Scored], int] = lambda _: 1,
) -> tuple[Scored, ...]:
    """Those of one response's scores that count: of its answers as last corrected, all by the newest version of the
    rules that scored these, in the order given.

    They belong together (a summary rests on the other scales), so a scale that the newest version does not know is not
    current, even if an older one scored it.
    """
    every = tuple(scores)
    last = max(map(answers, every), default=1)
    known = tuple(score for score in every if answers(score) == last)
    latest = newest({version(score) for score in known})
    return tuple(score for score in known if version(score) == latest)
