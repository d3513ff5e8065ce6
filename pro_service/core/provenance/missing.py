"""Why a form was not answered: what the service itself knows at its close, and what the site can say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.course import Event
from pro_service.core.lifecycle import MessageState


class TechnicalReason(StrEnum):
    """What the service knows at the close of a form that is not complete. The first that holds is the reason."""

    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    OFF_STUDY = "off_study"
    LOST = "lost"
    BEGUN_NOT_COMPLETED = "begun_not_completed"
    KNOWN_LATE = "known_late"  # its window was over before the service knew of it
    NO_WORDING = "no_wording"
    OPTED_OUT = "opted_out"  # the patient wants no messages
    SYSTEM_DOWN = "system_down"  # what was to be sent was not, within its time
    NOT_SENT = "not_sent"  # nothing was to be sent
    UNDELIVERED = "undelivered"
    UNCONFIRMED = "unconfirmed"  # sent; whether it arrived is not known
    NOT_BEGUN = "not_begun"  # a message arrived, and nothing was answered


class SiteReason(StrEnum):
    """Why the patient did not answer, as the site knows it: the coded list, in the order it is shown."""

    TOO_ILL = "too_ill"
    REFUSED = "refused"
    HOSPITALISED = "hospitalised"
    LANGUAGE = "language"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


class ReasonSource(StrEnum):
    """Who says why."""

    SYSTEM = "system"
    SITE = "site"


@dataclass(frozen=True, kw_only=True)
class AtClose:
    """What the service knows of a form at its close. `messages` are its invitations and reminders."""

    begun: bool
    ended: TechnicalReason | None
    known_late: bool
    worded: bool
    opted_out: bool
    messages: Sequence[MessageState]


_ENDS = {
    "death": TechnicalReason.DEAD,
    "consent_withdrawn": TechnicalReason.WITHDRAWN,
    "questionnaires_withdrawn": TechnicalReason.WITHDRAWN,
    "off_study": TechnicalReason.OFF_STUDY,
}
_LOST, _FOUND = "lost_to_follow_up", "recontacted"
_ARRIVED = frozenset({MessageState.DELIVERED})
_OUT = frozenset({MessageState.ACCEPTED, MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING})
_FAILED = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})
_UNSENT = frozenset({MessageState.EXPIRED, MessageState.READY})


def end_of(events: Iterable[Event], *, on: date) -> TechnicalReason | None:
    """How the patient's course had ended by a day, if it had; death before all others."""
    past = sorted((event for event in events if event.on <= on), key=lambda event: event.on)
    ends = {_ENDS[event.type] for event in past if event.type in _ENDS}
    contact = [event.type for event in past if event.type in (_LOST, _FOUND)]
    if contact[-1:] == [_LOST]:
        ends.add(TechnicalReason.LOST)
    return next((reason for reason in TechnicalReason if reason in ends), None)


def technical_reason(found: AtClose) -> TechnicalReason:
    """Why a form closed without being complete, as far as the service can tell."""
    states = set(found.messages)
    reason = TechnicalReason
    known: tuple[tuple[bool, TechnicalReason], ...] = (
        (found.begun, reason.BEGUN_NOT_COMPLETED),
        (found.known_late, reason.KNOWN_LATE),
        (not found.worded, reason.NO_WORDING),
        (bool(states & _ARRIVED), reason.NOT_BEGUN),
        (found.opted_out, reason.OPTED_OUT),
        (bool(states & _OUT), reason.UNCONFIRMED),
        (bool(states & _FAILED), reason.UNDELIVERED),
        (bool(states & _UNSENT), reason.SYSTEM_DOWN),
    )
    return found.ended or next((code for holds, code in known if holds), reason.NOT_SENT)
