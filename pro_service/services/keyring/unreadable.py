"""What nobody can read: damaged rows, as far as anybody has met them."""

from collections.abc import Sequence

from pro_service.store import notices
from pro_service.store.db import reading
from pro_service.store.models import OperatorNotice


def unreadable() -> Sequence[OperatorNotice]:
    """The notices of rows that cannot be read, oldest first; each names a table and an id."""
    with reading() as session:
        return [one for one in notices.unsettled(session) if one.kind == notices.UNREADABLE]
