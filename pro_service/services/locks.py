"""Locks the data of a study or site against every change, and lifts a lock by two people (ICH E6(R3) 3.16.1(r))."""

import re
from datetime import datetime

from pro_service.core.evidence import (
    LONGEST_HOURS,
    ReleaseOutcome,
    Unlocking,
    ends_at,
    may_confirm,
    unlocking,
)
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import DataLock, LockRelease
from pro_service.store.queries.locks import as_release
from pro_service.store.records import locks, people

CLOCK = "clock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_SHORTEST_REASON = 10


def lock_data(*, study_id: int, name: str, site: str = "", reason: str, actor: str, now: datetime) -> None:
    """Lock a study, or one of its sites by its code. What waits to be sent there is taken back.

    InvalidError for a site that is not there, a name that cannot stand or a reason that says nothing; ConflictError if
    the name was used before.
    """
    _require_name(name)
    _require_reason(reason)
    with transaction() as session:
        if site and people.site(session, study_id=study_id, code=site) is None:
            raise InvalidError("unknown_site", fr="Ce centre n'existe pas.", en="There is no such site.")
        if locks.by_name(session, study_id=study_id, name=name) is not None:
            raise ConflictError(
                "lock_name_used",
                fr="Ce nom de verrou a déjà servi.",
                en="A lock of this name was made before.",
            )
        locks.let_writers_finish(session)
        row = DataLock(
            study_id=study_id,
            site_code=site,
            name=name,
            reason=reason.strip(),
            locked_at=now,
            locked_by=actor,
        )
        people.add(session, row)
        locks.take_back_texts(session, now=now)


def ask_release(
    *, study_id: int, name: str, reason: str, hours: int | None, actor: str, now: datetime
) -> None:
    """Ask that a lock be lifted, for some hours or until somebody locks again. Another person has to confirm."""
    _require_reason(reason)
    if hours is not None and not 1 <= hours <= LONGEST_HOURS:
        raise InvalidError(
            "bad_hours",
            fr=f"Une durée de 1 à {LONGEST_HOURS} heures est attendue.",
            en=f"A number of hours from 1 to {LONGEST_HOURS} is expected.",
        )
    with transaction() as session:
        row = _found(session, study_id, name)
        current = _current(session, row, now=now)
        if current is not None:
            raise ConflictError(
                "release_goes_on",
                fr="Une levée est déjà demandée ou en cours.",
                en="A release is asked for already, or goes on.",
            )
        asked = LockRelease(
            lock_id=row.id, reason=reason.strip(), hours=hours, requested_by=actor, requested_at=now
        )
        people.add(session, asked)


def confirm_release(*, study_id: int, name: str, actor: str, now: datetime) -> None:
    """Lift a lock as somebody else asked. ConflictError for the person who asked, or if nobody did."""
    with transaction() as session:
        current = _asked(session, study_id, name, now=now)
        if not may_confirm(as_release(current), person=actor):
            raise ConflictError(
                "same_person",
                fr="La levée doit être confirmée par une autre personne que celle qui l'a demandée.",
                en="A release is confirmed by another person than the one who asked for it.",
            )
        current.outcome, current.decided_by, current.decided_at = ReleaseOutcome.CONFIRMED, actor, now
        current.until = ends_at(current.hours, now=now)


def decline_release(*, study_id: int, name: str, actor: str, now: datetime) -> None:
    """Refuse what somebody asked for; the person who asked takes it back. The lock goes on."""
    with transaction() as session:
        current = _asked(session, study_id, name, now=now)
        own = current.requested_by == actor
        current.outcome = ReleaseOutcome.WITHDRAWN if own else ReleaseOutcome.REFUSED
        current.decided_by, current.decided_at = actor, now
        current.ended_by, current.ended_at = actor, now


def lock_again(*, study_id: int, name: str, actor: str, now: datetime) -> None:
    """End a release: from now on the lock holds again."""
    with transaction() as session:
        row = _found(session, study_id, name)
        current = _current(session, row, now=now)
        if current is None or current.outcome != ReleaseOutcome.CONFIRMED:
            raise ConflictError("not_lifted", fr="Ce verrou n'est pas levé.", en="This lock is not lifted.")
        _end(session, current, actor=actor, now=now)


def end_releases(*, now: datetime) -> int:
    """End the releases whose time is over; how many those were."""
    with reading() as session:
        if not locks.anything_over(session, now=now):
            return 0
    with transaction() as session:
        found = locks.over(session, now=now)
        for row in found:
            _end(session, row, actor=CLOCK, now=now)
        return len(found)


def _end(session: Session, row: LockRelease, *, actor: str, now: datetime) -> None:
    locks.let_writers_finish(session)
    row.ended_by, row.ended_at = actor, now
    session.flush()
    locks.take_back_texts(session, now=now)


def _found(session: Session, study_id: int, name: str) -> DataLock:
    row = locks.by_name(session, study_id=study_id, name=name)
    if row is None:
        raise NotFoundError(f"lock {name}")
    return row


def _current(session: Session, lock: DataLock, *, now: datetime) -> LockRelease | None:
    """What goes on with a lock; a release whose time is over is ended first."""
    current = locks.going_on(session, lock.id)
    if current is None or current.outcome is None:
        return current
    if unlocking(as_release(current), now=now) is Unlocking.LIFTED:
        return current
    _end(session, current, actor=CLOCK, now=now)
    return None


def _asked(session: Session, study_id: int, name: str, *, now: datetime) -> LockRelease:
    current = _current(session, _found(session, study_id, name), now=now)
    if current is None or current.outcome is not None:
        raise ConflictError("nothing_asked", fr="Aucune levée n'est demandée.", en="No release is asked for.")
    return current


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidError(
            "bad_lock_name",
            fr="Nom attendu : lettres sans accent, chiffres et . _ - (64 au plus).",
            en="A name of unaccented letters, digits and . _ - is expected (64 at most).",
        )


def _require_reason(reason: str) -> None:
    require_note(reason, code="reason_too_long")
    if len(reason.strip()) < _SHORTEST_REASON:
        raise InvalidError(
            "reason_missing",
            fr=f"Un motif d'au moins {_SHORTEST_REASON} caractères est attendu.",
            en=f"A reason of {_SHORTEST_REASON} characters at least is expected.",
        )
