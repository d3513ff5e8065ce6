"""What a request asks of the trail, bounded to what the person may see of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from pro_service.entrypoints.login import require_person
from pro_service.store.queries.trail import SORTS, Asked

NAMES = ("patient", "site", "actor", "table", "row", "field")
_LONGEST = 255


def asked(given: Mapping[str, str]) -> Asked:
    """Of a query's values. What is no date or no known order counts as not asked."""
    person = require_person()
    texts = {name: given.get(name, "").strip().replace("\x00", "")[:_LONGEST] for name in NAMES}
    sort = given.get("sort", "")
    return Asked(
        site_ids=person.site_ids,
        since=_since(given.get("since", "")),
        sort=sort if sort in SORTS else SORTS[0],
        **texts,
    )


def _since(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
