"""Rows of monitoring visits: planned by the protocol and told by the facts, as known at the cut-off."""

from collections.abc import Iterator, Sequence
from datetime import date

from pro_service.core.dataset.course import standing_events
from pro_service.core.dataset.model import Row
from pro_service.core.dataset.stored import StoredFact, StoredPatient
from pro_service.core.protocol import Protocol
from pro_service.core.visits import visits


def visit_rows(
    patient: StoredPatient, facts: Sequence[StoredFact], *, protocol: Protocol | None, as_of: date
) -> Iterator[Row]:
    """By day, then key; none if the patient's protocol version is not known."""
    if protocol is None:
        return
    for visit in visits(protocol, standing_events(patient, facts), as_of=as_of):
        yield (
            patient.code,
            patient.site,
            visit.key,
            visit.kind,
            visit.state.value,
            visit.on,
            visit.planned_on,
            visit.open_on,
            visit.close_on,
            visit.in_window,
        )
