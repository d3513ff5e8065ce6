"""Counts requests, in one statement each, whichever process they came to."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, case, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from pro_service.store.db import Session
from pro_service.store.models import RequestBudget


def spend(session: Session, *, source: str, window_at: datetime, amount: int) -> int:
    """Add `amount` to what `source` used in the window; how much that is now. Another window begins anew."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(cast(Table, RequestBudget.__table__))
    same_window = RequestBudget.window_at == new.excluded.window_at
    statement = new.on_conflict_do_update(
        index_elements=["source"],
        set_={
            "used": case((same_window, RequestBudget.used + new.excluded.used), else_=new.excluded.used),
            "window_at": new.excluded.window_at,
        },
    ).returning(RequestBudget.used)
    values = {"source": source, "window_at": window_at, "used": amount}
    return int(session.scalar(statement, values) or 0)


def anything_before(session: Session, moment: datetime) -> bool:
    return bool(session.scalar(select(exists().where(RequestBudget.window_at < moment))))


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(RequestBudget).where(RequestBudget.window_at < moment))
