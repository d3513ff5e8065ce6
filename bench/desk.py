"""Pages of the desk for a site of 2,000 patients, an idle tick among 100,000, and the export of a study."""

from collections.abc import Iterator
from functools import partial

from bench.crowd import live, look_after, multiply
from bench.figure import SQLITE, Figure
from bench.stage import Stage, watch_on
from bench.watch import Watch, laps
from pro_service.services import clockwork
from pro_service.services.exports import export_study
from tests.trial import STUDY, Trial

_PATIENTS = 2_000
_MANY = 100_000
_SITES = 51  # the patients who lived stay at the first; the others have 2,000 each
_TIMES = 12
_CODE = "03-000"


def pages(engine: str, stage: Stage) -> Iterator[Figure]:
    """The work list and a patient's page in a study of one site, and the export of its answers."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        live(heroes)
        multiply(heroes, patients=_PATIENTS)
        yield from _work_list(f"{prefix}worklist.", heroes)
        page = _read(heroes, f"/staff/patients/{_CODE}")
        yield _figure(f"{prefix}patient_page.ms", page)
        yield Figure(name=f"{prefix}patient_page.sql", value=page.sql, unit="statements", n=page.laps)
        yield _export(f"{prefix}export.rows_per_s", heroes, stage)


def crowded(stage: Stage) -> Iterator[Figure]:
    """A tick with nothing to do, and the work list of one site, among 100,000 patients (PostgreSQL)."""
    with stage.trial("postgresql") as heroes:
        live(heroes)
        multiply(heroes, patients=_MANY, sites=_SITES, complete=False)
        _tick(heroes)
        idle = laps(watch_on(heroes), [partial(_tick, heroes)] * 22)
        yield _figure("tick.idle_ms", idle)
        yield Figure(name="tick.idle_sql", value=idle.sql, unit="statements", n=idle.laps)
        look_after(heroes, site="001")
        yield from _work_list("worklist_of_100k.", heroes)


def _tick(heroes: Trial) -> None:
    with heroes.app.app_context():
        clockwork.tick(heroes.installation, now=heroes.now)


def _work_list(prefix: str, heroes: Trial) -> Iterator[Figure]:
    seen = _read(heroes, "/staff")
    yield _figure(f"{prefix}ms", seen)
    yield Figure(name=f"{prefix}sql", value=seen.sql, unit="statements", n=seen.laps)


def _read(heroes: Trial, path: str) -> Watch:
    """A page as a nurse's browser asks for it: her session is found, the page gathered and rendered."""
    browser = heroes.logged_in()

    def look() -> None:
        response = browser.get(path)
        assert response.status_code == 200, response.status
        assert len(response.get_data()) > 5_000

    return laps(watch_on(heroes), [look] * _TIMES)


def _export(name: str, heroes: Trial, stage: Stage) -> Figure:
    watch, written = watch_on(heroes), 0
    with heroes.app.app_context(), watch.lap():
        done = export_study(heroes.installation, study=STUDY, out=stage.file(name))
        written = sum(done.rows.values())
    return Figure(
        name=name, value=written / watch.cpu_s, unit="rows/s", n=written, parts=dict(watch.parts_ms)
    )


def _figure(name: str, watch: Watch) -> Figure:
    return Figure(
        name=name,
        value=watch.cpu_s * 1e3,
        unit="ms",
        n=watch.laps,
        parts={**watch.parts_ms, "sql": watch.sql},
    )
