"""What a comparison of two plans says in words is true of plans."""

from pro_service.core.plan import Plan, compare, explain, plan, reason_from
from tests.core.course_factory import FAR, HEROES, STOPPED, event, positive


def planned(*events) -> Plan:
    return plan(HEROES, events, as_of=FAR)


def test_a_slot_of_the_other_plan_alone_is_not_called_expected_again():
    """Two plans say nothing about assessments: nothing was cancelled."""
    one, other = planned(*STOPPED, positive(130), event("off_study", 300)), planned(*STOPPED)
    told = {
        each.key: [explain(each.reason, "fr"), explain(each.reason, "en")] for each in compare(one, other)
    }
    assert told["M4.5"] == ["attendu : CONV ne le remplace pas", "expected: CONV does not replace it"]
    assert told["M22.5"] == [
        "attendu : la phase à cette date le permet",
        "expected: the phase on that day allows it",
    ]


def test_a_merge_stored_before_events_were_named_still_reads() -> None:
    stored = {"code": "merged", "into": "R1", "days": "5"}
    assert explain(reason_from(stored), "fr") == "remplacé par R1, prévu à 5 jour(s) d'écart"
