"""For whom the running request, job or command acts: what the database may show it and what the audit trail writes.

Entrypoints set it once, where they learn who is asking; everything beneath reads it here. Outside any of them nobody
acts: on PostgreSQL such a session sees no row of a patient.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Acting:
    """`name` says who without naming a person ("staff:12", "patient:P-001", "system:tick", "cli:rescore").

    `site_ids` bounds what row-level security shows: None for the system itself, which sees every site.
    `patient_id` bounds it further to one patient, for requests made with a patient's own link or token.
    """

    name: str
    role: str = ""
    organisation: str = ""
    reason: str = ""
    site_ids: frozenset[int] | None = frozenset()
    patient_id: int | None = None


NOBODY = Acting(name="nobody")
_acting: ContextVar[Acting] = ContextVar("acting", default=NOBODY)


def acting() -> Acting:
    """For whom this thread or task acts now."""
    return _acting.get()


def system(name: str) -> Acting:
    """The service itself, at `name` ("system:tick", "cli:rescore"): every site."""
    return Acting(name=name, role="system", site_ids=None)


@contextmanager
def acting_for(who: Acting) -> Iterator[None]:
    """Act for `who` until the block ends."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(who: Acting) -> Token[Acting]:
    """Act for `who` until `act_as_before` is given what this returns: for requests, which no block encloses."""
    return _acting.set(who)


def act_as_before(token: Token[Acting]) -> None:
    """Act for whoever it was before `act_as` gave this token."""
    _acting.reset(token)


def link_holder(*, code: str, patient_id: int, site_id: int) -> Acting:
    """Whoever holds a patient's own link or token: that patient alone."""
    return Acting(
        name=f"patient:{code}", role="patient", site_ids=frozenset({site_id}), patient_id=patient_id
    )
