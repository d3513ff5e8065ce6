"""What a row must hold by its trail: every entry played in turn, each starting from where the one before ended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from pro_service.core.audit.verifying import Fault


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry of one row: its number, what was done, and column -> (old, new)."""

    seq: int
    action: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(kw_only=True)
class Replayed:
    """A row by its trail: its values, whether it is there, and what does not fit."""

    there: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    seq: int | None = None
    faults: list[Fault] = field(default_factory=list)


def replay(place: str, changes: Iterable[Change]) -> Replayed:
    """Play the entries of one row, in their order; `place` names the row in faults ("answer 12")."""
    row = Replayed()
    for change in changes:
        for column, (old, new) in change.fields.items():
            if change.action != "baseline" and not same(row.values.get(column), old):
                message = f"{place}: {column} had changed before without an entry"
                row.faults.append(Fault(code="unseen_change", message=message, seq=change.seq))
            row.values[column] = new
        row.there = change.action != "delete"
        row.seq = change.seq
        if not row.there:
            row.values = {}
    return row


def difference(place: str, replayed: Replayed, stored: Mapping[str, Any] | None) -> Iterator[Fault]:
    """Where the row as it is stored (None: it is not) differs from its trail."""
    if stored is None:
        if replayed.there:
            yield Fault(code="unseen_delete", message=f"{place} is gone without an entry", seq=replayed.seq)
        return
    if not replayed.there:
        yield Fault(code="unseen_insert", message=f"{place} is there without an entry", seq=replayed.seq)
        return
    for column, value in stored.items():
        if not same(replayed.values.get(column), value):
            message = f"{place}: {column} is not what the trail says"
            yield Fault(code="unseen_change", message=message, seq=replayed.seq)


def same(one: Any, other: Any) -> bool:
    """Are two values equal, however the database that wrote each of them writes it?"""
    return bool(one == other) or bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    """A value without its database's manner: truth as a number, numbers to 12 digits, instants in UTC."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _instant(value) or value
    return value


def _instant(text: str) -> datetime | None:
    """The instant that a text writes; None for any other text, dates without a time included."""
    if len(text) < 19 or text[4] != "-" or not text[:4].isdecimal():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
