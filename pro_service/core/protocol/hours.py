"""The sending hours of a weekday, in local clock minutes: its window less the quiet hours."""

from collections.abc import Iterable, Iterator
from datetime import time

from pro_service.core.protocol.model import Delivery

MINUTES_A_DAY = 24 * 60
Stretch = tuple[int, int]
"""First minute after local midnight, and the first that no longer belongs to it (at most 1440)."""


def is_quiet(clock: time, delivery: Delivery) -> bool:
    """Does a local clock time lie in the quiet hours? They may cross midnight; from = until means there are none."""
    if delivery.quiet_from <= delivery.quiet_until:
        return delivery.quiet_from <= clock < delivery.quiet_until
    return clock >= delivery.quiet_from or clock < delivery.quiet_until


def sending_hours(delivery: Delivery, weekday: int) -> tuple[Stretch, ...]:
    """When messages may go out on a weekday (Monday = 0) that is not silent, in order; empty if never."""
    begins, ends = delivery.hours.get(weekday, (delivery.send_from, delivery.send_until))
    left = [(minute_of(begins), minute_of(ends) or MINUTES_A_DAY)]
    for quiet in _quiet(delivery):
        left = [piece for each in left for piece in without(each, quiet)]
    return tuple(left)


def open_minutes(delivery: Delivery, weekday: int) -> int:
    """How many minutes of a weekday are left to send in."""
    return sum(last - first for first, last in sending_hours(delivery, weekday))


def minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def without(stretch: Stretch, gap: Stretch) -> Iterator[Stretch]:
    """What is left of a stretch without a gap in it: none, one or two pieces."""
    for piece in ((stretch[0], min(stretch[1], gap[0])), (max(stretch[0], gap[1]), stretch[1])):
        if piece[0] < piece[1]:
            yield piece


def _quiet(delivery: Delivery) -> Iterable[Stretch]:
    begins, ends = minute_of(delivery.quiet_from), minute_of(delivery.quiet_until)
    if begins == ends:
        return ()
    return ((begins, ends),) if begins < ends else ((0, ends), (begins, MINUTES_A_DAY))
