"""The states of everything that lives, and the steps between them: one table each, drawn in docs/states.md.

A step that is not in a table is impossible; `step` refuses it. The database repeats the names in CHECK constraints.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar


class AssessmentState(StrEnum):
    """Where one expected assessment of one patient stands."""

    PLANNED = "planned"  # expected; its window has not opened
    OPEN = "open"  # the window is open, nothing answered yet
    IN_PROGRESS = "in_progress"  # at least one answer is here
    COMPLETED = "completed"  # every instrument is complete
    PARTIAL = "partial"  # the window closed with some answers
    MISSED = "missed"  # the window closed without an answer
    CANCELLED = "cancelled"  # no longer expected: a later fact replaced or ended it
    NOT_APPLICABLE = "not_applicable"  # never to be asked of this patient


class ResponseState(StrEnum):
    """Where the answers to one instrument stand."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"  # sent by the patient; scored
    CLOSED = "closed"  # the window closed first; what exists is scored
    SUPERSEDED = "superseded"  # restarted after its longest sitting; kept


class MessageState(StrEnum):
    """Where an outgoing message stands. `unknown` is a state, not a guess."""

    READY = "ready"  # may be sent between not_before and not_after
    SENDING = "sending"  # claimed under a lease; the provider may or may not have it
    UNKNOWN = "unknown"  # the attempt's outcome is not known; looked up before anything else
    ACCEPTED = "accepted"  # the provider has it
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"  # its reason went away before it was sent
    SUPPRESSED = "suppressed"  # opted out or withdrawn
    EXPIRED = "expired"  # not sent within its time


class AlertState(StrEnum):
    """Where an alert stands between being raised and being closed by a person."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


class CorrectionState(StrEnum):
    """Where a correction of answers stands."""

    REQUESTED = "requested"  # waits for a second person
    APPLIED = "applied"  # approved where the protocol asks for it; the new versions are in
    REFUSED = "refused"


class QueryState(StrEnum):
    """Where a question about a datum stands."""

    OPEN = "open"  # waits for the site
    ANSWERED = "answered"  # waits for whoever opened it
    CLOSED = "closed"


State = TypeVar("State", bound=StrEnum)
Table = Mapping[StrEnum, frozenset[StrEnum]]


def _table(rows: Mapping[StrEnum, Iterable[StrEnum]]) -> Table:
    return {state: frozenset(after) for state, after in rows.items()}


_A, _R, _M, _L = AssessmentState, ResponseState, MessageState, AlertState

ASSESSMENT: Table = _table(
    {
        _A.PLANNED: (_A.OPEN, _A.MISSED, _A.CANCELLED, _A.NOT_APPLICABLE),
        _A.OPEN: (_A.IN_PROGRESS, _A.MISSED, _A.CANCELLED, _A.NOT_APPLICABLE, _A.PLANNED),
        _A.IN_PROGRESS: (_A.COMPLETED, _A.PARTIAL),
        _A.COMPLETED: (),
        _A.PARTIAL: (),
        # Only when its window was over before anybody here knew of it: then nobody was ever asked.
        _A.MISSED: (_A.PLANNED, _A.CANCELLED),
        _A.CANCELLED: (_A.PLANNED,),
        _A.NOT_APPLICABLE: (),
    }
)

RESPONSE: Table = _table(
    {
        _R.IN_PROGRESS: (_R.COMPLETED, _R.CLOSED, _R.SUPERSEDED),
        _R.COMPLETED: (),
        _R.CLOSED: (),
        _R.SUPERSEDED: (),
    }
)

MESSAGE: Table = _table(
    {
        _M.READY: (_M.SENDING, _M.CANCELLED, _M.SUPPRESSED, _M.EXPIRED, _M.FAILED),
        _M.SENDING: (_M.ACCEPTED, _M.READY, _M.UNKNOWN, _M.FAILED, _M.SUPPRESSED),
        _M.UNKNOWN: (_M.ACCEPTED, _M.READY, _M.FAILED, _M.EXPIRED),
        _M.ACCEPTED: (_M.SENT, _M.DELIVERED, _M.UNDELIVERED, _M.FAILED),
        _M.SENT: (_M.DELIVERED, _M.UNDELIVERED, _M.FAILED),
        _M.DELIVERED: (),
        # Reports may contradict one another and come in any order: proof of arrival outranks a report of failure.
        _M.UNDELIVERED: (_M.DELIVERED,),
        _M.FAILED: (_M.UNDELIVERED, _M.DELIVERED),
        _M.CANCELLED: (),
        _M.SUPPRESSED: (),
        _M.EXPIRED: (_M.ACCEPTED,),  # given up while unknown; a late report proves that it went out
    }
)

ALERT: Table = _table(
    {
        _L.NEW: (_L.ACKNOWLEDGED, _L.IN_PROGRESS, _L.CLOSED),
        _L.ACKNOWLEDGED: (_L.IN_PROGRESS, _L.CLOSED),
        _L.IN_PROGRESS: (_L.CLOSED,),
        _L.CLOSED: (_L.NEW,),
    }
)

CORRECTION: Table = _table(
    {
        CorrectionState.REQUESTED: (CorrectionState.APPLIED, CorrectionState.REFUSED),
        CorrectionState.APPLIED: (),
        CorrectionState.REFUSED: (),
    }
)

QUERY: Table = _table(
    {
        QueryState.OPEN: (QueryState.ANSWERED, QueryState.CLOSED),
        QueryState.ANSWERED: (QueryState.OPEN, QueryState.CLOSED),
        QueryState.CLOSED: (QueryState.OPEN,),
    }
)

TABLES: Mapping[str, Table] = {
    "assessment": ASSESSMENT,
    "response": RESPONSE,
    "message": MESSAGE,
    "alert": ALERT,
    "correction": CORRECTION,
    "query": QUERY,
}

#: Assessments a patient can answer now.
ANSWERABLE = frozenset({AssessmentState.OPEN, AssessmentState.IN_PROGRESS})
#: Assessments no later fact may change: begun, answered or let close.
UNTOUCHABLE = frozenset(
    {AssessmentState.IN_PROGRESS, AssessmentState.COMPLETED, AssessmentState.PARTIAL, AssessmentState.MISSED}
)
#: Alerts somebody still has to deal with.
ALERT_OPEN = frozenset({AlertState.NEW, AlertState.ACKNOWLEDGED, AlertState.IN_PROGRESS})


class ActionCode(StrEnum):
    """What a nurse did about an alert: the coded list, in the order it is shown."""

    CALLED = "called"
    ADVISED = "advised"
    VISIT_BROUGHT_FORWARD = "visit_brought_forward"
    REFERRED = "referred"
    NO_ACTION_NEEDED = "no_action_needed"
    WRONG_ALERT = "wrong_alert"


class CallOutcome(StrEnum):
    """What came of a call to a patient who had not answered: the coded list, in the order it is shown."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


#: After these nobody needs to call again about that questionnaire.
CALL_SETTLED = frozenset({CallOutcome.REACHED, CallOutcome.WRONG_NUMBER, CallOutcome.REFUSED})


class ImpossibleStepError(ValueError):
    """A state cannot follow another one; the row is left as it is."""


def step(table: Table, before: State, after: State) -> State:
    """`after`, if the table allows it to follow `before`; ImpossibleStepError otherwise."""
    if after not in table[before]:
        raise ImpossibleStepError(f"{before} cannot become {after}")
    return after
