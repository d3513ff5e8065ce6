"""Why nothing is planned for a patient, in words (P41: an anchor was missing, and the plan silently empty)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from pro_service.core.course import Event
from pro_service.core.plan import WhyUnplanned, explain_unplanned, plan, unplanned
from pro_service.core.protocol import Protocol, resolve
from tests.core.course_factory import (
    D0,
    DOCUMENTS,
    FAR,
    HEROES,
    courses_at_random,
    day,
    event,
    heroes,
    positive,
)

RULES = HEROES.course
CONSENT = event("consent2_signed", -3)


def words(*events: Event, as_of: date = FAR, protocol: Protocol = HEROES) -> tuple[str, str]:
    why = unplanned(protocol, events, as_of=as_of)
    assert why is not None
    french, english = (explain_unplanned(why, language, rules=RULES) for language in ("fr", "en"))
    return french, english


def anchored_on(**anchor: Any) -> Protocol:
    """A trial that counts everything from one anchor."""
    rule = {
        "id": "only",
        "anchor": "A",
        "timepoints": [{"key": "T1", "days": 30}],
        "window": [-7, 7],
        "bundles": ["core", "psychological"],
    }
    merge = {"precedence": [], "within_days": 0, "absorbs": []}
    return heroes(
        course={**resolve("heroes-1", DOCUMENTS)["course"], "provisional": {}},
        anchors={"A": anchor},
        rules=[rule],
        merge=merge,
        visits={},
        alerts={"enabled": False, "baseline": "only"},
    )


def test_p41_a_missing_baseline_is_said_with_what_has_to_come_before_it() -> None:
    assert words() == (
        (
            "ne peut pas être planifié : « inclusion » n'est pas enregistré "
            "(enregistrer d'abord « second consentement signé »)"
        ),
        "cannot be planned because “inclusion” is not recorded (record “second consent signed” first)",
    )
    assert words(CONSENT)[1] == "cannot be planned because “inclusion” is not recorded"


def test_p41_an_inclusion_that_lies_ahead_says_from_when() -> None:
    on_inclusion = anchored_on(event="included")
    french, english = words(CONSENT, event("included", 5), as_of=D0, protocol=on_inclusion)
    assert french == "pas encore planifié : « inclusion » ne prend effet que le 05/02/2025"
    assert english == f"not planned yet because “inclusion” takes effect on {day(5)} only"


@pytest.mark.parametrize(
    ("events", "on", "code", "first"),
    [
        ((), 0, WhyUnplanned.ANCHOR_MISSING, "consent2_signed"),
        ((event("inclusion_planned", 5),), 0, WhyUnplanned.ANCHOR_MISSING, "consent2_signed"),
        ((CONSENT,), 0, WhyUnplanned.ANCHOR_MISSING, "included"),
        (
            (event("consent2_signed", 4), event("inclusion_planned", 3)),
            4,
            WhyUnplanned.DAY_TOO_EARLY,
            "included",
        ),
        (
            (event("consent2_signed", 4), event("inclusion_planned", 9)),
            0,
            WhyUnplanned.ANCHOR_AHEAD,
            "consent2_signed",
        ),
        ((CONSENT, event("inclusion_planned", 5)), 6, WhyUnplanned.DAY_OVER, "included"),
    ],
)
def test_p41_why_nothing_can_be_planned_always_has_a_name_and_a_fact_to_record(
    events: tuple[Event, ...], on: int, code: WhyUnplanned, first: str
) -> None:
    why = unplanned(HEROES, events, as_of=day(on))
    assert why is not None
    assert why.code is code
    assert (*why.needs, *why.events)[0] == first
    assert all(explain_unplanned(why, language, rules=RULES) for language in ("fr", "en"))


def test_p41_a_planned_inclusion_is_a_plan_until_its_day_is_over() -> None:
    planned = (CONSENT, event("inclusion_planned", 5))
    assert unplanned(HEROES, planned, as_of=D0) is None
    assert unplanned(HEROES, planned, as_of=day(5)) is None
    assert unplanned(HEROES, (CONSENT, event("included", 5)), as_of=D0) is None
    french, english = words(*planned, as_of=day(6))
    assert (
        french
        == "la date prévue (05/02/2025) est passée : enregistrer « inclusion », ou annuler la date prévue"
    )
    assert english == f"the planned day ({day(5)}) has passed: record “inclusion”, or void the planned day"


def test_p41_an_anchor_other_than_the_inclusion_is_named() -> None:
    """As in a trial that counts from the stop: included patients have nothing planned until they stop."""
    on_stop = anchored_on(event="treatment_stopped")
    assert words(CONSENT, event("included", 0), protocol=on_stop)[1] == (
        "cannot be planned because “treatment stopped” is not recorded"
    )
    assert unplanned(on_stop, (event("included", 0), event("treatment_stopped", 7)), as_of=FAR) is None


def test_p41_an_anchor_that_the_patient_was_not_told_of_is_named() -> None:
    on_result = anchored_on(event="ctdna_resulted", enters="MOLECULAR_RELAPSE")
    untold = event("ctdna_resulted", 20, result="positive")
    begun = (event("included", 0), event("treatment_stopped", 7))
    why = unplanned(on_result, (*begun, untold), as_of=FAR)
    assert why is not None
    assert why.code is WhyUnplanned.NOT_DISCLOSED
    assert unplanned(on_result, (*begun, positive(20)), as_of=FAR) is None


def test_somebody_whose_course_has_ended_is_not_waiting_for_a_plan() -> None:
    assert unplanned(HEROES, (event("death", 3),), as_of=FAR) is None
    assert unplanned(HEROES, (event("included", 0), event("off_study", 0)), as_of=FAR) is None
    assert unplanned(HEROES, (event("death", 3),), as_of=D0) is not None


@given(courses_at_random)
def test_an_empty_plan_has_a_reason_or_an_end(events: tuple[Event, ...]) -> None:
    why = unplanned(HEROES, events, as_of=FAR)
    made = plan(HEROES, events, as_of=FAR)
    ends = {"off_study", "questionnaires_withdrawn", "consent_withdrawn", "death"}
    if made.slots:
        assert why is None
    elif not ends & {each.type for each in events}:
        assert why is not None
        assert all(explain_unplanned(why, language, rules=RULES) for language in ("fr", "en"))
