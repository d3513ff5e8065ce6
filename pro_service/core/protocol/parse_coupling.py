"""Reads how a rule's slots follow the visits: the key `couple` of a rule."""

from pro_service.core.definition import Section
from pro_service.core.protocol.schedule import Coupling

MOST_DAYS_BEFORE = 60
"""An invitation further ahead of the visit than that is a slip."""


def read_coupling(rule: Section) -> Coupling | None:
    """`couple = { visit = KIND, days_before = N }`; None where the rule has none."""
    section = rule.section("couple", required=False)
    if not rule.has("couple"):
        return None
    coupling = Coupling(
        visit=section.text("visit"),
        days_before=section.integer("days_before", least=0, most=MOST_DAYS_BEFORE),
        unscheduled=section.flag("unscheduled", False),
    )
    section.finish()
    return coupling
