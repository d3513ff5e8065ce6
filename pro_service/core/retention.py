"""How long what is kept: rules as data, in days after what ends the need. The sponsor and its DPO settle the figures.

Answers, scores and the course are kept as trial records (ICH E6(R3) 3.16.1, 4.2) and have no rule here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

#: Days, by rule, unless the installation sets others.
DEFAULT_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "contacts": 365,  # after the end of a patient's course
        "contacts_of_withdrawn": 30,  # after the withdrawal of consent, or death: time to correct a mistake
        "inbound_texts": 365,  # bytes and words of incoming texts, after they were read; the answers stay
        "login_records": 365,  # sessions of staff, after they were last used
    }
)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """`days` by rule."""

    days: Mapping[str, int]

    def before(self, rule: str, now: datetime) -> datetime:
        """What ended before this instant is kept no longer."""
        return now - timedelta(days=self.days[rule])


DEFAULT = Retention(days=DEFAULT_DAYS)


class RetentionError(ValueError):
    """The text names no rule, or no number of days; the message lists what is wrong."""


def retention_from(text: str) -> Retention:
    """Read "contacts=365,inbound_texts=90"; rules that are not named keep their default."""
    days = dict(DEFAULT_DAYS)
    for part in filter(None, text.split(",")):
        rule, _, number = part.strip().partition("=")
        if rule not in DEFAULT_DAYS or not (number.isascii() and number.isdecimal()):
            raise RetentionError(f"{part.strip()!r} is no rule; use {', '.join(DEFAULT_DAYS)}, each =DAYS")
        days[rule] = int(number)
    return Retention(days=days)
