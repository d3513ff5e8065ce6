"""Reads what a scenario file says of courses: risks, laboratory, and events that only some protocols have."""

from pro_service.core.definition import Section
from pro_service.core.protocol.model import EVENT_FIELDS
from pro_service.services.simulation.scenario.model import CourseHazards, Draws, Extra
from pro_service.services.simulation.scenario.terms import numbers_by_name, share, span

#: What the story of a course may tell, in the words of docs/scenarios.md.
TOLD = (
    "consent1_signed", "ctdna_resulted", "consent2_signed", "inclusion_planned", "included", "treatment_stopped",
    "pd_confirmed", "treatment_resumed", "recontacted",
)  # fmt: skip
EXITS = ("questionnaires_withdrawn", "lost_to_follow_up", "off_study", "consent_withdrawn", "death")
_MOST_MONTHS = 120
HALF_A_MONTH = 15  # days


def read_course(section: Section) -> CourseHazards:
    exits = section.section("exits")
    hazards = CourseHazards(
        months=section.integer("months", least=1, most=_MOST_MONTHS),
        names=_names(section.section("names")),
        positive_at_baseline=share(section, "positive_at_baseline"),
        declines_to_stop=share(section, "declines_to_stop"),
        draws=_draws(section.section("ctdna")),
        progression=share(section, "progression"),
        progression_at_conversion=share(section, "progression_at_conversion"),
        resumes_after_relapse=share(section, "resumes_after_relapse"),
        resumes_without_relapse=share(section, "resumes_without_relapse"),
        second_resumption=share(section, "second_resumption"),
        exits=numbers_by_name(exits, choices=EXITS),
        death_after_progression=share(section, "death_after_progression"),
        recontact=share(section, "recontact"),
        extras=_extras(section),
    )
    exits.finish()
    section.finish()
    return hazards


def _names(section: Section) -> dict[str, str]:
    """What the protocol calls the events of the story; an empty name leaves one out."""
    names = {told: section.text(told, told) for told in (*TOLD, *EXITS)}
    section.finish()
    return names


def _draws(section: Section) -> Draws:
    halves = [2 * month for month in section.numbers("months")]
    if any(half != int(half) or not 0 <= half <= 2 * _MOST_MONTHS for half in halves):
        cure = f"write months and half months from 0 to {_MOST_MONTHS}, such as 1.5"
        section.problem("months", "holds something else than months and half months", cure)
        halves = []
    draws = Draws(
        months=tuple((int(half) // 2, HALF_A_MONTH * (int(half) % 2)) for half in sorted(halves)),
        positive=share(section, "positive"),
        invalid=share(section, "invalid"),
        result_days=span(section, "result_days", most=365),
        disclosure_days=span(section, "disclosure_days", most=365),
    )
    if draws.positive + draws.invalid > 1:
        section.problem("invalid", "makes more than 1 with positive", "write shares that make 1 at most")
    section.finish()
    return draws


def _extras(section: Section) -> tuple[Extra, ...]:
    found = []
    for each in section.sections("extras", required=False):
        found.append(
            Extra(
                event=each.name("event"),
                per_month=share(each, "per_month"),
                most=each.integer("most", 1, least=1, most=100),
                fields={name: each.text(name) for name in EVENT_FIELDS if each.has(name)},
            )
        )
        each.known.update(EVENT_FIELDS)
        each.finish()
    return tuple(found)
