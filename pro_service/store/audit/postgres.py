"""The trail on PostgreSQL: a trigger function for each watched table, the chain, and what keeps both from changes.

The functions run with their owner's rights, so that the application's role needs none on the trail but to read it.
`pro.all` lets them see the patient of a row whatever the session is bounded to.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData

from pro_service.store.audit.coverage import Watched, patient_of, site_of, watched_tables

TRIGGER = "trail"
NO_TRUNCATE = "trail_no_truncate"
#: Tables that are only added to, and those that no ordinary role may fill.
APPEND_ONLY = ("audit_entry", "audit_link", "read_record")
GUARDED = ("audit_entry", "audit_link", "audit_pending")


def declared(metadata: MetaData, *, schema: str = "public") -> Iterator[str]:
    """Everything: functions, and the triggers of each table; `schema` is that of the tables of no other one."""
    yield from functions()
    for one in watched_tables(metadata):
        yield from triggers(one, schema=schema)


def functions() -> Iterator[str]:
    """What the triggers of all tables share, and the chain."""
    yield _FORBID
    yield _DIGEST
    yield _PART
    yield _CHAIN
    for table in APPEND_ONLY:
        yield f"""CREATE OR REPLACE TRIGGER {TRIGGER} BEFORE UPDATE OR DELETE ON audit.{table}
FOR EACH ROW EXECUTE FUNCTION audit.forbid()"""
        yield _no_truncate(f"audit.{table}")
        yield f"ALTER TABLE audit.{table} ENABLE ALWAYS TRIGGER {TRIGGER}"
        yield f"ALTER TABLE audit.{table} ENABLE ALWAYS TRIGGER {NO_TRUNCATE}"
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC"


def triggers(one: Watched, *, schema: str) -> Iterator[str]:
    """Those of one table."""
    table = f"{one.table.schema or schema}.{one.name}"
    yield _function(one, schema)
    yield f"REVOKE ALL ON FUNCTION audit.trail_{one.name}() FROM PUBLIC"
    yield f"""CREATE OR REPLACE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION audit.trail_{one.name}()"""
    yield _no_truncate(table)
    # Also for a session that plays a replica: nothing but the tables' owner can go past them.
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {TRIGGER}"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {NO_TRUNCATE}"


def grants(role: str) -> Iterator[str]:
    """What a role of the service (quoted) may do: read the trail, have it chained, and add to the log of reads."""
    yield f"GRANT USAGE ON SCHEMA audit TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM {role}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA audit TO {role}"
    yield f"GRANT INSERT ON audit.read_record TO {role}"
    yield f"GRANT USAGE ON SEQUENCE audit.read_record_id_seq TO {role}"
    yield f"GRANT EXECUTE ON FUNCTION audit.chain(integer) TO {role}"


def _no_truncate(table: str) -> str:
    return f"""CREATE OR REPLACE TRIGGER {NO_TRUNCATE} BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit.forbid()"""


def _function(one: Watched, schema: str) -> str:
    key = " || '/' || ".join(f"({{row}}.{name})::text" for name in one.key)
    patients = {row: patient_of(one.table, row, in_schemas=True) for row in ("NEW", "OLD")}
    sites = {row: site_of(one.table, row, "patient_") for row in ("NEW", "OLD")}
    if patients["NEW"] == "NULL" and sites["NEW"].startswith("("):
        sites = dict.fromkeys(sites, "NULL")
    drop = "".join(f" - '{name}'" for name in sorted(one.unwatched))
    hide = "".join(
        f"\n {row} := audit.digested({row}, '{name}', {str(name in one.binary).lower()});"
        for row in ("was", "becomes")
        for name in sorted(one.secret - one.unwatched)
    )
    return f"""CREATE OR REPLACE FUNCTION audit.trail_{one.name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp
SET timezone = 'UTC' AS $trail$
DECLARE
 was jsonb := '{{}}'; becomes jsonb := '{{}}'; changed jsonb; who jsonb; told text;
 key_ text; patient_ integer; site_ integer; number_ bigint; sees_all text := current_setting('pro.all', true);
BEGIN
 IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD){drop}; END IF;
 IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW){drop}; END IF;
 IF was = becomes THEN RETURN NULL; END IF;{hide}
 SELECT jsonb_object_agg(field, jsonb_build_array(was -> field, becomes -> field)) INTO changed
 FROM jsonb_object_keys(was || becomes) AS field
 WHERE coalesce(was -> field, 'null') <> coalesce(becomes -> field, 'null');
 IF changed IS NULL THEN RETURN NULL; END IF;
 PERFORM set_config('pro.all', 'on', true);
 IF TG_OP = 'INSERT' THEN key_ := {key.format(row="NEW")}; ELSE key_ := {key.format(row="OLD")}; END IF;
 IF TG_OP = 'DELETE' THEN patient_ := {patients["OLD"]}; site_ := {sites["OLD"]};
 ELSE patient_ := {patients["NEW"]}; site_ := {sites["NEW"]}; END IF;
 told := current_setting('pro.acting', true);
 who := CASE WHEN starts_with(told, '{{') THEN told::jsonb ELSE '{{}}' END;
 INSERT INTO audit.audit_entry
  (at, tx, table_name, row_key, patient_id, site_id, action, changes, actor, role, organisation, reason)
 VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint, TG_TABLE_NAME, key_, patient_, site_,
  lower(TG_OP), changed::text, coalesce(who ->> 'name', 'database:' || session_user),
  coalesce(who ->> 'role', ''), coalesce(who ->> 'organisation', ''), coalesce(who ->> 'reason', ''))
 RETURNING seq INTO number_;
 INSERT INTO audit.audit_pending (seq) VALUES (number_);
 PERFORM set_config('pro.all', coalesce(sees_all, ''), true);
 RETURN NULL;
