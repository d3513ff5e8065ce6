"""The trail on SQLite: triggers, written for the columns a table has now. They ask the application who acts.

Another program that writes into the file has no answer to that, and is refused.
"""

from collections.abc import Iterator, Sequence

from pro_service.store.audit.coverage import Watched, patient_of, site_of

PREFIX = "trail_"
_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"


def statements(watched: Sequence[tuple[Watched, Sequence[str]]]) -> Iterator[str]:
    """Every trigger, for (table, its columns as the database has them)."""
    for one, columns in watched:
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield _trigger(one, [name for name in columns if name not in one.unwatched], event)
    yield f"""CREATE TRIGGER {PREFIX}pending AFTER INSERT ON audit_entry
BEGIN INSERT INTO audit_pending (seq) VALUES (NEW.seq); END"""
    for table in ("audit_entry", "audit_link", "read_record"):
        for event in ("UPDATE", "DELETE"):
            yield f"""CREATE TRIGGER {PREFIX}{table}_no_{event.lower()} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END"""


def _trigger(one: Watched, columns: Sequence[str], event: str) -> str:
    row = "OLD" if event == "DELETE" else "NEW"
    key_row = "NEW" if event == "INSERT" else "OLD"
    key = " || '/' || ".join(f"CAST({key_row}.{name} AS TEXT)" for name in one.key)
    patient = patient_of(one.table, row, in_schemas=False)
    site = site_of(one.table, row, patient)
    pairs = "\nUNION ALL ".join(_pair(one, name, event) for name in columns)
    return f"""CREATE TRIGGER {PREFIX}{one.name}_{event.lower()} AFTER {event} ON "{one.name}"
BEGIN
INSERT INTO audit_entry
 (at, tx, table_name, row_key, patient_id, site_id, action, changes, actor, role, organisation, reason)
SELECT {_NOW}, pro_transaction(), '{one.name}', {key}, {patient}, {site}, '{event.lower()}', changed.fields,
 json_extract(who.told, '$.name'), json_extract(who.told, '$.role'),
 json_extract(who.told, '$.organisation'), json_extract(who.told, '$.reason')
FROM (SELECT pro_acting() AS told) AS who,
 (SELECT json_group_object(name, json_array(json(old), json(new))) AS fields FROM (
{pairs}
 ) WHERE old IS NOT new) AS changed
WHERE changed.fields <> '{{}}';
END"""


def _pair(one: Watched, name: str, event: str) -> str:
    old = "'null'" if event == "INSERT" else _value(one, name, "OLD")
    new = "'null'" if event == "DELETE" else _value(one, name, "NEW")
    return f"SELECT '{name}' AS name, {old} AS old, {new} AS new"


def _value(one: Watched, name: str, row: str) -> str:
    """A column's value as JSON."""
    value = f'{row}."{name}"'
    if name in one.secret:
        return f"json_quote(pro_digest({value}))"
    if name in one.documents:
        return f"coalesce(json({value}), 'null')"
    return f"json_quote({value})"
