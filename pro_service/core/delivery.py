"""What became of one attempt to hand a message over, and what the provider's statuses and error codes mean.

Sources: Twilio, "Error and Warning Dictionary" and "Messages resource" (statuses of an outbound message). The provider
changes its codes now and then, so they are data here; a code that is not listed proves nothing and goes to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pro_service.core.lifecycle import MessageState


class FailureKind(StrEnum):
    """What a definite no asks of us."""

    PERMANENT = "permanent"  # this number cannot be reached so; sending again changes nothing
    OPT_OUT = "opt_out"  # the person asked for silence
    CONFIGURATION = (
        "configuration"  # our account or request is wrong: no message gets through until it is mended
    )
    TRANSIENT = "transient"  # not now; the same message may be sent again later


class Doubt(StrEnum):
    """Why an attempt's outcome is not known. The message may or may not have gone out."""

    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    SERVER_ERROR = "server_error"
    UNREADABLE = "unreadable"  # a success that is no JSON, or has no usable message id
    UNLISTED_ERROR = "unlisted_error"  # an error code this table does not know


class ProviderStatus(StrEnum):
    """The provider's statuses of a message, in rising order: one is never undone by another above it in this list.

    Each status has a rank of its own, so that the order of arrival cannot matter, even when two final statuses
    contradict each other: proof of arrival then outranks a report of failure, and `contradicts` asks for a look.
    """

    SCHEDULED = "scheduled"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    RECEIVING = "receiving"
    SENDING = "sending"
    SENT = "sent"
    CANCELED = "canceled"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    RECEIVED = "received"
    READ = "read"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The provider has the message."""

    sid: str
    status: ProviderStatus


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The provider certainly does not have the message. `code` is None when the request never left this machine."""

    code: int | None
    kind: FailureKind


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Nobody knows; the provider's list must be asked before anything is sent again. `code`: the one it gave."""

    cause: Doubt
    code: int | None = None


Outcome = Accepted | Refused | Uncertain


@dataclass(frozen=True, kw_only=True)
class ProviderError:
    """One error code: its kind, and a sentence about it by language."""

    code: int
    kind: FailureKind
    sentence: Mapping[str, str]

    @property
    def remedy(self) -> Mapping[str, str]:
        """What is done about it, by language."""
        return REMEDIES[self.kind]


REMEDIES: Mapping[FailureKind, Mapping[str, str]] = {
    FailureKind.PERMANENT: {
        "fr": "Plus d'envoi à ce numéro ; le centre le vérifie avec la personne.",
        "en": "Nothing more is sent to this number; the site checks it with the person.",
    },
    FailureKind.OPT_OUT: {
        "fr": "Noté comme refus des SMS ; le centre est informé, la participation continue.",
        "en": "Recorded as an opt-out of texts; the site is told, participation goes on.",
    },
    FailureKind.CONFIGURATION: {
        "fr": "Les envois s'arrêtent et l'exploitant est prévenu ; rien n'est perdu.",
        "en": "Sending pauses and the operator is called; nothing is lost.",
    },
    FailureKind.TRANSIENT: {
        "fr": "Nouvel essai plus tard, tant que le message a un sens.",
        "en": "Tried again later, as long as the message makes sense.",
    },
}


def _error(code: int, kind: FailureKind, fr: str, en: str) -> ProviderError:
    return ProviderError(code=code, kind=kind, sentence={"fr": fr, "en": en})


_P, _C, _T = FailureKind.PERMANENT, FailureKind.CONFIGURATION, FailureKind.TRANSIENT

