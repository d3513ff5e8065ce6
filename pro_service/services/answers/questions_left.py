"""What of an assessment is left to be asked by SMS, and the dialogue in which it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pro_service.core import dialogue
from pro_service.core.dialogue import Dialogue, Stage
from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import ANSWERABLE, ResponseState
from pro_service.core.wording import Mode
from pro_service.services.answers import dialogues
from pro_service.services.installation import Installation
from pro_service.services.wordings import gate
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import assessments, messages, responses

_SMS = "sms"


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What is there of an assessment: instruments that are done, those begun through the link, answers by text."""

    done: frozenset[str]
    by_link: frozenset[str]
    by_sms: Mapping[str, Mapping[str, int | None]]


def left_by_sms(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> tuple[Instrument, ...]:
    """The instruments that would be asked item by item if the patient sent GO now.

    None while another assessment is being asked, one at a time; nor what was answered, begun through the link, or left
    to the link by the patient. The licence of the wording covers the rest, or they are left out.
    """
    short = dialogues.candidates_for_sms(installation, patient=patient, row=row)
    current = dialogues.load(session, patient) if short else dialogue.idle()
    if not short or (_goes_on(session, current) and current.assessment_id != row.id):
        return ()
    given = _given(session, row)
    gone = {*given.done, *given.by_link, *(current.by_link if current.assessment_id == row.id else ())}
    left = [instrument for instrument in short if instrument.code not in gone]
    return gate.allowed(session, installation, patient, left, mode=Mode.SMS, now=now)


def invite(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    """Let the patient's GO ask what is left of an assessment. Where it is being asked already, GO goes on there."""
    current = dialogues.load(session, patient)
    if not _goes_on(session, current):
        state = _fresh(session, installation, patient, row, now=now)
        dialogues.save(session, patient, replace(state, mute=current.mute))


def take_up(
    session: Session, installation: Installation, patient: Patient, state: Dialogue, *, now: datetime
) -> Dialogue:
    """The dialogue of another assessment the patient was told of, when this one has nothing left; else this one."""
    if not _is_over(session, state):
        return state
    other = next((row for row in _announced(session, patient) if row.id != state.assessment_id), None)
    if other is None:
        return state
    return replace(_fresh(session, installation, patient, other, now=now), mute=state.mute)


def _fresh(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> Dialogue:
    bundle = dialogues.bundle_of(installation, row=row)
    given = _given(session, row)
    asked = {each.code for each in left_by_sms(session, installation, patient, row, now=now)}
    rest = {each.code for each in bundle} - given.done - asked
    if not asked:
        return dialogue.waits_by_link(assessment_id=row.id, bundle=bundle, left=rest)
    most = installation.catalogue.protocols[patient.protocol_version].answering.sms_items_max
    return dialogue.invite(
        assessment_id=row.id,
        bundle=bundle,
        sms_items_max=most,
        closes_at=row.closes_at,
        completed=given.done,
        by_link=rest,
        answers=given.by_sms,
    ).state


def _given(session: Session, row: Assessment) -> _Given:
    begun = responses.of_assessment(session, row.id)
    going_on = {code: each for code, each in begun.items() if each.state == ResponseState.IN_PROGRESS}
    by_sms = {
        code: {item: answer.value for item, answer in responses.answers(session, each.id).items()}
        for code, each in going_on.items()
        if each.mode == _SMS
    }
    return _Given(
        done=frozenset(begun.keys() - going_on.keys()),
        by_link=frozenset(going_on.keys() - by_sms.keys()),
        by_sms=by_sms,
    )


def _announced(session: Session, patient: Patient) -> tuple[Assessment, ...]:
    """Assessments that can be answered and of which the patient had a text, the next to close first."""
    found = (row for row in assessments.of_patient(session, patient.id) if row.state in ANSWERABLE)
    told = (row for row in found if messages.kinds_of(session, row.id))
    return tuple(sorted(told, key=lambda row: row.closes_at))


def _goes_on(session: Session, state: Dialogue) -> bool:
    """Is something being asked, or waiting for GO?"""
    if state.assessment_id is None or state.stage is Stage.FINISHED:
        return False
    return assessments.by_id(session, state.assessment_id).state in ANSWERABLE


def _is_over(session: Session, state: Dialogue) -> bool:
    """Has the dialogue nothing left to ask and no link to offer?"""
    if state.assessment_id is None:
        return True
    if assessments.by_id(session, state.assessment_id).state not in ANSWERABLE:
        return True
    return state.stage is Stage.FINISHED and not state.by_link