END $trail$"""


_FORBID = """CREATE OR REPLACE FUNCTION audit.forbid() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $forbid$
BEGIN
 RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE =
  concat(TG_OP, ' on ', TG_TABLE_NAME, ' is refused: no trailed table is emptied, and the trail is only added to');
END $forbid$"""

_DIGEST = """CREATE OR REPLACE FUNCTION audit.digested(fields jsonb, field text, is_binary boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $digest$
 SELECT CASE WHEN fields ->> field IS NULL THEN fields
 ELSE fields || jsonb_build_object(field, 'sha256:' || encode(sha256(
  CASE WHEN is_binary THEN decode(substr(fields ->> field, 3), 'hex')
  ELSE convert_to(fields ->> field, 'UTF8') END), 'hex')) END
$digest$"""

_PART = """CREATE OR REPLACE FUNCTION audit.part(value text) RETURNS text
LANGUAGE sql IMMUTABLE AS $part$
 SELECT CASE WHEN value IS NULL THEN '-,' ELSE octet_length(value) || ':' || value || ',' END
$part$"""

# One session chains at a time. What it sees is committed, whatever order the sequence gave out; what it does not see
# waits for a later link. The same bytes as core.audit.entry_bytes and link_hash.
_CHAIN = """CREATE OR REPLACE FUNCTION audit.chain(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' AS $chain$
DECLARE
 taken bigint[]; last_n bigint; last_hash bytea; listed text; all_digests bytea;
 sees_all text := current_setting('pro.all', true);
BEGIN
 PERFORM set_config('pro.all', 'on', true);
 PERFORM pg_advisory_xact_lock(hashtext('audit.chain'));
 SELECT array_agg(seq ORDER BY seq) INTO taken
 FROM (SELECT seq FROM audit.audit_pending ORDER BY seq LIMIT most) AS pending;
 IF taken IS NULL THEN
  PERFORM set_config('pro.all', coalesce(sees_all, ''), true);
  RETURN 0;
 END IF;
 SELECT n, hash INTO last_n, last_hash FROM audit.audit_link ORDER BY n DESC LIMIT 1;
 SELECT string_agg(CASE WHEN low = high THEN low::text ELSE low || '-' || high END, ',' ORDER BY low) INTO listed
 FROM (SELECT min(seq) AS low, max(seq) AS high
  FROM unnest(taken) WITH ORDINALITY AS one(seq, place) GROUP BY seq - place) AS runs;
 SELECT string_agg(sha256(convert_to(concat(
   audit.part(seq::text), audit.part(to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), audit.part(tx::text),
   audit.part(table_name), audit.part(row_key), audit.part(patient_id::text), audit.part(site_id::text),
   audit.part(action), audit.part(changes), audit.part(actor), audit.part(role), audit.part(organisation),
   audit.part(reason)), 'UTF8')), '' ORDER BY seq) INTO all_digests
 FROM audit.audit_entry WHERE seq = ANY (taken);
 last_n := coalesce(last_n, 0) + 1;
 INSERT INTO audit.audit_link (n, entries, digests, hash, chained_at)
 VALUES (last_n, listed, all_digests,
  sha256(coalesce(last_hash, '') || convert_to(last_n || '|' || listed || '|', 'UTF8') || all_digests),
  clock_timestamp());
 DELETE FROM audit.audit_pending WHERE seq = ANY (taken);
 PERFORM set_config('pro.all', coalesce(sees_all, ''), true);
 RETURN cardinality(taken);
END $chain$"""
