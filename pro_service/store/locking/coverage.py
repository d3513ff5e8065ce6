"""Which tables a lock covers: all that hang on a patient, found by their foreign keys, but for those named here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Table

from pro_service.store.models import Patient

PATIENT = Patient.__tablename__

#: Tables that hang on a patient and go on under a lock, each with its reason.
OUTSIDE: Mapping[str, str] = {
    "inbound": "what comes in is kept as it came; nothing of it becomes an answer",
    "held_deposit": "is there to keep what comes in under a lock",
    "message_status": "the provider reports on texts that were sent before",
    "read_record": "a lock does not hinder reading, and who read stays on record",
    "emergency_access": "opening a record to read it changes no datum, and must be possible at any hour",
    "signature": "a signature is about the data and changes none; it may follow the lock",
}
#: Tables of which only new rows are refused: what was sent before goes on to its end, and what waits is taken back.
ONLY_INSERTS: Mapping[str, str] = {
    "message": "no new text; those under way settle, those that wait are cancelled"
}
#: Tables that are only ever added to, whoever asks.
APPEND_ONLY = ("signature", "data_lock")


@dataclass(frozen=True, kw_only=True)
class Hop:
    """From a table by `column` to the row of `target` whose `key` it holds."""

    column: str
    target: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A table under the lock, and the way from its rows to their patient; none for the patients themselves."""

    table: str
    way: tuple[Hop, ...]
    only_inserts: bool


def covered() -> tuple[Covered, ...]:
    """Every table that a lock covers, by name."""
    return tuple(
        Covered(table=table.name, way=way, only_inserts=table.name in ONLY_INSERTS)
        for table in sorted(Patient.metadata.sorted_tables, key=lambda one: one.name)
        if table.name not in OUTSIDE and (way := way_to_patient(table)) is not None
    )


def way_to_patient(table: Table) -> tuple[Hop, ...] | None:
    """The shortest way by columns that are always filled in, else the shortest of any; None if there is none."""
    return _way(table, always=True) or _way(table, always=False) if table.name != PATIENT else ()


def _way(table: Table, *, always: bool) -> tuple[Hop, ...] | None:
    seen = {table.name}
    front: list[tuple[Table, tuple[Hop, ...]]] = [(table, ())]
    while front:
        further: list[tuple[Table, tuple[Hop, ...]]] = []
        for here, way in front:
            for column, key in _links(here, always=always):
                target = key.table
                longer: tuple[Hop, ...] = (*way, Hop(column=column.name, target=target.name, key=key.name))
                if target.name == PATIENT:
                    return longer
                if target.name not in seen:
                    seen.add(target.name)
                    further.append((target, longer))
        front = further
    return None


def _links(table: Table, *, always: bool) -> Sequence[tuple[Column[object], Column[object]]]:
    keys = sorted(table.foreign_keys, key=lambda one: one.parent.name)
    return [(one.parent, one.column) for one in keys if not (always and one.parent.nullable)]
