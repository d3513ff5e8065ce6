"""What was sent by a plan that later facts show to have been wrong on its own day."""

from collections.abc import Iterable
from datetime import date

from pro_service.core.course import Event
from pro_service.core.plan.live import live_plan
from pro_service.core.protocol import Protocol


def sent_in_error(protocol: Protocol, events: Iterable[Event], key: str, *, sent_on: date) -> bool:
    """Would the facts in effect on the day of sending, as they are known now, not have asked for this assessment?

    A fact that took effect after the day of sending (a death a week later) does not count: nobody could have known it.
    """
    return key not in {slot.key for slot in live_plan(protocol, events, as_of=sent_on).slots}
