"""What a dialogue remembers between two texts, as a value that can be stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """How far a dialogue has come."""

    INVITED = "invited"  # waits for the patient's GO; no item has been shown
    ASKING = "asking"  # one item is open
    FINISHED = "finished"  # no item is open and none will be


class Mute(StrEnum):
    """Why a number gets no more texts."""

    OPTED_OUT = "opted_out"  # until the patient's START
    WRONG_PERSON = "wrong_person"  # until the site has confirmed the number


@dataclass(frozen=True, kw_only=True)
class Place:
    """One item of one instrument, by their codes."""

    instrument: str
    item: str


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """Where a patient who answers by SMS stands. There is at most one open item, and only it can be answered.

    `instruments` is the bundle in its order; those in `by_link` are not asked here, those in `completed` are done, here
    or through the link. `answers` holds, for each instrument and item, the newest value given here, None for a
    refusal. `last` is the item answered last. `tries` counts the replies to what is open that could not be read.
    `asked_at` is when the open item was asked: the caller may set it later to when the message really left. `told_at`
    and `cautioned_at` are when the patient was last told that nothing is open (or that it is too late) and that this
    is no emergency service: rarely enough that two machines do not talk for ever. `closes_at` is the first instant
    that is too late. `over` says that the sitting of the instrument being asked took too long, so that an answer begins
    it anew: the caller finds out each time, and it is not stored.
    """

    assessment_id: int | None
    instruments: tuple[str, ...]
    by_link: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    stage: Stage = Stage.INVITED
    open: Place | None = None
    answers: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    last: Place | None = None
    tries: int = 0
    mute: Mute | None = None
    asked_at: datetime | None = None
    told_at: datetime | None = None
    cautioned_at: datetime | None = None
    closes_at: datetime | None = None
    over: bool = False

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The instruments still to be asked here, the current one first."""
        return tuple(code for code in self.instruments if code not in (*self.by_link, *self.completed))

    def answers_to(self, instrument: str) -> Mapping[str, int | None]:
        return self.answers.get(instrument, {})

    def anew(self, instrument: str) -> "Dialogue":
        """The dialogue without the answers given here to an instrument, whose sitting is over."""
        others = {code: given for code, given in self.answers.items() if code != instrument}
        return replace(self, answers=others, over=False)


def to_document(state: Dialogue) -> dict[str, Any]:
    """The state in strings, numbers, lists and dictionaries, for a JSON column."""
    return {
        "assessment_id": state.assessment_id,
        "instruments": list(state.instruments),
        "by_link": list(state.by_link),
        "completed": list(state.completed),
        "stage": state.stage.value,
        "open": _place_document(state.open),
        "answers": {code: dict(answers) for code, answers in state.answers.items()},
        "last": _place_document(state.last),
        "tries": state.tries,
        "mute": state.mute.value if state.mute else None,
        **{name: _moment_document(getattr(state, name)) for name in _MOMENTS},
    }


def from_document(document: Mapping[str, Any]) -> Dialogue:
    """The inverse of `to_document`. KeyError or ValueError when the document is not one of a dialogue."""
    return Dialogue(
        assessment_id=document["assessment_id"],
        instruments=tuple(document["instruments"]),
        by_link=tuple(document["by_link"]),
        completed=tuple(document["completed"]),
        stage=Stage(document["stage"]),
        open=_place(document["open"]),
        answers={code: dict(answers) for code, answers in document["answers"].items()},
        last=_place(document["last"]),
        tries=document["tries"],
        mute=Mute(document["mute"]) if document["mute"] else None,
        over=False,
        **{name: _moment(document[name]) for name in _MOMENTS},
    )


_MOMENTS = ("asked_at", "told_at", "cautioned_at", "closes_at")


def _place_document(place: Place | None) -> list[str] | None:
    return [place.instrument, place.item] if place else None


def _place(document: list[str] | None) -> Place | None:
    return Place(instrument=document[0], item=document[1]) if document else None


def _moment_document(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(document: str | None) -> datetime | None:
    return datetime.fromisoformat(document) if document else None
