"""Keeps the sittings of an instrument apart: which one an answer belongs to, and what the end of one means for others.

A sitting is a response. One that took too long is set aside as superseded, with its answers; the next one is asked from
the first item, and it alone is scored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from pro_service.core import dialogue
from pro_service.core.instrument import Instrument, sitting_ends_at
from pro_service.core.lifecycle import RESPONSE, ResponseState, step
from pro_service.core.sittings import Anew, Aside, Ends, Into, Span, given_at, place
from pro_service.core.zones import ZoneFrom, zone_at
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError
from pro_service.store.db import Session
from pro_service.store.models import Answer, Assessment, Patient, Response
from pro_service.store.records import people, responses, zones

#: How a part was begun, and so has to be finished, in French and English.
_WAYS = {
    "sms": ("par SMS : terminez-la par SMS", "by text: finish it by text"),
    "link": ("par le lien : terminez-la par le lien", "over the link: finish it over the link"),
}
_AT_THE_SITE = ("avec votre centre : terminez-la avec lui", "with your centre: finish it there")


@dataclass(kw_only=True)
class Sittings:
    """Every sitting of one instrument of an assessment, in the order in which they were begun here.

    It is a working copy: answers that are about to be stored are noted in it, so that the next one finds its place.
    """

    assessment: Assessment
    definition: Instrument
    ends: Ends
    begun: list[Response]
    spans: list[Span]
    answers: Sequence[Answer]

    @property
    def counting(self) -> Response | None:
        """The one that is scored; None if there is none yet."""
        return next((row for row in self.begun if row.state != ResponseState.SUPERSEDED), None)

    @property
    def next_number(self) -> int:
        return len(self.begun) + 1

    @property
    def by_client_id(self) -> Mapping[str, Answer]:
        """The answers that came with an id made by their sender, whichever sitting they belong to."""
        return {row.client_id: row for row in self.answers if row.client_id is not None}

    def newest(self, response: Response) -> dict[str, Answer]:
        """The newest version of each item's answer in one sitting."""
        own = (row for row in self.answers if row.response_id == response.id)
        return {row.item: row for row in own}

    def span(self, response: Response) -> Span:
        return self.spans[self.begun.index(response)]

    def moment(self, answered_at: datetime | None, *, received_at: datetime) -> datetime:
        return given_at(answered_at, received_at=received_at, opened_at=self.assessment.opened_at)

    def add(self, response: Response) -> None:
        self.begun.append(response)
        self.spans.append(_span(response))

    def note(self, response: Response, at: datetime) -> None:
        """An answer given at `at` goes into this sitting."""
        number = self.begun.index(response)
        self.spans[number] = self.spans[number].with_answer(at)


def of(
    session: Session, installation: Installation, patient: Patient, row: Assessment, definition: Instrument
) -> Sittings:
    """The sittings of one instrument as they are stored; how long one lasts is the protocol's choice, else its own."""
    longest = installation.catalogue.protocols[patient.protocol_version].answering.sitting
    begun = list(responses.sittings(session, row.id, definition.code))
    history = zones.history(session, patient.id)
    found = Sittings(
        assessment=row,
        definition=definition,
        ends=partial(_ends, definition, (history, patient.time_zone), longest),
        begun=begun,
        spans=[_span(each) for each in begun],
        answers=responses.versions(session, [each.id for each in begun]),
    )
    by_id = {each.id: each for each in begun}
    for answer in found.answers:
        at = found.moment(answer.answered_at, received_at=answer.received_at)
        found.note(by_id[answer.response_id], at)
    return found


def home(session: Session, sittings: Sittings, at: datetime, *, mode: str, now: datetime) -> Response | None:
    """The sitting that an answer given at `at` goes into; None: the caller is to begin one.

    Sets aside the one that counted until now if the answer begins another.
    """
    match place(at, sittings.spans, ends=sittings.ends):
        case Into(place=number):
            return sittings.begun[number]
        case Aside():
            return _aside(session, sittings, mode=mode, now=now)
        case Anew():
            _set_aside(session, sittings, now=now)
            return None


def over_before(sittings: Sittings, *, now: datetime) -> datetime | None:
    """The instant before which answers to this instrument count no more, because their sitting is over; else None.

    A sitting in which every item has its answer can still be sent, however long ago that was.
    """
    counting = sittings.counting
    if counting is not None and counting.state != ResponseState.IN_PROGRESS:
        return None
    if is_over(sittings, at=now):
        return _end(sittings, counting)
    ended = [_end(sittings, row) for row in sittings.begun if row.state == ResponseState.SUPERSEDED]
    return max((end for end in ended if end is not None), default=None)


def is_over(sittings: Sittings, *, at: datetime) -> bool:
    """Would an answer given at `at` to one of the items still to be asked begin a new sitting?"""
    counting = sittings.counting
    if counting is None or counting.state != ResponseState.IN_PROGRESS:
        return False
    end = _end(sittings, counting)
    given = {item: row.value for item, row in sittings.newest(counting).items()}
    return end is not None and at >= end and dialogue.next_item(sittings.definition, given) is not None


def require_unfinished(response: Response) -> None:
    """ConflictError if the instrument has been sent."""
    if response.state != ResponseState.IN_PROGRESS:
        raise ConflictError(
            "instrument_completed",
            fr="Cette partie est déjà envoyée.",
            en="This part has been sent already.",
        )


def require_mode(response: Response, *, mode: str) -> None:
    """The way of answering changes between instruments, not within one. ConflictError otherwise."""
    if response.mode != mode:
        french, english = _WAYS.get(response.mode, _AT_THE_SITE)
        raise ConflictError(
            "answered_in_another_way",
            fr=f"Cette partie est commencée {french}.",
            en=f"This part was begun {english}.",
        )


def _ends(
    definition: Instrument,
    lived_in: tuple[Sequence[ZoneFrom], str],
    longest: timedelta | None,
    begun_at: datetime,
) -> datetime:
    """A questionnaire about today ends with the day where the patient was when it was begun."""
    history, otherwise = lived_in
    zone = ZoneInfo(zone_at(history, begun_at) or otherwise)
    return sitting_ends_at(definition, begun_at=begun_at, zone=zone, longest=longest)


def _end(sittings: Sittings, response: Response | None) -> datetime | None:
    first = sittings.span(response).first_at if response is not None else None
    return None if first is None else sittings.ends(first)


def _span(response: Response) -> Span:
    return Span(
        first_at=None,
        last_at=None,
        counts=response.state != ResponseState.SUPERSEDED,
        open=response.state == ResponseState.IN_PROGRESS,
    )


def _set_aside(session: Session, sittings: Sittings, *, now: datetime) -> None:
    counting = sittings.counting
    if counting is None:
        return
    number = sittings.begun.index(counting)
    counting.state = step(RESPONSE, ResponseState(counting.state), ResponseState.SUPERSEDED)
    counting.finished_at = now
    people.add(session)  # written now: what counts is looked for by its state
    sittings.spans[number] = replace(sittings.spans[number], counts=False, open=False)


def _aside(session: Session, sittings: Sittings, *, mode: str, now: datetime) -> Response:
    """A sitting that never counts: its answers came after a later one had begun."""
    like = sittings.begun[0]
    response = Response(
        assessment_id=like.assessment_id,
        instrument=like.instrument,
        instrument_version=like.instrument_version,
        sitting=sittings.next_number,
        state=ResponseState.SUPERSEDED,
        mode=mode,
        language=like.language,
        started_at=now,
        finished_at=now,
    )
    people.add(session, response)
    sittings.add(response)
    return response
