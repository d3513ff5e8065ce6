"""Which numbers do what in the simulated carrier: the provider's magic numbers, and ours for trouble after acceptance.

Magic numbers: Twilio, "Test credentials". Phones of our own are in the range the French regulator keeps for fiction,
+33 6 39 98 xx xx; its last hundred is kept for the behaviours below, so made-up patients should stay under 99 00.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pro_service.core.delivery import ProviderStatus

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SHORT_CODE = re.compile(r"[0-9]{3,8}")
ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")

MAGIC_RECIPIENTS: Mapping[str, int] = {
    "+15005550001": 21211,  # not valid
    "+15005550002": 21612,  # cannot be routed
    "+15005550003": 21408,  # country not enabled
    "+15005550004": 21610,  # opted out
    "+15005550009": 21614,  # not a mobile
}

#: None: a sender that always works.
MAGIC_SENDERS: Mapping[str, int | None] = {
    "+15005550001": 21212,  # not valid
    "+15005550006": None,
    "+15005550007": 21606,  # not ours
    "+15005550008": 21611,  # queue full
}

_DELIVERED = (ProviderStatus.SENT, ProviderStatus.DELIVERED)
_UNDELIVERED = (ProviderStatus.SENT, ProviderStatus.UNDELIVERED)


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What becomes of a message after it was taken. `queued_s`: seconds spent in the queue on top of the usual ones."""

    note: str
    statuses: tuple[ProviderStatus, ...] = field(default=_DELIVERED)
    error_code: int | None = None
    queued_s: int = 0
    shuffled: bool = False  # each callback comes twice, the last first


#: Asked for each message taken: recipient, number of the message, instant. None: as the recipient's number has it.
FatePlan = Callable[[str, int, datetime], Behaviour | None]

ORDINARY = Behaviour(note="sent and delivered within seconds")

BEHAVIOURS: Mapping[str, Behaviour] = {
    "+33639989901": Behaviour(
        note="its queue overflows", statuses=(ProviderStatus.FAILED,), error_code=30001
    ),
    "+33639989903": Behaviour(note="phone switched off", statuses=_UNDELIVERED, error_code=30003),
    "+33639989904": Behaviour(note="phone blocks the sender", statuses=_UNDELIVERED, error_code=30004),
    "+33639989905": Behaviour(note="number not in service", statuses=_UNDELIVERED, error_code=30005),
    "+33639989906": Behaviour(note="a landline", statuses=_UNDELIVERED, error_code=30006),
    "+33639989907": Behaviour(note="filtered as unwanted", statuses=_UNDELIVERED, error_code=30007),
    "+33639989908": Behaviour(note="undelivered, nobody knows why", statuses=_UNDELIVERED, error_code=30008),
    "+33639989910": Behaviour(note="sent, then never heard of again", statuses=(ProviderStatus.SENT,)),
    "+33639989911": Behaviour(note="callbacks doubled and in reverse", shuffled=True),
    "+33639989912": Behaviour(
        note="said to be delivered, then undelivered", statuses=(*_DELIVERED, ProviderStatus.UNDELIVERED)
    ),
    "+33639989913": Behaviour(note="stuck in the queue for nine hours", queued_s=9 * 3600),
}

#: What may befall any message or number.
NOT_DELIVERED = Behaviour(note="undelivered, nobody knows why", statuses=_UNDELIVERED, error_code=30008)
OUT_OF_SERVICE = Behaviour(note="number not in service", statuses=_UNDELIVERED, error_code=30005)


def behaviour_of(number: str) -> Behaviour:
    """How messages to `number` fare."""
    return BEHAVIOURS.get(number, ORDINARY)


def is_two_way(sender: str) -> bool:
    """Whether a phone can answer `sender`: numbers and short codes yes, alphanumeric names no."""
    return bool(E164.fullmatch(sender) or SHORT_CODE.fullmatch(sender))
