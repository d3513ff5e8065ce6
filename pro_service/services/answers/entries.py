"""A site enters what a patient answered on paper, by telephone or on another screen; it is scored like the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pro_service.core import answers
from pro_service.core.answers import Fault, Placed
from pro_service.core.provenance import EntryReason, Respondent
from pro_service.core.timing import local_day
from pro_service.services.answers import dialogues, late_entries, prompts, sittings
from pro_service.services.answers.deposits import (
    GivenAnswer,
    Progress,
    deposit,
    finish_instrument,
    progress_of,
)
from pro_service.services.installation import Installation
from pro_service.services.refusals import (
    ConflictError,
    InvalidError,
    NotFoundError,
    require_note,
    require_storable,
)
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, Patient, Response
from pro_service.store.records import assessments, entries, people, responses, zones

PAPER = "paper"
#: How what a site enters was obtained. An interview is a conversation face to face.
MODES = (PAPER, "phone", "interview", "tablet")
#: The reasons that can be given: that none was asked for is of the past.
REASONS = tuple(each for each in EntryReason if each is not EntryReason.NOT_ASKED)
_CLOCKS_MAY_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One form. `content` are the bytes it came in; without a `client_id` they are what tells it from another.

    Of `answered_on` and `answered_at` at most one is given, and `dated` is its name in the form. `reason` says why the
    site enters it, `respondent` who answered; `note` is for the site's own people.
    """

    client_id: str | None
    kind: str
    instrument: str
    mode: str
    answers: tuple[Placed, ...]
    finished: bool
    answered_on: date | None
    answered_at: datetime | None
    dated: str
    content: bytes
    reason: str
    respondent: Respondent = Respondent.PATIENT
    note: str = ""


