"""Who an answer comes from, and why somebody else wrote it down (FDA, Electronic Systems in Clinical Investigations,
2024, question 20: each data element has a data originator).
"""

from datetime import date, timedelta
from enum import StrEnum


class Originator(StrEnum):
    """From whose hand an answer is."""

    PATIENT = "patient"  # the patient's own, a form on paper included
    STAFF = "staff"  # somebody of the site wrote down what the patient said
    PROXY = "proxy"  # somebody else answered for the patient


class Respondent(StrEnum):
    """Who answered a form that a site enters."""

    PATIENT = "patient"
    PROXY = "proxy"


class EntryReason(StrEnum):
    """Why a site entered a form on a patient's behalf: the coded list, in the order it is shown."""

    PREFERRED = "preferred"  # the patient prefers paper or the telephone
    NO_DEVICE = "no_device"  # no telephone or connection that could be used
    SERVICE_DOWN = "service_down"  # link, page or messages did not work
    TOO_ILL = "too_ill"
    CANNOT_READ = "cannot_read"  # sight, reading or writing
    LANGUAGE = "language"
    AT_VISIT = "at_visit"  # answered during a visit
    OTHER_SYSTEM = "other_system"  # a form of another system
    OTHER = "other"
    NOT_ASKED = "not_asked"  # of entries made before the reason was asked for


#: How it was obtained, where the answer is spoken and somebody of the site writes it.
_SPOKEN = frozenset({"phone", "interview"})


def originator_of(mode: str, respondent: str | None) -> Originator:
    """From whose hand an answer is. `respondent` is None for answers that no site entered."""
    if respondent == Respondent.PROXY:
        return Originator.PROXY
    if respondent is not None and mode in _SPOKEN:
        return Originator.STAFF
    return Originator.PATIENT


def last_day_to_enter(close_on: date, *, late_entry_days: int) -> date:
    """Until when a site may enter a form whose window is over: kept and marked late, the form stays as it closed."""
    return close_on + timedelta(days=late_entry_days)
