"""Budgets of requests that all processes share: spent by the entry points, forgotten by the clock."""

from datetime import datetime, timedelta

from pro_service.core.budgets import window_of
from pro_service.store.db import reading, transaction
from pro_service.store.records import budgets

#: Long enough to be looked at after an attack, short enough to keep no addresses.
_KEPT = timedelta(hours=1)


def spend(source: str, *, amount: int, now: datetime) -> int:
    """Count `amount` requests of `source`; how many it made in this window, in all processes together."""
    with transaction() as session:
        return budgets.spend(session, source=source, window_at=window_of(now), amount=amount)


def tidy(*, now: datetime) -> None:
    """Forget the windows that are long over."""
    with reading() as session:
        if not budgets.anything_before(session, now - _KEPT):
            return
    with transaction() as session:
        budgets.forget_before(session, now - _KEPT)
