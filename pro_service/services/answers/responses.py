"""What the holder of a link may do: see what is asked, deposit answers, and send instruments one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import AssessmentState, ResponseState
from pro_service.core.wording import Mode
from pro_service.services.answers import dialogues, sittings, withholding
from pro_service.services.answers.deposits import (
    GivenAnswer,
    Progress,
    answerable,
    deposit,
    finish_instrument,
    has_expired_link,
    is_stored,
    progress_of,
)
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, GoneError
from pro_service.services.wordings import gate
from pro_service.store.acting import Acting, link_holder
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, narrow, reading, transaction
from pro_service.store.models import Assessment, Patient, Site
from pro_service.store.records import assessments, locks, people, responses

#: The mode of answers that come over a link.
LINK = "link"
_PAGE_STAYS_OPEN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What a link leads to. No answer is in it: a link deposits and does not disclose.

    `placeholder_languages` are those in which a label of ours stands for a question.
    """

    study: str
    patient_language: str
    site_name: str
    site_phone: str
    alerts_read: bool
    demo: bool
    assessment_id: int
    state: AssessmentState
    close_on: date
    open_now: bool
    instruments: tuple[Instrument, ...]
    placeholder_languages: tuple[str, ...]
    states: Mapping[str, ResponseState | None]
    answered: Mapping[str, tuple[str, ...]]
    begins_anew: Mapping[str, datetime]  # by instrument: the instant before which answers count no more


def open_link(installation: Installation, *, token: str, now: datetime) -> Linked:
    """What the link's holder may fill in. Nothing changes.

    GoneError if no assessment has this link; ConflictError if it is open and its wording may not be shown today.
    """
    with reading() as session:
        row = _found(session, token, now=now)
        patient = people.patient_of_assessment(session, row)
        narrow(session, _holder(patient))
        _refuse_if_locked(session, patient)
        shown = _shown(session, installation, patient, row, now=now)
        site: Site = people.site_of(session, patient)
        stand = _standing(session, installation, patient, row, now=now)
        protocol = installation.catalogue.protocols[patient.protocol_version]
        return Linked(
            study=people.study_of(session, patient).code,
            patient_language=patient.language,
            site_name=site.name,
            site_phone=site.phone,
            alerts_read=protocol.alerts.enabled,
            demo=installation.demo,
            assessment_id=row.id,
            state=AssessmentState(row.state),
            close_on=row.close_on,
            open_now=answerable(row, now=now),
            instruments=shown.instruments,
            placeholder_languages=shown.placeholder_languages,
            states={code: each.state for code, each in stand.items()},
            answered={code: each.answered for code, each in stand.items()},
            begins_anew={
                code: each.over_before for code, each in stand.items() if each.over_before is not None
            },
        )


def _refuse_if_locked(session: Session, patient: Patient) -> None:
    if locks.is_locked(session, patient.id):
        raise ConflictError(
            "data_locked",
            fr="Le recueil est clos : il n'y a plus rien à remplir.",
            en="The collection is closed: there is nothing to fill in any more.",
        )


