"""How the database says that data are locked."""

from sqlalchemy.exc import DBAPIError

#: The words and the SQLSTATE with which the triggers refuse. SQLite has words alone.
LOCKED = "data locked"
SQLSTATE = "PL423"


class DataLockedError(Exception):
    """The data of this patient, site or study are locked: nothing was changed."""

    def __init__(self) -> None:
        super().__init__(LOCKED)


def says_locked(error: DBAPIError) -> bool:
    """Is this the refusal of a lock's trigger?"""
    return getattr(error.orig, "sqlstate", None) == SQLSTATE or str(error.orig) == LOCKED
