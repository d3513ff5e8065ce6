"""Questions about a datum: what one may be about, and what must not stand in it."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """What a query is about: the coded list, in the order it is shown."""

    ANSWER = "answer"
    FORM = "form"  # an assessment as a whole, also one that is missing
    EVENT = "event"
    VISIT = "visit"
    ENROLMENT = "enrolment"


#: The facts of an enrolment that a query can be about.
ENROLMENT_FIELDS = ("site", "language", "time_zone", "enrolled_at", "protocol_version")


class QueryAct(StrEnum):
    """One step in the life of a query."""

    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The datum a query is about: of the fields, those that its kind needs."""

    kind: SubjectKind
    assessment_id: int | None = None
    instrument: str | None = None
    item: str | None = None
    event_id: int | None = None
    visit: str | None = None
    field: str | None = None

    @property
    def is_whole(self) -> bool:
        """Is everything there that its kind needs, and nothing else?"""
        said = {name for name in _FIELDS if getattr(self, name) is not None}
        needed, allowed = _NEEDED[self.kind]
        return needed <= said <= allowed


_FIELDS = ("assessment_id", "instrument", "item", "event_id", "visit", "field")
_NEEDED: dict[SubjectKind, tuple[set[str], set[str]]] = {
    SubjectKind.ANSWER: ({"assessment_id", "instrument"}, {"assessment_id", "instrument", "item"}),
    SubjectKind.FORM: ({"assessment_id"}, {"assessment_id"}),
    SubjectKind.EVENT: ({"event_id"}, {"event_id"}),
    SubjectKind.VISIT: ({"visit"}, {"visit"}),
    SubjectKind.ENROLMENT: ({"field"}, {"field"}),
}
#: Nine digits or more, however they are parted, are a telephone or a social security number.
_MANY_DIGITS = re.compile(r"(?:\d[ .\-/]?){9,}")


def tells_who(text: str) -> bool:
    """Does a text hold what can only be a number or an address of a person? Names no program can tell."""
    return "@" in text or _MANY_DIGITS.search(text) is not None
