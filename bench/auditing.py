"""The trail: rows written by eight clients with their entries, against bare rows written by one client alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.pool import NullPool

from bench.figure import OF_BARE, Figure
from bench.stage import Stage, engine_of
from pro_service.store.acting import acting_for, system
from pro_service.store.models import Patient, PatientZone
from tests.databases import owner_url

_CLIENTS = 8
_TIMES = 150  # rows of each client
_ROUNDS = 3
_BARE = Table("bench_bare", MetaData(), Column("id", Integer, primary_key=True), Column("body", String(64)))


def writes(stage: Stage) -> Iterator[Figure]:
    """Rows a second of a table under the trail, each in a transaction of its own, fsync on. The best of some rounds."""
    with acting_for(system("bench")), stage.trial("postgresql") as heroes:
        heroes.enrol()
        engine = engine_of(heroes)
        bare = create_engine(owner_url(engine.url.render_as_string(hide_password=False)), poolclass=NullPool)
        _BARE.create(bare)
        with engine.connect() as connection:
            patient_id = connection.scalar(select(Patient.id))
        rounds = [
            (_by_one(bare), _by_many(engine, lambda connection: _one_row(connection, patient_id)))
            for _ in range(_ROUNDS)
        ]
        bare.dispose()
    floor, rate = max(rounds, key=lambda pair: pair[1] / pair[0])
    parts = {"writes_per_s": rate, "bare_per_s": floor, "clients": _CLIENTS}
    yield Figure(
        name="audit.writes_ratio", value=rate / floor, unit=OF_BARE, n=_CLIENTS * _TIMES, parts=parts
    )


def _by_one(engine: Engine) -> float:
    with engine.connect() as connection:
        began = perf_counter()
        for number in range(_TIMES * 2):
            connection.execute(insert(_BARE).values(body=f"row {number}"))
            connection.commit()
        return _TIMES * 2 / (perf_counter() - began)


def _by_many(engine: Engine, write: Callable[[Connection], None]) -> float:
    def client(_: int) -> None:
        with acting_for(system("bench")), engine.connect() as connection:
            for _ in range(_TIMES):
                write(connection)
                connection.commit()

    with ThreadPoolExecutor(_CLIENTS) as pool:
        began = perf_counter()
        list(pool.map(client, range(_CLIENTS)))
        return _CLIENTS * _TIMES / (perf_counter() - began)


def _one_row(connection: Connection, patient_id: int | None) -> None:
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    connection.execute(
        insert(PatientZone).values(
            patient_id=patient_id,
            zone="Europe/Paris",
            from_at=moment,
            recorded_at=moment,
            recorded_by="bench",
        )
    )
