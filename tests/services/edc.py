"""An EDC for tests: rows of facts as files, and how they are imported."""

from collections import Counter
from collections.abc import Iterable

from pro_service.core.imports import FactRow
from pro_service.services.patients import fact_file, importing
from pro_service.services.patients.importing import Imported
from pro_service.store.models import CourseEvent
from tests.trial import STUDY, Trial

HEAD = "patient,source_key,type,on,result,disclosed_on,relation,reason,visit"
#: Included on 5 January 2026 (the day the tests begin), off treatment a week later.
BEGUN = (
    "03-001,E-1,consent2_signed,2026-01-02,,,,,",
    "03-001,E-2,included,2026-01-05,,,,,V1",
    "03-001,E-3,treatment_stopped,2026-01-05,,,,,V1",
)


def csv(lines: Iterable[str], head: str = HEAD) -> bytes:
    return ("\n".join([head, *lines]) + "\n").encode()


def read(heroes: Trial, data: bytes, **how: bool) -> tuple[FactRow, ...]:
    return heroes.call(
        fact_file.read_file,
        heroes.installation,
        protocol_version="heroes-1",
        data=data,
        source="facts.csv",
        **how,
    )


def bring(
    heroes: Trial,
    lines: Iterable[str],
    *,
    preview: bool = False,
    source: str = "edc",
    site_ids: tuple[int, ...] | None = None,
) -> Imported:
    """Import a file of these lines now."""
    rows = read(heroes, csv(lines))
    return heroes.call(
        importing.import_facts,
        heroes.installation,
        study=STUDY,
        source=source,
        rows=rows,
        site_ids=site_ids,
        preview=preview,
        actor="edc-import",
        now=heroes.now,
    )


def outcomes(done: Imported) -> dict[str, str]:
    return {each.row.source_key: str(each.outcome) for each in done.rows}


def facts_of(heroes: Trial) -> Counter[tuple[object, ...]]:
    """The facts in force, whatever their ids."""
    rows = heroes.rows(CourseEvent)
    voided = {row.voids_id for row in rows}
    return Counter(
        (row.type, row.on, row.result, row.disclosed_on, row.relation)
        for row in rows
        if row.voids_id is None and row.id not in voided
    )
