"""Rows of the protocol versions that a patient had, one after the other."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredMove, StoredPatient


def version_rows(patient: StoredPatient, moves: Sequence[StoredMove]) -> Iterator[Row]:
    """The version of enrolment and one more for each of the moves, which come oldest first."""
    first = moves[0].from_version if moves else patient.protocol_version
    starts: list[tuple[str, str, datetime, date | None]] = [(first, "enrolled", patient.enrolled_at, None)]
    starts += [
        (move.to_version, "undone" if move.undoes else "migrated", move.migrated_at, move.consented_on)
        for move in moves
    ]
    ends = [*(start[2] for start in starts[1:]), None]
    for number, ((version, change, from_at, consented_on), until_at) in enumerate(
        zip(starts, ends, strict=True), start=1
    ):
        yield patient.code, patient.site, number, version, change, from_at, until_at, consented_on
