"""Reads what of [course] concerns the live service alone: planned days, messages held back, who may be lost."""

from collections.abc import Mapping

from pro_service.core.definition import Section
from pro_service.core.protocol.model import Hold, Provisional

LONGEST_HOLD_DAYS = 366
MOST_UNANSWERED = 20
_USUAL_HOLD_DAYS = 60


def read_provisional(section: Section) -> Mapping[str, Provisional]:
    """[course.provisional]: the event type stood in for -> what says the day, and for which rules."""
    found = {}
    for name, part in section.children("provisional", required=False):
        found[name] = Provisional(planned_by=part.text("planned_by"), rules=part.names("rules"))
        part.finish()
    return found


def read_holds(section: Section) -> Mapping[str, Hold]:
    """[course.holds]: the event type that begins a hold -> what ends it."""
    found = {}
    for name, part in section.children("holds", required=False):
        days = part.integer("at_most_days", _USUAL_HOLD_DAYS, least=1, most=LONGEST_HOLD_DAYS)
        found[name] = Hold(ended_by=part.text("ended_by"), at_most_days=days)
        part.finish()
    return found


def read_suggest_lost_after(section: Section) -> int:
    """How many windows in a row may close unanswered before the site is asked whether the patient is lost."""
    return section.integer("suggest_lost_after", 0, least=0, most=MOST_UNANSWERED)
