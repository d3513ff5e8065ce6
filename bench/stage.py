"""Where figures are measured: throw-away databases of both engines and the real application on each."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine

from bench.watch import Watch
from pro_service.store.acting import acting_for, system
from pro_service.store.db import db
from tests import postgres
from tests.databases import Databases, administrator_url
from tests.trial import Trial, trial


@dataclass(kw_only=True)
class Stage:
    """Gives each measure its own databases and files, all gone at the end of the run."""

    databases: Databases
    folder: Path

    @contextmanager
    def trial(self, engine: str) -> Iterator[Trial]:
        """A study with two sites on an empty database, gone afterwards."""
        who = system("system:bench")
        with self.databases.migrated(engine) as url, acting_for(who), trial(url) as heroes:
            yield heroes

    def file(self, name: str) -> Path:
        return self.folder / name


@contextmanager
def stage() -> Iterator[Stage]:
    run_folder = postgres.make_run_folder()
    scratch = Path(tempfile.mkdtemp(prefix="pro-bench-"))
    databases = Databases(folder=run_folder, scratch=scratch)
    try:
        yield Stage(databases=databases, folder=scratch)
    finally:
        databases.close()
        postgres.remove_run_folder(run_folder)
        shutil.rmtree(scratch, ignore_errors=True)


def engine_of(heroes: Trial) -> Engine:
    with heroes.app.app_context():
        return db.engine


@contextmanager
def administrator_of(heroes: Trial) -> Iterator[Connection]:
    """A transaction in which rows may be made that the service itself would not make."""
    own = engine_of(heroes)
    with_rights = create_engine(administrator_url(own.url.render_as_string(hide_password=False)))
    engine = own if own.dialect.name == "sqlite" else with_rights
    with engine.begin() as connection:
        yield connection
    with_rights.dispose()


def watch_on(heroes: Trial) -> Watch:
    return Watch(engine=engine_of(heroes))
