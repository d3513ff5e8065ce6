"""How an export reads: one unchanging view, rows as a stream, texts in the same order on every database."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, String, case, cast, literal, select
from sqlalchemy.orm import Session

from pro_service.store.models import Staff

_BATCH = 2_000

Stored = TypeVar("Stored")


def hold_still(session: Session) -> None:
    """Let all that follows see the database as it is now, whatever others write. To be called before any query.

    SQLite's read transactions are like that; PostgreSQL has to be asked, and keeps no lock for it.
    """
    if session.get_bind().dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        session.connection(execution_options=options)


def order_of_texts(session: Session) -> Callable[[Any], Any]:
    """Sorting by code points, as Python and SQLite do; PostgreSQL would go by the language of its database."""
    if session.get_bind().dialect.name != "postgresql":
        return lambda column: column
    return lambda column: column.collate("C")


def stream(session: Session, found: Executable, make: Callable[[Any], Stored]) -> Iterator[Stored]:
    result = session.execute(found, execution_options={"yield_per": _BATCH})
    for rows in result.partitions():
        yield from map(make, rows)


def staff_code(actor: Any) -> ColumnElement[str | None]:
    """Who acted, in a code that names nobody: "staff:12" for a log-in or for that code itself, else "other"."""
    number = select(Staff.id).where(Staff.login == actor).scalar_subquery()
    coded = literal("staff:").concat(cast(number, String))
    return case(
        (actor.is_(None), None),
        (actor.startswith("staff:"), actor),
        (number.is_not(None), coded),
        else_="other",
    )