class FaultyEntryError(Exception):
    """The form cannot be taken; nothing of it was kept. `faults` says where and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults")


def enter(
    installation: Installation,
    *,
    assessment_id: int,
    site_ids: tuple[int, ...],
    entry: Entry,
    actor: str,
    now: datetime,
) -> Progress:
    """Store a form and, if it is finished, complete its instrument. The same form again changes nothing.

    All or nothing. NotFoundError for an assessment of another site; FaultyEntryError for what the form says;
    ConflictError if the assessment is not open and the protocol takes nothing later, the instrument completed or begun
    in another way, or the form's id used for another form. After the close it is kept and marked late (`late_entries`).
    """
    client_id = entry.client_id or entries.content_hash(entry.content)
    require_storable([client_id])
    _require_reason(entry)
    try:
        return _enter(
            installation,
            assessment_id=assessment_id,
            site_ids=site_ids,
            entry=entry,
            client_id=client_id,
            actor=actor,
            now=now,
        )
    except FaultyEntryError as error:
        prompts.note_entry(
            assessment_id=assessment_id,
            instrument=entry.instrument,
            answers=entry.answers,
            faults=error.faults,
            actor=actor,
            now=now,
        )
        raise


def _enter(
    installation: Installation,
    *,
    assessment_id: int,
    site_ids: tuple[int, ...],
    entry: Entry,
    client_id: str,
    actor: str,
    now: datetime,
) -> Progress:
    with transaction() as session:
        patient, row = _own(session, assessment_id, site_ids)
        repeated = _repeated(session, row, entry, client_id)
        if repeated is not None:
            return progress_of(row, response=repeated)
        late = late_entries.is_late(installation, patient=patient, row=row, now=now)
        _require_sound(session, installation, patient, row, entry, now=now)
        if late:
            late_entries.require_none_begun(session, row, entry.instrument)
        response = _store(session, installation, patient, row, entry, client_id, actor=actor, now=now)
        _keep(session, installation, patient, response, entry, client_id, late=late, actor=actor, now=now)
        dialogues.note_link(session, patient, row, entry.instrument, completed=entry.finished)
        if late:
            return late_entries.finish(
                session, installation, patient, row, response, complete=entry.finished, now=now
            )
        if entry.finished:
            return finish_instrument(session, installation, patient, row, response, now=now, actor=actor)
        return progress_of(row, response=response)


def _require_reason(entry: Entry) -> None:
    require_note(entry.note, code="note_too_long")
    if entry.reason not in REASONS:
        raise InvalidError(
            "entry_reason_missing",
            fr="Dites pourquoi le centre saisit ce formulaire.",
            en="Say why the site enters this form.",
        )


def _keep(
    session: Session,
    installation: Installation,
    patient: Patient,
    response: Response,
    entry: Entry,
    client_id: str,
    *,
    late: bool,
    actor: str,
    now: datetime,
) -> None:
    """The form itself, tied to the answers that came in it."""
    entries.add(
        session,
        installation.keys,
        response,
        client_id=client_id,
        kind=entry.kind,
        answered_on=_day(session, patient, entry),
        content=entry.content,
        reason=entry.reason,
        respondent=entry.respondent,
        note=entry.note.strip(),
        late=late,
        actor=actor,
        now=now,
    )


def _own(session: Session, assessment_id: int, site_ids: tuple[int, ...]) -> tuple[Patient, Assessment]:
    """The assessment of a patient of these sites, the patient locked."""
    found = assessments.find(session, assessment_id)
    if found is None or people.patient_unlocked(session, found.patient_id).site_id not in site_ids:
        raise NotFoundError("assessment")
    patient = people.patient_by_id(session, found.patient_id)
    session.refresh(found)  # the state may have changed while we waited for the patient's lock
    return patient, found


def _repeated(session: Session, row: Assessment, entry: Entry, client_id: str) -> Response | None:
    """What became of this very form, if it came before."""
    known = entries.by_client_id(session, row.id, client_id)
    if known is None:
        return None
    if known.content_sha256 != entries.content_hash(entry.content):
        raise ConflictError(
            "entry_id_used",
            fr="Cet identifiant a déjà servi pour un autre formulaire : donnez-en un nouveau.",
            en="This id was used for another form already: give a new one.",
        )
    return responses.by_id(session, known.response_id)


def _require_sound(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    entry: Entry,
    *,
    now: datetime,
) -> None:
    """FaultyEntryError with everything that is wrong with the form, seen with the answers that are here already."""
    if entry.instrument not in row.instruments:
        listed = ", ".join(row.instruments)
        raise FaultyEntryError((Fault(place="instrument", code="not_one_of", detail=listed),))
    found = answers.faults(
        installation.catalogue.instruments[entry.instrument],
        entry.answers,
        before=_before(session, row, entry.instrument),
        only_shown=entry.mode != PAPER,
    )
    found = (*_wrong_day(session, patient, row, entry, now=now), *found)
    if found:
        raise FaultyEntryError(found)


def _before(session: Session, row: Assessment, instrument: str) -> Mapping[str, int | None]:
    begun = responses.of_assessment(session, row.id).get(instrument)
    held = responses.answers(session, begun.id) if begun is not None else {}
    return {item: answer.value for item, answer in held.items()}


def _wrong_day(
    session: Session, patient: Patient, row: Assessment, entry: Entry, *, now: datetime
) -> tuple[Fault, ...]:
    """Answers are of a day between the opening of the assessment and today, at the patient's place."""
    day = _day(session, patient, entry)
    if day is None:
        return ()
    ahead = entry.answered_at is not None and entry.answered_at > now + _CLOCKS_MAY_DIFFER
    last = local_day(now + _CLOCKS_MAY_DIFFER if entry.answered_at else now, patient.time_zone)
    if row.open_on <= day <= last and not ahead:
        return ()
    span = f"{row.open_on} – {local_day(now, patient.time_zone)}"
    return (Fault(place=entry.dated, code="day_outside", detail=span),)


def _day(session: Session, patient: Patient, entry: Entry) -> date | None:
    if entry.answered_at is not None:
        return local_day(entry.answered_at, zones.in_force(session, patient, entry.answered_at))
    return entry.answered_on


def _store(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    entry: Entry,
    client_id: str,
    *,
    actor: str,
    now: datetime,
) -> Response:
    given = [
        GivenAnswer(
            client_id=None,  # the form as a whole has an id
            item=each.item,
            value=each.value,
            refused=each.refused,
            answered_at=entry.answered_at,
            entry_key=client_id,
        )
        for each in entry.answers
    ]
    response = deposit(
        session,
        installation,
        patient,
        row,
        instrument=entry.instrument,
        answers=given,
        mode=entry.mode,
        now=now,
        actor=actor,
    )
    sittings.require_unfinished(response)
    sittings.require_mode(response, mode=entry.mode)
    return response