# 30008 ("unknown error") is left out on purpose: the text may have arrived, so a person decides.
_ERRORS = (
    _error(21211, _P, "Le numéro n'est pas valide.", "The number is not valid."),
    _error(
        21612, _P, "Ce numéro n'est pas joignable par cet expéditeur.", "This sender cannot reach the number."
    ),
    _error(21614, _P, "Ce numéro n'est pas un mobile.", "The number is not a mobile."),
    _error(21617, _P, "Le message est trop long.", "The message is too long."),
    _error(21635, _P, "Ce numéro est une ligne fixe.", "The number is a landline."),
    _error(30004, _P, "Le téléphone refuse ce message.", "The phone blocks this message."),
    _error(30005, _P, "Ce numéro n'est pas attribué.", "The number is not in service."),
    _error(
        30006, _P, "Ligne fixe ou opérateur injoignable.", "A landline, or its carrier cannot be reached."
    ),
    _error(21610, FailureKind.OPT_OUT, "La personne a répondu STOP.", "The person has replied STOP."),
    _error(401, _C, "Accès refusé par le prestataire.", "The provider refuses our credentials."),
    _error(403, _C, "Accès interdit par le prestataire.", "The provider forbids the request."),
    _error(20003, _C, "Identifiants refusés.", "The credentials are refused."),
    _error(20404, _C, "Le compte ou l'adresse n'existe pas.", "The account or address does not exist."),
    _error(21212, _C, "L'expéditeur n'est pas valide.", "The sender is not valid."),
    _error(
        21408, _C, "Ce pays n'est pas ouvert sur le compte.", "The country is not enabled on the account."
    ),
    _error(21602, _C, "Le texte manque.", "The text is missing."),
    _error(21603, _C, "L'expéditeur manque.", "The sender is missing."),
    _error(21604, _C, "Le destinataire manque.", "The recipient is missing."),
    _error(21606, _C, "L'expéditeur n'est pas à nous.", "The sender is not ours."),
    _error(21609, _C, "L'adresse de retour n'est pas valide.", "The callback address is not valid."),
    _error(21659, _C, "L'expéditeur n'est pas du prestataire.", "The sender is not one of the provider's."),
    _error(21660, _C, "L'expéditeur est d'un autre compte.", "The sender belongs to another account."),
    _error(21705, _C, "Le service d'envoi n'est pas valide.", "The messaging service is not valid."),
    _error(90007, _C, "La durée de validité est hors limites.", "The validity period is out of range."),
    _error(30007, _C, "Message filtré comme indésirable.", "The message was filtered as unwanted."),
    _error(429, _T, "Trop d'envois à la fois.", "Too many requests at once."),
    _error(20429, _T, "Trop d'envois à la fois.", "Too many requests at once."),
    _error(21611, _T, "La file de l'expéditeur est pleine.", "The sender's queue is full."),
    _error(30001, _T, "Resté trop longtemps en file.", "It waited too long in the queue."),
    _error(30003, _T, "Téléphone éteint ou hors réseau.", "The phone is off or out of reach."),
    _error(30036, _T, "Périmé avant d'être envoyé.", "It outlived its validity before it was sent."),
)

PROVIDER_ERRORS: Mapping[int, ProviderError] = {error.code: error for error in _ERRORS}

_SETTLED_FROM = ProviderStatus.CANCELED
_RANKS: Mapping[ProviderStatus, int] = {status: rank for rank, status in enumerate(ProviderStatus)}

_STATES: Mapping[ProviderStatus, MessageState] = {
    ProviderStatus.SENT: MessageState.SENT,
    ProviderStatus.CANCELED: MessageState.FAILED,
    ProviderStatus.FAILED: MessageState.FAILED,
    ProviderStatus.UNDELIVERED: MessageState.UNDELIVERED,
    ProviderStatus.PARTIALLY_DELIVERED: MessageState.UNDELIVERED,
    ProviderStatus.DELIVERED: MessageState.DELIVERED,
    ProviderStatus.READ: MessageState.DELIVERED,
}


def verdict(*, http_status: int, code: int | None) -> Refused | Uncertain:
    """What an error answer proves. Only a listed code under a 4xx is a no; `code` defaults to the HTTP status."""
    if http_status >= 500:
        # The provider's POST is not idempotent: a 500 may follow a message that was taken.
        return Uncertain(cause=Doubt.SERVER_ERROR, code=code)
    error = PROVIDER_ERRORS.get(http_status if code is None else code)
    if error is None or http_status < 400:
        return Uncertain(cause=Doubt.UNLISTED_ERROR, code=code)
    return Refused(code=error.code, kind=error.kind)


def status_named(text: str) -> ProviderStatus | None:
    """The status of that name, or None for one that is not known."""
    return ProviderStatus(text) if text in _RANKS else None


def rank(status: ProviderStatus) -> int:
    """Where a status stands in the rising order; equal for equal statuses only."""
    return _RANKS[status]


def later(current: ProviderStatus, new: ProviderStatus) -> ProviderStatus:
    """The higher of the two: commutative, associative, idempotent, so a status never moves down."""
    return max(current, new, key=rank)


def is_final(status: ProviderStatus) -> bool:
    """Whether the provider has nothing more to say than, at most, that it was read."""
    return rank(status) >= rank(_SETTLED_FROM)


def contradicts(current: ProviderStatus, new: ProviderStatus) -> bool:
    """Whether two final statuses cannot both be true, so that the provider must be asked."""
    return is_final(current) and is_final(new) and state_of(current) != state_of(new)


def state_of(status: ProviderStatus) -> MessageState:
    """Our state of an outgoing message whose provider reports `status`."""
    return _STATES.get(status, MessageState.ACCEPTED)
