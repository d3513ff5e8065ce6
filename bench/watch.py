"""A stopwatch for processor time, statements and the clock on the wall, one use of it for each repetition."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Engine, event, text

#: Not work asked for by the service: the driver's and the transaction's own.
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass(kw_only=True)
class Watch:
    """Seconds of this process, of the database's server process, and on the wall; statements sent; one each a lap."""

    engine: Engine | None = None
    service: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    server_s: float = 0.0

    @property
    def laps(self) -> int:
        return len(self.service)

    @property
    def server_mean_s(self) -> float:
        """The server's share of one lap. PostgreSQL only: with SQLite the database works in this process."""
        return self.server_s / max(1, self.laps)

    @property
    def cpu_s(self) -> float:
        """Processor time of one lap, the server's share included: the median, since neighbours disturb some laps."""
        return median(self.service) + self.server_mean_s

    @property
    def sql(self) -> int:
        return int(median(self.statements))

    @property
    def parts_ms(self) -> Mapping[str, float]:
        return {
            "service_ms": median(self.service) * 1e3,
            "database_ms": self.server_mean_s * 1e3,
            "wall_ms": median(self.wall) * 1e3,
        }

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Measure what happens inside."""
        self.texts = []
        servers = _server_processes(self.engine)
        before, began, used = _server_time(servers), perf_counter(), process_time()
        with _listening(self.engine, self.texts):
            yield
        self.service.append(process_time() - used)
        self.wall.append(perf_counter() - began)
        self.server_s += _server_time(servers) - before
        self.statements.append(len(self.texts))


def laps(watch: Watch, actions: Sequence[Callable[[], object]], *, warm: int = 2) -> Watch:
    """Each action once, the first `warm` unmeasured: caches of compiled statements are filled in a running service."""
    gc.collect()  # what the preparation left behind is not collected on our time
    for number, action in enumerate(actions):
        if number < warm:
            action()
            continue
        with watch.lap():
            action()
    return watch


@contextmanager
def _listening(engine: Engine | None, texts: list[str]) -> Iterator[None]:
    if engine is None:
        yield
        return

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            texts.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _server_processes(engine: Engine | None) -> tuple[Path, ...]:
    """Where Linux tells the processor time of the server's processes for this database; none elsewhere."""
    if engine is None or engine.dialect.name != "postgresql":
        return ()
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        )
        paths = [Path(f"/proc/{row[0]}/schedstat") for row in found]
    return tuple(path for path in paths if path.exists())


def _server_time(paths: Sequence[Path]) -> float:
    return sum(int(path.read_text().split()[0]) for path in paths) / 1e9
