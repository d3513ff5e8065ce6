"""Invented visits for the pages of the desk."""

from datetime import UTC, datetime, timedelta

from pro_service.core.visits import Visit, VisitState
from pro_service.entrypoints.web.desk.views import Listing
from pro_service.entrypoints.web.desk.views_visits import FeedRow, VisitRow, VisitsPage

NOW = datetime(2026, 5, 14, 9, 42, tzinfo=UTC)
TODAY = NOW.date()


def visit_row(key="ctDNA-M4.5", state="planned", on=TODAY, planned_on=TODAY):
    around = (
        (planned_on - timedelta(days=14), planned_on + timedelta(days=14)) if planned_on else (None, None)
    )
    visit = Visit(
        key=key,
        kind="ctdna",
        state=VisitState(state),
        on=on,
        planned_on=planned_on,
        open_on=around[0],
        close_on=around[1],
    )
    return VisitRow(patient_code="03-007", visit=visit, name="prélèvement", today=TODAY)


def visits_page(**changed):
    return VisitsPage(**({"overdue": Listing(), "coming": Listing(), "horizon_days": 30} | changed))


def full_visits_page(**changed):
    overdue = visit_row(state="overdue", on=TODAY - timedelta(days=20), planned_on=TODAY - timedelta(days=20))
    outside = visit_row(state="moved", on=TODAY + timedelta(days=20))
    extra = visit_row(key="ctdna-X1", state="scheduled", on=TODAY + timedelta(days=3), planned_on=None)
    return visits_page(
        overdue=Listing(rows=(overdue,), more=2),
        coming=Listing(rows=(visit_row(), outside, extra)),
        feeds=(FeedRow(feed_id=4, site_code="03", created_by="claire", created_at=NOW),),
        **changed,
    )
