"""How long one sitting of an instrument may last: beyond it the answers are about another time."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pro_service.core.instrument.model import Instrument


def sitting_ends_at(
    instrument: Instrument, *, begun_at: datetime, zone: ZoneInfo, longest: timedelta | None = None
) -> datetime:
    """The instant from which no answer belongs to a sitting any more that was begun at `begun_at` (aware).

    An instrument about today ends with the local day of its first answer, whatever a protocol says; of the others a
    protocol may say how long they last (`longest`), else the instrument does.
    """
    if instrument.same_day:
        tomorrow = begun_at.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), tzinfo=zone).astimezone(begun_at.tzinfo)
    return begun_at + (instrument.sitting if longest is None else longest)
