"""Multiplies a few patients who lived through the service into thousands, by copying their rows inside the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    String,
    Subquery,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from bench.cohort import FIRST, answer, tokens, with_baseline, worse
from bench.stage import administrator_of
from pro_service.store.db import Base
from pro_service.store.models import AccessGrant, Alert, Site, Staff
from tests.trial import STUDY, Trial

#: How many patients live; the crowd consists of copies of them.
LIVED = 10
_SPARSE = ("patient", "course_event", "assessment", "response", "message", "alert")
_COMPLETE = (*_SPARSE, "assessment_change", "answer", "score", "message_status")
#: Unique texts of a fixed length: a number takes the place of their first eight characters.
_OVERWRITTEN = frozenset({"contact_id", "sid", "link_hash", "token_hash", "client_id"})
#: Unique texts with room: a number is put behind them.
_EXTENDED = frozenset({"code", "natural_key"})
_OPEN_ALERTS_A_SITE = 300


def live(heroes: Trial) -> None:
    """Ten patients through five months: most have answered twice, half of them worse, and one timepoint is open."""
    with_baseline(heroes, LIVED)
    for token in list(tokens(heroes, FIRST).values())[::2]:
        answer(heroes, token, "qlq-c30", worse)
    for day in ((2, 23), (2, 28), (5, 10), (5, 22), (5, 25), (5, 27)):
        heroes.at(datetime(2026, *day, 12, tzinfo=UTC))


def multiply(heroes: Trial, *, patients: int, sites: int = 1, complete: bool = True) -> None:
    """Make `patients` of them, spread over `sites` sites of 300 open alerts each. `complete`: with their answers."""
    ids = _sites(heroes, sites)
    names = _COMPLETE if complete else _SPARSE
    tables = [table for table in Base.metadata.sorted_tables if table.name in names]
    with administrator_of(heroes) as connection:
        if connection.dialect.name == "postgresql":
            # Copies of rows that kept every constraint keep them too.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        stride = max(connection.scalar(select(func.max(table.c.id))) or 0 for table in tables) + 1
        copies = _numbers(patients // LIVED - 1)
        for table in tables:
            _copy(connection, table, copies, stride=stride, cloned=names, sites=ids)
        _keep_open(connection, _OPEN_ALERTS_A_SITE)
    _analyse(heroes)


def look_after(heroes: Trial, *, site: str) -> None:
    """Give the nurse one site, in place of those she has."""
    nurse = select(Staff.id).where(Staff.login == "nurse").scalar_subquery()
    wanted = select(Site.id).where(Site.code == site).scalar_subquery()
    with administrator_of(heroes) as connection:
        connection.execute(update(AccessGrant).where(AccessGrant.staff_id == nurse).values(site_id=wanted))


def _sites(heroes: Trial, count: int) -> Sequence[int]:
    """Ids of as many sites: that of the patients who lived, and new ones."""
    with administrator_of(heroes) as connection:
        first: int = connection.scalars(select(Site.id).where(Site.code == "03")).one()
        study_id: int = connection.scalars(select(Site.study_id).where(Site.id == first)).one()
        more = [
            {
                "study_id": study_id,
                "code": f"{number:03d}",
                "name": f"{STUDY} {number}",
                "time_zone": "Europe/Paris",
                "phone": "+33199000003",
            }
            for number in range(1, count)
        ]
        if more:
            connection.execute(insert(Site), more)
        made = connection.scalars(
            select(Site.id).where(Site.code.in_([each["code"] for each in more])).order_by(Site.id)
        )
        return [first, *made]


def _numbers(count: int) -> Subquery:
    """A table of the numbers 1 to `count`."""
    series = select(literal(1, Integer).label("n")).cte("series", recursive=True)
    return series.union_all(select(series.c.n + 1).where(series.c.n < count)).select().subquery("copies")


def _copy(
    connection: Connection,
    table: Table,
    copies: Subquery,
    *,
    stride: int,
    cloned: Sequence[str],
    sites: Sequence[int],
) -> None:
    values = [
        _copied(column, copies.c.n, stride=stride, cloned=cloned, sites=sites) for column in table.columns
    ]
    rows = select(*values).select_from(table.join(copies, literal(value=True)))
    connection.execute(insert(table).from_select([column.name for column in table.columns], rows))


def _copied(column: Column[Any], n: Any, *, stride: int, cloned: Sequence[str], sites: Sequence[int]) -> Any:
    """A column's value in the copy number `n` of its row."""
    targets = {key.column.table.name for key in column.foreign_keys}
    if (column.primary_key and isinstance(column.type, Integer)) or targets & set(cloned):
        return column + n * stride
    if column.name == "site_id":
        return _site(column, n, sites)
    if column.name in _OVERWRITTEN:
        return cast(n + 10_000_000, String) + func.substr(column, 9)
    if column.name in _EXTENDED:
        return column + "-" + cast(n, String)
    return column


def _site(column: Column[Any], n: Any, sites: Sequence[int]) -> Any:
    """The new sites in turn (their ids follow one another); without new ones the site stays."""
    others = sites[1:]
    return others[0] + n % len(others) if others else column


def _keep_open(connection: Connection, most: int) -> None:
    """Close the alerts of each site beyond so many."""
    place = func.row_number().over(partition_by=Alert.site_id, order_by=Alert.id).label("place")
    ranked = select(Alert.id, place).subquery()
    beyond = select(ranked.c.id).where(ranked.c.place > most)
    connection.execute(
        update(Alert)
        .where(Alert.id.in_(beyond))
        .values(state="closed", closed_at=datetime(2026, 3, 1, tzinfo=UTC), closed_by="bench")
    )


def _analyse(heroes: Trial) -> None:
    """The planner's statistics, which a running server gathers by itself."""
    with administrator_of(heroes) as connection:
        connection.exec_driver_sql("ANALYZE")
