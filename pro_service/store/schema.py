"""Whether the application's database can be used: it is there, and has the schema this program is for."""

from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from pro_service.core.definition import Problem
from pro_service.store.db import MIGRATIONS, db

_UPGRADE = "run `flask db upgrade`"


def schema_problem() -> Problem | None:
    """What is in the way, with its cure; None if nothing is. Nothing is made: not even an empty SQLite file."""
    url = db.engine.url
    place = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return Problem(place=place, message="there is no database", cure=_UPGRADE)
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        cause = type(error.orig).__name__
        cure = "see that it runs and may be used, or change PRO_DATABASE_URL"
        return Problem(place=place, message=f"the database cannot be opened ({cause})", cure=cure)
    needed = (MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()
    if found == needed:
        return None
    if found is None:
        return Problem(place=place, message="the database has no schema", cure=_UPGRADE)
    message = f"the database's schema is {found}, and this program needs {needed}"
    return Problem(place=place, message=message, cure=f"{_UPGRADE}, or start the program it belongs to")
