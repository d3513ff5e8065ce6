"""On which patient or site a row of each table hangs, found in the tables' keys: new tables are placed by themselves.

A row is shown to whoever acts for its site, and of a patient's rows only those of the patient a request is bound to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Column, MetaData, Table

from pro_service.store.postgres.roles import name_of

PATIENT, SITE = "patient", "site"

#: Tables that hang on no patient and no site, and why everybody whom the service lets in may read them.
OPEN: Mapping[str, str] = MappingProxyType(
    {
        "study": "a trial and its protocol version",
        "protocol_activation": "which protocol is in force in a study, in its own words",
        "data_lock": "what is locked binds everybody, whichever sites they see",
        "lock_release": "who lifts a lock, and why",
        "consent_text": "which consent texts a study has, without their words",
        "wording": "questionnaires as their owners license them",
        "wording_change": "the trail of licensed wordings",
        "staff": "found by login before anybody is known; shows no patient",
        "access_grant": "read before it is known what somebody may see; shows no patient",
        "staff_session": "found by the cookie's hash before anybody is known",
        "login_throttle": "counted by login before anybody is known",
        "request_budget": "counted by a hash of the source before anybody is known",
        "audit_link": "hashes of the trail, which tell nothing of what was hashed",
        "audit_pending": "numbers of entries of the trail",
        "master_key": "which keys were used, and none of them; shows no patient",
        "operator_notice": "tables and ids of rows that cannot be read; shows no patient",
        "login_event": "written before anybody is known; names accounts and networks, no patient",
        "staff_source": "looked up before anybody is known; keyed hashes",
        "recovery_code": "used before anybody is known; keyed hashes",
        "staff_invitation": "followed before anybody is known; hashes",
        "staff_identity": "found by issuer and subject before anybody is known",
        "service_account": "found with its key before anybody is known; shows no patient",
        "api_key": "found by its id before anybody is known; a hash",  # pragma: allowlist secret - a table
    }
)

#: Tables known by an opaque contact id instead of a key, with its column.
BY_CONTACT: Mapping[str, str] = MappingProxyType(
    {"contact": "id", "data_key": "subject_id", "opt_out": "contact_id"}
)

#: Tables that name a site without a key to it, since they outlive it: the column.
BY_SITE: Mapping[str, str] = MappingProxyType({"audit_entry": "site_id"})

_SITES = "(SELECT string_to_array(nullif(current_setting('pro.sites', true), ''), ',')::int[])"
_PATIENT = "(SELECT nullif(current_setting('pro.patient', true), '')::int)"
_SEES_IDENTITY = "(SELECT current_setting('pro.identity', true) = 'on')"
_NOBODY = "false"


@dataclass(frozen=True, kw_only=True)
class Place:
    """`shown`: the condition under which a row is read or changed; `kept`: the one that a written row has to meet."""

    shown: str
    kept: str


def places(metadata: MetaData) -> Mapping[str, Place]:
    """The place of each table that is not open, by its full name; unplaced ones are for the system alone."""
    distances = _distances(metadata)
    return {
        table.fullname: _place(table, distances) for table in metadata.sorted_tables if table.name not in OPEN
    }


def scoped_tables(metadata: MetaData) -> list[tuple[str, str]]:
    """Schema and name of every table that is not open."""
    return [
        (table.schema or "public", table.name) for table in metadata.sorted_tables if table.name not in OPEN
    ]


def unplaced(metadata: MetaData) -> list[str]:
    """Tables that no key leads from to a patient or site, and that nobody gave a reason to be open."""
    return [name for name, place in places(metadata).items() if place.shown == _NOBODY]


def _place(table: Table, distances: Mapping[str, int]) -> Place:
    if table.name in BY_CONTACT:
        return _by_contact(table)
    if table.name in BY_SITE:
        ours = f"{_full(table.c[BY_SITE[table.name]])} = ANY ({_SITES}::int[])"
        return Place(shown=ours, kept=ours)
    shown = _by_site(table) or _by_parents(table, distances) or _NOBODY
    return Place(shown=shown, kept=shown)


def _by_site(table: Table) -> str:
    """Of a site, or of a table whose rows name theirs."""
    column = table.c.id if table.name == SITE else _key_to(table, SITE)
    if column is None:
        return ""
    ours = f"{_full(column)} = ANY ({_SITES}::int[])"
    own = table.c.id if table.name == PATIENT else _key_to(table, PATIENT)
    return ours if own is None else f"{ours} AND {_full(own)} = COALESCE({_PATIENT}, {_full(own)})"


def _by_parents(table: Table, distances: Mapping[str, int]) -> str:
    """Of the nearest row it must refer to; where it need not refer to any, of the nearest that it does."""
    keys = sorted(_keys_to_placed(table, distances), key=lambda key: distances[_parent(key).fullname])
    certain = next((key for key in keys if not key.nullable), None)
    if certain is not None:
        return _exists(certain)
    cases = "".join(f" WHEN {_full(key)} IS NOT NULL THEN {_exists(key)}" for key in keys)
    return f"CASE{cases} ELSE false END" if cases else ""


def _exists(key: Column[object]) -> str:
    """The row referred to is shown, by the policy of its own table."""
    parent = _parent(key)
    (target,) = key.foreign_keys
    return f"EXISTS (SELECT FROM {name_of(parent)} WHERE {_full(target.column)} = {_full(key)})"


def _by_contact(table: Table) -> Place:
    """Of the patient with that contact. A number is for those who see identity, and is kept before it has a patient."""
    column = _full(table.c[BY_CONTACT[table.name]])
    patient = table.metadata.tables[PATIENT]
    known = f"EXISTS (SELECT FROM {name_of(patient)} WHERE {_full(patient.c.contact_id)} = {column})"
    if table.schema is None:
        return Place(shown=known, kept=known)
    return Place(shown=f"{_SEES_IDENTITY} AND {known}", kept=_SEES_IDENTITY)


def _distances(metadata: MetaData) -> Mapping[str, int]:
    """How many keys lead from each placed table to a site: patients and tables that name their site are at 1."""
    found = {SITE: 0} if SITE in metadata.tables else {}
    pending = [table for table in metadata.sorted_tables if table.fullname not in found]
    while nearer := {
        table.fullname: 1 + min(found[_parent(key).fullname] for key in keys)
        for table in pending
        if table.name not in OPEN and (keys := [*_keys_to_placed(table, found)])
    }:
        found |= nearer
        pending = [table for table in pending if table.fullname not in found]
    return found


def _keys_to_placed(table: Table, placed: Iterable[str] | Mapping[str, int]) -> Iterator[Column[object]]:
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table is not table and key.column.table.fullname in placed:
                yield column


def _key_to(table: Table, name: str) -> Column[object] | None:
    return next((key for key in _keys_to_placed(table, (name,)) if not key.nullable), None)


def _parent(key: Column[object]) -> Table:
    (target,) = key.foreign_keys
    return target.column.table


def _full(column: Column[object]) -> str:
    return f'{name_of(column.table)}."{column.name}"'
