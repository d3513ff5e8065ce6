"""What several tables' columns share: short texts, and state columns that the database itself checks."""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, String

CODE = String(64)
TEXT = String(255)
WORD = String(32)
ZONE = String(64)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A named CHECK that `column` holds one of `values`; the values are ours, never a user's."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
