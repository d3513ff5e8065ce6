"""Why nothing is planned for a patient, in words (P41: an anchor was missing, and the plan silently empty)."""

from datetime import date
from typing import Any

from hypothesis import given

from pro_service.core.course import Event
from pro_service.core.plan import WhyUnplanned, explain_unplanned, plan, unplanned
from pro_service.core.protocol import Protocol
from tests.core.course_factory import D0, FAR, HEROES, courses_at_random, day, event, heroes, positive

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
    french, english = words(CONSENT, event("included", 5), as_of=D0)
    assert french == "pas encore planifié : « inclusion » ne prend effet que le 05/02/2025"
    assert english == f"not planned yet because “inclusion” takes effect on {day(5)} only"


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
