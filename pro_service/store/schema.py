"""Whether the application's database can be used: it is there, and has the schema this program is for."""

import os
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from pro_service.core.database_settings import Judged, judge
from pro_service.core.definition import Problem
from pro_service.store.db import MIGRATIONS, Base, db
from pro_service.store.postgres.settings import found_settings, owns_tables

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
        return unusable(error)
    needed = (MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()
    if found == needed:
        return None
    if found is None:
        return Problem(place=place, message="the database has no schema", cure=_UPGRADE)
    message = f"the database's schema is {found}, and this program needs {needed}"
    return Problem(place=place, message=message, cure=f"{_UPGRADE}, or start the program it belongs to")


def judged_settings(tolerated: frozenset[str]) -> tuple[Judged, ...]:
    """The settings of the application's PostgreSQL; none of SQLite, whose settings the service makes itself."""
    if db.engine.dialect.name != "postgresql":
        return ()
    with db.engine.connect() as connection:
        return judge(found_settings(connection, Base.metadata), tolerated=tolerated)


def service_owns_tables() -> bool:
    """Does the application connect to PostgreSQL as the owner of its tables?"""
    if db.engine.dialect.name != "postgresql":
        return False
    with db.engine.connect() as connection:
        return owns_tables(connection)


def unusable(error: DBAPIError) -> Problem:
    """Why the database gave this error when it was opened or brought up to date, as far as can be told, and the cure.

    Neither a password nor what was being stored is quoted.
    """
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and (said := _file_problem(Path(url.database or ""))):
        cure = (
            "make it and let it be written, or name another folder in PRO_DATA_FOLDER (or PRO_DATABASE_URL)"
        )
        return Problem(place=str(url.database), message=said, cure=cure)
    place, cause = url.render_as_string(hide_password=True), type(error.orig).__name__
    cure = "see that it runs and may be used, or change PRO_DATABASE_URL"
    return Problem(place=place, message=f"the database cannot be opened ({cause})", cure=cure)


def _file_problem(file: Path) -> str:
    """What keeps SQLite from its file; empty if nothing that can be seen does."""
    folder = file.resolve().parent
    if not folder.is_dir():
        return f"its folder {folder} is not there"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"its folder {folder} cannot be written"  # SQLite keeps a journal beside its file
    return "the file cannot be written" if file.exists() and not os.access(file, os.W_OK) else ""
