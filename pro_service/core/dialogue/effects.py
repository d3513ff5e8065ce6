"""What one text can bring about, each outcome a type: the caller carries the effects out in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pro_service.core.dialogue.state import Dialogue, Place


class Need(StrEnum):
    """Why a person is asked to look."""

    DISTRESS = "distress"
    NOT_UNDERSTOOD = "not_understood"
    CORRECTION = "correction"
    WRONG_PERSON = "wrong_person"
    NO_WORDING = "no_wording"  # it came while its questions may not be asked: perhaps an answer


@dataclass(frozen=True, kw_only=True)
class Record:
    """Store a value (None: refused) as the newest version of an item's answer."""

    instrument: str
    item: str
    value: int | None
    refused: bool


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """A corrected answer took away the condition of this item: store that it has no value, not as a refusal."""

    instrument: str
    item: str


@dataclass(frozen=True, kw_only=True)
class CompleteInstrument:
    """Every item to be shown has an answer. Said once for each instrument."""

    instrument: str


@dataclass(frozen=True, kw_only=True)
class Say:
    """Send the text `key`. `params` are what the dialogue knows of its parameters; the caller adds the others."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """Stop all texts to this number and cancel those waiting. The patient stays in the trial."""


@dataclass(frozen=True, kw_only=True)
class OptIn:
    """Texts are wanted (again)."""


@dataclass(frozen=True, kw_only=True)
class Postpone:
    """The patient will answer later; the next reminder stays as planned."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """An answer (None: a refusal) that came after the close: kept and flagged, never an answer of the response."""

    instrument: str
    item: str
    value: int | None


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A reply too soon to be about the open item: perhaps a correction of `place` (None: unknown). A person decides."""

    place: Place | None
    value: int | None


@dataclass(frozen=True, kw_only=True)
class AskHuman:
    """Put the text before the patient's site."""

    need: Need


@dataclass(frozen=True, kw_only=True)
class NotUnderstood:
    """The text is not an answer; its bytes are with the caller and shown to the site."""


Effect = (
    Record
    | Withdraw
    | CompleteInstrument
    | Say
    | OptOut
    | OptIn
    | Postpone
    | Late
    | Correction
    | AskHuman
    | NotUnderstood
)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one text (or the beginning) brings about: the state to keep and the effects, in order."""

    state: Dialogue
    effects: tuple[Effect, ...] = ()
    distress: bool = False
