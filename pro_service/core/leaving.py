"""What a patient's leaving means for messages and for contact data. docs/privacy.md shows the table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pro_service.core.course import Event


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """`may_reply`: may a text that the patient sends be answered (a cry for help has to be)?

    Questionnaires end in each case. `retention`: the rule that says how long the contact is kept.
    """

    may_reply: bool
    retention: str


#: By the event that says it. Whatever else ends a course (off study, lost) is as `questionnaires_withdrawn`.
LEAVINGS: Mapping[str, Leaving] = MappingProxyType(
    {
        "questionnaires_withdrawn": Leaving(may_reply=True, retention="contacts"),
        "consent_withdrawn": Leaving(may_reply=False, retention="contacts_of_withdrawn"),
        "death": Leaving(may_reply=False, retention="contacts_of_withdrawn"),
    }
)


def silencing(events: Iterable[Event]) -> bool:
    """Does one of these facts forbid any text to the patient, also an answer?"""
    return any(event.type in LEAVINGS and not LEAVINGS[event.type].may_reply for event in events)


def retention_rule(events: Iterable[Event]) -> str:
    """The rule by which the contact of a patient whose course has ended is kept."""
    return "contacts_of_withdrawn" if silencing(events) else "contacts"
