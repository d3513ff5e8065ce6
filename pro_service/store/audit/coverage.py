"""What the trail watches: every mapped table and column, but for those listed here, each with its reason.

A new table or column is watched without anything being added here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import JSON, Column, LargeBinary, MetaData, Table

#: The schema of the trail itself, on PostgreSQL.
AUDIT = "audit"

#: Tables outside the trail.
UNWATCHED_TABLES: Mapping[str, str] = {
    "staff_session": "a log-in going on, written at each request; it is no record of the trial",
    "request_budget": "a counter of requests under a hash, forgotten within an hour",
    "login_throttle": "a counter of failed log-ins under a hash, whether or not anybody has that name",
    "staff_source": "where an account is usually used from, under keyed hashes; it only shortens waits",
}

#: Columns outside the trail, by table: how work goes on, not what was recorded.
UNWATCHED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "message": {
        "attempts": "counts the tries of handing a message over",
        "lease_until": "which process is at it",
        "token_hash": "the address of the carrier's next report, new with every try",
    },
    "inbound": {"attempts": "counts the tries of reading a text"},
    "staff": {"totp_last_step": "moves at every log-in, so that a code is good once"},
    "api_key": {"last_used_on": "moves with every day on which the key is used"},
}

#: Texts whose own words nobody may read in the trail: their SHA-256 shows that they changed. What is binary is sealed
#: (contact data, texts as they came), and is shown in the same way.
SECRET_ENDINGS = ("_hash", "_sealed", "_index", "csrf_token", "secret")

#: Tables that belong to a patient by something else than a foreign key: their column -> the patient's.
BELONGS: Mapping[str, tuple[str, str]] = {
    "contact": ("id", "contact_id"),
    "opt_out": ("contact_id", "contact_id"),
}


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A table under the trail. `unwatched` and `secret` are columns of it; secret ones are shown as their digest."""

    table: Table
    key: tuple[str, ...]
    unwatched: frozenset[str]
    secret: frozenset[str]
    binary: frozenset[str]
    documents: frozenset[str]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def columns(self) -> list[str]:
        """What is watched of it."""
        return [column.name for column in self.table.columns if column.name not in self.unwatched]


def watched_tables(metadata: MetaData) -> list[Watched]:
    """Every table under the trail, in the order in which foreign keys allow filling them."""
    return [_watched(table) for table in metadata.sorted_tables if _is_watched(table)]


def _is_watched(table: Table) -> bool:
    return table.schema != AUDIT and table.name not in UNWATCHED_TABLES


def _watched(table: Table) -> Watched:
    return Watched(
        table=table,
        key=tuple(column.name for column in table.primary_key.columns),
        unwatched=frozenset(UNWATCHED_COLUMNS.get(table.name, {})),
        secret=frozenset(column.name for column in table.columns if _is_secret(column)),
        binary=frozenset(column.name for column in table.columns if _is_binary(column)),
        documents=frozenset(column.name for column in table.columns if _is_document(column)),
    )


def _is_binary(column: Column[object]) -> bool:
    return isinstance(column.type, LargeBinary)


def _is_document(column: Column[object]) -> bool:
    kind = column.type
    return isinstance(getattr(kind, "impl", kind), JSON)


def _is_secret(column: Column[object]) -> bool:
    return _is_binary(column) or column.name.endswith(SECRET_ENDINGS)


def patient_of(table: Table, row: str, *, in_schemas: bool) -> str:
    """An SQL expression: the id of the patient whom `row` (NEW, OLD or an alias) of the table tells of; NULL if none.

    `in_schemas`: the database has schemas, and a table in one is named with it.
    """
    if table.name == "patient":
        return f"{row}.id"
    if "patient_id" in table.columns:
        return f"{row}.patient_id"
    if table.name in BELONGS:
        own, theirs = BELONGS[table.name]
        return f"(SELECT id FROM patient WHERE {theirs} = {row}.{own})"
    path = min(_paths(table, frozenset()), key=len, default=None)
    return "NULL" if path is None else _follow(path, row, in_schemas=in_schemas)


def site_of(table: Table, row: str, patient: str) -> str:
    """An SQL expression: the id of the site; `patient` is one for the patient's id."""
    if table.name == "site":
        return f"{row}.id"
    if "site_id" in table.columns:
        return f"{row}.site_id"
    return "NULL" if patient == "NULL" else f"(SELECT site_id FROM patient WHERE id = {patient})"


def _paths(table: Table, seen: frozenset[str]) -> Iterator[list[tuple[str, Table, str]]]:
    """Ways by foreign keys to a table that names its patient: (own column, other table, its column), step by step."""
    for column in table.columns:
        for key in column.foreign_keys:
            other = key.column.table
            if other.name in seen | {table.name}:
                continue
            step = (column.name, other, key.column.name)
            if "patient_id" in other.columns:
                yield [step]
            else:
                yield from ([step, *rest] for rest in _paths(other, seen | {table.name}))


def _follow(path: list[tuple[str, Table, str]], row: str, *, in_schemas: bool) -> str:
    (own, other, theirs), *rest = path
    name = other.name
    wanted = _follow(rest, name, in_schemas=in_schemas) if rest else f"{name}.patient_id"
    full = other.fullname if in_schemas else name
    return f"(SELECT {wanted} FROM {full} AS {name} WHERE {name}.{theirs} = {row}.{own})"
