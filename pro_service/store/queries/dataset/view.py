"""How an export reads: one unchanging view, rows as a stream, texts in the same order on every database."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.orm import Session

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
