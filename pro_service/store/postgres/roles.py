"""The roles of PostgreSQL that one installation has."""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, text

#: Behind the name of the service's role: the role in which it acts for every site.
SYSTEM_SUFFIX = "_system"


@dataclass(frozen=True, kw_only=True)
class Roles:
    """`owner` owns the tables; `app` is the service's; `system` the one in which it acts for every site."""

    owner: str
    app: str
    system: str | None

    @property
    def apart(self) -> bool:
        """Is the service's role another than the owner's?"""
        return self.app != self.owner

    @property
    def serving(self) -> tuple[str, ...]:
        """Those that work on rows without owning tables, quoted."""
        names = (self.app if self.apart else None, self.system)
        return tuple(quoted(name) for name in names if name)


def roles_of(connection: Connection, *, app_role: str | None) -> Roles:
    """Who is who, asked by the owner of the tables."""
    owner = str(connection.scalar(text("SELECT current_user")))
    app = app_role or owner
    known = text("SELECT rolname FROM pg_roles WHERE rolname = :name")
    system = connection.scalar(known, {"name": app + SYSTEM_SUFFIX})
    return Roles(owner=owner, app=app, system=system)


def quoted(name: str) -> str:
    """A name as SQL takes it whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def name_of(table: Table) -> str:
    """The table with its schema, quoted."""
    return f"{quoted(table.schema or 'public')}.{quoted(table.name)}"
