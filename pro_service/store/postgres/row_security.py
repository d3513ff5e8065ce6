"""Row-level security: each table that hangs on a patient or a site shows the rows of those for whom the session acts.

Three policies a table, of which one is enough. `scope` is for the service's role and asks the settings of
`postgres.scope`. `system` is for the role in which the service acts for every site, and asks nothing, so that it costs
nothing. `everything` is for whoever has no such role: the owner, and a service that connects as the owner.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData

from pro_service.store.postgres.placing import Place, places
from pro_service.store.postgres.roles import Roles, name_of, quoted

_EVERYTHING = "(SELECT current_setting('pro.all', true) = 'on')"

#: Takes all of it back, as migrations need: no policy may refer to a column that they change.
WITHDRAW = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT schemaname, tablename, policyname FROM pg_policies
      WHERE policyname IN ('scope', 'system', 'everything') LOOP
    EXECUTE format('DROP POLICY %I ON %I.%I', found.policyname, found.schemaname, found.tablename);
    EXECUTE format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
      found.schemaname, found.tablename);
  END LOOP;
END $$
"""


def row_security(metadata: MetaData, roles: Roles) -> Iterator[str]:
    """Switch it on, also for the owner, with the policies as they are now."""
    yield WITHDRAW
    for full_name, place in places(metadata).items():
        name = name_of(metadata.tables[full_name])
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        yield from _policies(name, place, roles)


def _policies(name: str, place: Place, roles: Roles) -> Iterator[str]:
    app, owner = quoted(roles.app), quoted(roles.owner)
    yield f"CREATE POLICY scope ON {name} TO {app} USING ({place.shown}) WITH CHECK ({place.kept})"
    if roles.system:
        yield f"CREATE POLICY system ON {name} TO {quoted(roles.system)} USING (true)"
    asked = owner if roles.system or not roles.apart else f"{owner}, {app}"
    yield f"CREATE POLICY everything ON {name} TO {asked} USING ({_EVERYTHING})"
