"""The [visits] table and `couple`: each mistake is told with its place and its cure."""

import tomllib

import pytest

from pro_service.core.definition import DefinitionError
from pro_service.core.protocol import parse_protocol
from tests.core.course_factory import FOLDER, heroes

TEXT = (FOLDER / "visit-led-1.toml").read_text("utf-8")
CLINIC = "visits.calendar.clinic"
COUPLE = 'couple = { visit = "clinic", days_before = 3, unscheduled = true }'


def mistakes(old: str, new: str) -> list[str]:
    assert old in TEXT
    with pytest.raises(DefinitionError) as told:
        parse_protocol(tomllib.loads(TEXT.replace(old, new, 1)), source="p")
    return [str(problem).removeprefix("p: ") for problem in told.value.problems]


@pytest.mark.parametrize(
    "old, new, place, said",
    [
        ('kind = "clinic"', 'kind = "imaging"', f"{CLINIC}.kind", "known kinds: clinic"),
        (
            'kind = "clinic"\nanchor = "inclusion"',
            'kind = "clinic"\nanchor = "stop"',
            f"{CLINIC}.anchor",
            "known anchors: inclusion",
        ),
        ("[visits.kinds.clinic]", "[visits.kinds.Clinic]", "visits.kinds.Clinic", "16 small letters"),
        ('fr = "consultation"\n', "", "visits.kinds.clinic.fr", "is missing"),
        ("window = [-3, 3]", "window = [3, -3]", f"{CLINIC}.window", "closes before it opens"),
        ("window = [-3, 3]", 'window = [-3, 3]\nwhile = ["GONE"]', f"{CLINIC}.while", "known phases"),
        ("window = [-3, 3]", "window = [-3, 3]\nwhile = []", f"{CLINIC}.while", "no visit is ever planned"),
        ("window = [-3, 3]", "window = [-3, 3]\ncolour = 1", f"{CLINIC}.colour", "unknown key"),
        (
            '{ key = "V1", days = 30 }',
            '{ key = "V{n}", days = 30 }',
            f"{CLINIC}.timepoints",
            "tell occurrences apart",
        ),
        (
            '{ key = "V2", days = 60 }',
            '{ key = "V1", days = 60 }',
            "visits.calendar.timepoints.key",
            "'V1' is used 2 times",
        ),
        (
            '{ key = "V2", days = 60 }',
            '{ key = "clinic-X1", days = 60 }',
            f"{CLINIC}.timepoints",
            "kept for unscheduled visits",
        ),
        (
            '{ key = "Q2", days = 60 }',
            '{ key = "clinic-X7", days = 60 }',
            "rules.timepoints.key",
            "kept for unscheduled visits",
        ),
        ('"visit_missed", "event', '"event', "course.recorded_only", "lacks 'visit_missed'"),
        (
            COUPLE,
            'couple = { visit = "mri", days_before = 3 }',
            "rules.consultation.couple",
            "known kinds: clinic",
        ),
        (COUPLE, 'couple = { visit = "clinic" }', "rules.consultation.couple.days_before", "is missing"),
        (
            COUPLE,
            'couple = { visit = "clinic", days_before = 61 }',
            "rules.consultation.couple.days_before",
            "from 0 to 60",
        ),
        (
            COUPLE,
            'couple = { visit = "clinic", days_before = 15 }',
            "rules.consultation.couple",
            "at most 14 days_before",
        ),
        (
            COUPLE,
            'couple = { visit = "clinic", days_before = 3, always = true }',
            "rules.consultation.couple.always",
            "unknown key",
        ),
        (
            "window = [-7, 0]\n",
            f"window = [-7, 0]\n{COUPLE}\n",
            "rules.couple",
            "2 rules ask something at an unscheduled visit",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_cure(old, new, place, said):
    told = mistakes(old, new)
    assert [line for line in told if line.startswith(f"{place}: ") and said in line], told


def test_a_rule_is_coupled_only_to_visits_of_its_own_anchor():
    with_other = TEXT.replace("[anchors]\n", '[anchors]\nback = { event = "recontacted" }\n').replace(
        'kind = "clinic"\nanchor = "inclusion"', 'kind = "clinic"\nanchor = "back"'
    )
    with pytest.raises(
        DefinitionError, match="no visit of kind 'clinic' hangs on the rule's anchor 'inclusion'"
    ):
        parse_protocol(tomllib.loads(with_other), source="p")


def test_a_trial_without_the_table_has_no_visits():
    plain = heroes(visits={})
    assert (plain.visits.calendar, dict(plain.visits.kinds)) == ((), {})


def test_a_calendar_that_others_may_see_says_nothing_of_the_kind_unless_the_protocol_does():
    kind = heroes().visits.kinds["ctdna"]
    assert kind.words["en"] == "ctDNA draw"
    assert kind.calendar_words == {"fr": "Visite d'étude", "en": "Study visit"}
    said = TEXT.replace(
        'en = "consultation"\n', 'en = "consultation"\ncalendar_words = { fr = "Rendez-vous" }\n', 1
    )
    assert parse_protocol(tomllib.loads(said), source="p").visits.kinds["clinic"].calendar_words == {
        "fr": "Rendez-vous",
        "en": "Study visit",
    }