def _shown(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> gate.Shown:
    """What may be shown of an assessment: instruments whose licence covers texts only are not on the page."""
    bundle = [installation.catalogue.instruments[code] for code in row.instruments]
    if answerable(row, now=now):
        if withholding.lacking(session, installation, patient, row, now=now):
            raise gate.not_available()
        bundle = [*gate.allowed(session, installation, patient, bundle, mode=Mode.WEB, now=now)]
    return gate.shown_to(session, installation, patient, bundle, mode=Mode.WEB, now=now)


@dataclass(frozen=True, kw_only=True)
class _Stand:
    """Where one instrument stands: what of it is answered, and since when nothing given earlier counts."""

    state: ResponseState | None
    answered: tuple[str, ...]
    over_before: datetime | None


def _standing(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> Mapping[str, _Stand]:
    """Each instrument that was begun. Nothing is answered of one whose sitting is over: it is asked from its start."""
    found = {}
    for code in responses.of_assessment(session, row.id):
        definition = installation.catalogue.instruments[code]
        begun = sittings.of(session, installation, patient, row, definition)
        counting = begun.counting
        if counting is None:
            continue
        over = sittings.is_over(begun, at=now)
        found[code] = _Stand(
            state=None if over else ResponseState(counting.state),
            answered=() if over else tuple(begun.newest(counting)),
            over_before=sittings.over_before(begun, now=now),
        )
    return found


def answer(
    installation: Installation,
    *,
    token: str,
    instrument: str,
    answers: Sequence[GivenAnswer],
    now: datetime,
    finish: bool = False,
) -> Progress:
    """Store answers that came over a link, and complete the instrument if `finish`.

    All or none are stored. InvalidError for an item or value that cannot be; ConflictError if the assessment is
    closed, cancelled, or this instrument is completed or being answered by SMS; GoneError for an unknown link.
    """
    with transaction() as session:
        patient, row = _linked(session, token, now=now)
        if not is_stored(session, row, instrument, answers):
            _require_open(row, now=now)
        before = responses.of_assessment(session, row.id).get(instrument)
        response = deposit(
            session, installation, patient, row, instrument=instrument, answers=answers, mode=LINK, now=now
        )
        if response.state == ResponseState.COMPLETED or not answerable(row, now=now):
            return progress_of(row, response=response)
        if response.mode != LINK:
            return progress_of(row, response=response)  # late answers to a sitting that counts no more
        anew = before is not None and before.id != response.id
        dialogues.note_link(session, patient, row, instrument, completed=finish)
        if finish:
            done = finish_instrument(session, installation, patient, row, response, now=now)
            return replace(done, begins_anew=anew)
        return replace(progress_of(row, response=response), begins_anew=anew)


def complete(installation: Installation, *, token: str, instrument: str, now: datetime) -> Progress:
    """The patient sends an instrument. Sending it a second time changes nothing and is answered alike."""
    with transaction() as session:
        patient, row = _linked(session, token, now=now)
        response = responses.of_assessment(session, row.id).get(instrument)
        if response is not None and response.state == ResponseState.COMPLETED:
            return progress_of(row, response=response)
        _require_open(row, now=now)
        if response is None:
            response = deposit(
                session, installation, patient, row, instrument=instrument, answers=(), mode=LINK, now=now
            )
        sittings.require_mode(response, mode=LINK)
        dialogues.note_link(session, patient, row, instrument, completed=True)
        return finish_instrument(session, installation, patient, row, response, now=now)


def _found(session: Session, token: str, *, now: datetime) -> Assessment:
    """The assessment behind a link. GoneError for one that is unknown, or has expired while the window is open."""
    digest = token_hash(token)
    row = assessments.by_link(session, digest)
    if row is not None:
        return _unless_expired(row, expired=has_expired_link(row, now=now), now=now)
    former = assessments.by_former_link(session, digest)
    if former is None:
        raise _unknown_link()
    return _unless_expired(former[0], expired=former[1] <= now, now=now)


def _unless_expired(row: Assessment, *, expired: bool, now: datetime) -> Assessment:
    if expired and answerable(row, now=now):
        raise GoneError(
            "link_expired",
            fr="Ce lien a expiré. Prenez celui du dernier message, ou demandez-en un autre à votre centre.",
            en="This link has expired. Take the one in the last message, or ask your centre for another.",
        )
    return row


def _linked(session: Session, token: str, *, now: datetime) -> tuple[Patient, Assessment]:
    """What a page that is open may deposit in: one opened before the link's end is not cut off in the middle."""
    found = _found(session, token, now=now - _PAGE_STAYS_OPEN)
    patient = people.patient_by_id(session, found.patient_id)
    narrow(session, _holder(patient))
    session.refresh(found)  # the state may have changed while we waited for the patient's lock
    return patient, found


def _holder(patient: Patient) -> Acting:
    return link_holder(code=patient.code, patient_id=patient.id, site_id=patient.site_id)


def _unknown_link() -> GoneError:
    return GoneError(
        "unknown_link",
        fr="Ce lien n'est pas valable. Vérifiez qu'il est entier, ou appelez votre centre.",
        en="This link is not valid. Check that it is whole, or call your centre.",
    )


def _require_open(row: Assessment, *, now: datetime) -> None:
    if not answerable(row, now=now):
        raise ConflictError(
            "assessment_closed",
            fr="Ce questionnaire n'est plus ouvert. Merci.",
            en="This questionnaire is no longer open. Thank you.",
        )
