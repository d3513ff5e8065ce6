"""Judges the moment of a message by the clock on the patient's wall and a list of holidays, and by nothing else."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pro_service.core.protocol import Delivery

ZONES = (
    "Europe/Paris",
    "Indian/Reunion",
    "America/Guadeloupe",
    "Pacific/Noumea",
    "America/New_York",
    "Australia/Lord_Howe",
)
#: Easter Monday, Ascension and Whit Monday of each year (service-public.fr and the Bureau des longitudes).
MOVABLE = {
    *("2026-04-06", "2026-05-14", "2026-05-25", "2027-03-29", "2027-05-06", "2027-05-17"),
    *("2028-04-17", "2028-05-25", "2028-06-05", "2029-04-02", "2029-05-10", "2029-05-21"),
    *("2030-04-22", "2030-05-30", "2030-06-10", "2031-04-14", "2031-05-22", "2031-06-02"),
    *("2032-03-29", "2032-05-06", "2032-05-17", "2033-04-18", "2033-05-26", "2033-06-06"),
    *("2034-04-10", "2034-05-18", "2034-05-29", "2035-03-26", "2035-05-03", "2035-05-14"),
}
FIXED = {"01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"}
OVERSEAS = {"Indian/Reunion": "12-20", "America/Guadeloupe": "05-27"}


def is_holiday(day: date, delivery: Delivery, zone: str) -> bool:
    fixed = f"{day:%m-%d}" in FIXED or OVERSEAS.get(zone) == f"{day:%m-%d}"
    return bool(delivery.holidays) and (fixed or day.isoformat() in MOVABLE)


def wrong_with(at: datetime, delivery: Delivery, zone: str) -> str | None:
    """Why a message should not leave at an instant, by the clock on the patient's wall; None if nothing is wrong."""
    wall = at.astimezone(ZoneInfo(zone))
    if wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset():
        return "the clock shows this time twice"
    if wall.weekday() in delivery.silent_weekdays or is_holiday(wall.date(), delivery, zone):
        return "a silent day"
    begins, ends = delivery.hours.get(wall.weekday(), (delivery.send_from, delivery.send_until))
    if wall.time() < begins or (ends != time(0) and wall.time() >= ends):
        return "outside the sending hours"
    quiet = (wall.time() >= delivery.quiet_from, wall.time() < delivery.quiet_until)
    if delivery.quiet_from < delivery.quiet_until and all(quiet):
        return "in the quiet hours"
    if delivery.quiet_from > delivery.quiet_until and any(quiet):
        return "in the quiet hours, which cross midnight"
    return None
