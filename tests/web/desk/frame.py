"""The moment at which the invented pages are read, and what surrounds each of them."""

from datetime import UTC, date, datetime

from pro_service.core.access import PERMISSIONS, Role
from pro_service.entrypoints.web.desk.views import Chrome, SiteChoice, User

NOW = datetime(2026, 5, 14, 9, 42, tzinfo=UTC)
TODAY = NOW.date()
STOP = date(2025, 12, 22)
SITES = (SiteChoice(code="03", name="Saint-Cloud"), SiteChoice(code="07", name="Brest"))


def chrome(here="/staff", **more):
    nurse, may = User(name="C. Martin", roles=("nurse",)), PERMISSIONS[Role.NURSE]
    return Chrome(study="HEROES", here=here, user=nurse, may=may, sites=SITES, **more)
