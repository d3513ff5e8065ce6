"""The preview of an amendment: what another version changes for each of 1,000 patients."""

from collections.abc import Iterator
from functools import partial

from bench.crowd import live, multiply
from bench.figure import SQLITE, Figure
from bench.stage import Stage, watch_on
from bench.watch import laps
from pro_service.services import amendments
from pro_service.services.amendments import Outcome, Selection
from tests.trial import STUDY, Trial

_PATIENTS = 1_000
_NEW = "heroes-1b"  # another calendar: most assessments of each patient change


def previewed(engine: str, stage: Stage) -> Iterator[Figure]:
    """One preview of the whole study, read, decided and ready to be printed."""
    prefix = SQLITE if engine == "sqlite" else ""
    with stage.trial(engine) as heroes:
        live(heroes)
        multiply(heroes, patients=_PATIENTS, complete=False)
        watch = laps(watch_on(heroes), [partial(_preview, heroes)] * 6, warm=1)
        yield Figure(
            name=f"{prefix}protocol.amendment_preview_1000_s",
            value=watch.cpu_s,
            unit="s",
            n=watch.laps,
            parts=dict(watch.parts_ms),
        )
        yield Figure(
            name=f"{prefix}protocol.amendment_preview_sql", value=watch.sql, unit="statements", n=watch.laps
        )


def _preview(heroes: Trial) -> None:
    with heroes.app.app_context():
        found = amendments.preview(
            heroes.installation, study=STUDY, version=_NEW, selection=Selection(), now=heroes.now
        )
    assert sum(each.outcome is Outcome.MOVES for each in found) == _PATIENTS
