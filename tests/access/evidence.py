"""A lock and a certified copy, as the matrix of access needs them: there, and in nobody's way."""

from pathlib import Path
from typing import Any

from pro_service.services import locks
from pro_service.services.copies.shelf import shelf_of
from tests.trial import START

#: A certified copy as it lies on a site's shelf.
COPY = "2026-01-05-0123456789ab.zip"


def lift_a_lock(study_id: int, name: str) -> None:
    """A lock of the study that two people lifted, so that it can be asked for and hinders nothing."""
    of: dict[str, Any] = {"study_id": study_id, "name": name, "now": START}
    locks.lock_data(**of, reason="first analysis", actor="one")
    locks.ask_release(**of, reason="a form came late", hours=None, actor="one")
    locks.confirm_release(**of, actor="two")


def put_a_copy(copies: Path, *, study: str, site: str) -> None:
    shelf = shelf_of(copies, study=study, site=site)
    shelf.mkdir(parents=True)
    (shelf / COPY).write_bytes(b"PK")
