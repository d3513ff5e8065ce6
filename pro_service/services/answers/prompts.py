"""Keeps that an answer was asked for again: what was given, where, and for which item."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pro_service.core.answers import Fault, Placed
from pro_service.core.dialogue import Dialogue
from pro_service.core.provenance import PromptCode, PromptSource, prompt_of
from pro_service.store.db import Session, transaction
from pro_service.store.models import AnswerPrompt, Inbound

PATIENT = "patient"


def note_text(session: Session, state: Dialogue, row: Inbound, text: str, *, now: datetime) -> None:
    """A text that is no answer to the item that is open; the text itself is kept with it."""
    if state.open is None or state.assessment_id is None:
        return
    code, given = prompt_of(text)
    session.add(
        AnswerPrompt(
            assessment_id=state.assessment_id,
            instrument=state.open.instrument,
            item=state.open.item,
            source=PromptSource.SMS,
            code=code,
            given=given,
            inbound_id=row.id,
            prompted_at=now,
            prompted_by=PATIENT,
        )
    )


def note_entry(
    *,
    assessment_id: int,
    instrument: str,
    answers: Iterable[Placed],
    faults: Iterable[Fault],
    actor: str,
    now: datetime,
) -> None:
    """Values outside their range in a form that was refused: nothing else of it is kept."""
    wrong = {fault.place for fault in faults if fault.code == PromptCode.OUT_OF_RANGE}
    values: Mapping[str, int | None] = {each.item: each.value for each in answers if each.place in wrong}
    if not values:
        return
    with transaction() as session:
        session.add_all(
            AnswerPrompt(
                assessment_id=assessment_id,
                instrument=instrument,
                item=item,
                source=PromptSource.ENTRY,
                code=PromptCode.OUT_OF_RANGE,
                given=str(value)[:8],
                prompted_at=now,
                prompted_by=actor,
            )
            for item, value in values.items()
        )
