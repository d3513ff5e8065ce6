"""What a HEROES course may hold, guard by guard: a table of what is recorded, what comes next, and the answer.

The guards are those of the trial's working description: no questionnaire without the second consent, no stop before the
inclusion, no resumption without a stop, death over all, a positive result and a progression of one day both kept, no
return by a negative result. Each line is judged as the live service judges it, in the order in which it is written.
"""

from datetime import date

import pytest

from pro_service.core.course import Event, RefusalCode, live_course, refusal, sentence
from pro_service.core.plan import live_plan
from tests.core.course_factory import HEROES

RULES = HEROES.course
TODAY = date(2026, 12, 1)
OK = "accepted"


def fact(line: str) -> Event:
    """`type day[ field=value ...]`; a day is MM-DD of 2026. Recorded on its own day, or on that of `seen`."""
    kind, on, *more = line.split()
    fields = dict(each.split("=") for each in more)
    seen = fields.pop("seen", fields.get("told", on))
    told = fields.pop("told", None)
    return Event(
        type=kind, on=_day(on), disclosed_on=_day(told) if told else None, recorded_on=_day(seen), **fields
    )


def _day(said: str) -> date:
    return date.fromisoformat(f"2026-{said}")


CONSENT = "consent2_signed 01-05"
INCLUDED = f"{CONSENT}; included 01-10"
OFF = f"{INCLUDED}; treatment_stopped 01-15"
RELAPSED = f"{OFF}; ctdna_resulted 04-01 result=positive told=04-10"
PROGRESSED = f"{OFF}; pd_confirmed 05-01 told=05-01"
RESUMED = f"{PROGRESSED}; treatment_resumed 05-20 relation=other reason=radiological_pd"

TABLE = [
    # what is recorded | what comes next | the answer | the phase afterwards
    # --- consent
    ("", "consent1_signed 01-02", OK, "NOT_INCLUDED"),
    ("", "consent2_signed 01-02", OK, "NOT_INCLUDED"),
    ("", "included 01-10", "must_come_after", ""),
    ("consent2_signed 01-11", "included 01-10", "must_come_after", ""),
    ("consent2_signed 01-10", "included 01-10", OK, "INCLUDED"),
    ("consent1_signed 01-02", "included 01-10", "must_come_after", ""),
    # --- the planned inclusion
    (CONSENT, "inclusion_planned 01-10", OK, "NOT_INCLUDED"),
    ("", "inclusion_planned 01-10", OK, "NOT_INCLUDED"),
    ("inclusion_planned 01-10", "inclusion_planned 01-17", "already_planned", ""),
    ("inclusion_planned 01-10; consent2_signed 01-05", "included 01-12", OK, "INCLUDED"),
    (INCLUDED, "included 01-12", "already_started", ""),
    # --- stop >= D0
    (CONSENT, "treatment_stopped 01-15", "not_started", ""),
    (INCLUDED, "treatment_stopped 01-09", "not_started", ""),
    (INCLUDED, "treatment_stopped 01-10", OK, "OFF_TREATMENT"),
    (INCLUDED, "treatment_stopped 01-15", OK, "OFF_TREATMENT"),
    (OFF, "treatment_stopped 02-01", "not_in_this_phase", ""),
    # --- ctDNA
    ("", "ctdna_resulted 01-02 result=negative", OK, "NOT_INCLUDED"),
    (OFF, "ctdna_resulted 04-01", "missing_field", ""),
    (OFF, "ctdna_resulted 04-01 result=perhaps", "wrong_value", ""),
    (OFF, "ctdna_resulted 04-01 result=positive told=03-31", "told_before", ""),
    (OFF, "ctdna_resulted 04-01 result=positive", OK, "OFF_TREATMENT"),  # the patient does not know
    (OFF, "ctdna_resulted 04-01 result=positive told=04-10 seen=04-05", OK, "OFF_TREATMENT"),  # is to be told
    (OFF, "ctdna_resulted 04-01 result=positive told=04-10 seen=04-10", OK, "MOLECULAR_RELAPSE"),
    (INCLUDED, "ctdna_resulted 04-01 result=positive told=04-10", OK, "INCLUDED"),  # on treatment it moves nothing
    (RELAPSED, "ctdna_resulted 04-01 result=negative told=04-10", "contradicts_another", ""),
    (RELAPSED, "ctdna_resulted 05-01 result=negative told=05-10", OK, "MOLECULAR_RELAPSE"),  # no way back by a result
    (OFF, "ctdna_invalid 04-01", OK, "OFF_TREATMENT"),
    (OFF, "resample 04-02", OK, "OFF_TREATMENT"),
    # --- progression
    (OFF, "pd_suspected 04-20", OK, "OFF_TREATMENT"),
    (OFF, "pd_confirmed 05-01", OK, "OFF_TREATMENT"),  # the patient does not know
    (OFF, "pd_confirmed 05-01 told=05-03", OK, "RADIOLOGICAL_PD"),
    (RELAPSED, "pd_confirmed 05-01 told=05-03", OK, "RADIOLOGICAL_PD"),
    (RELAPSED, "pd_confirmed 04-10 told=04-10", OK, "RADIOLOGICAL_PD"),  # both told on one day: both kept
    (PROGRESSED, "ctdna_resulted 04-20 result=positive told=05-01", OK, "RADIOLOGICAL_PD"),
    (RELAPSED, "pd_confirmed 04-05 told=04-10", OK, "RADIOLOGICAL_PD"),  # back-dated
    # --- resumption
    (INCLUDED, "treatment_resumed 05-20 relation=same reason=other", "not_in_this_phase", ""),
    (CONSENT, "treatment_resumed 05-20 relation=same reason=other", "not_started", ""),
    (OFF, "treatment_resumed 01-14 relation=same reason=other", "not_in_this_phase", ""),
    (OFF, "treatment_resumed 05-20 relation=same", "missing_field", ""),
    (OFF, "treatment_resumed 05-20 reason=other", "missing_field", ""),
    (OFF, "treatment_resumed 05-20 relation=other reason=mood", "wrong_value", ""),
    (OFF, "treatment_resumed 05-20 relation=same reason=patient_choice", OK, "RESUMED_PRIOR"),
    (RELAPSED, "treatment_resumed 05-20 relation=same reason=ctdna_pos", OK, "RESUMED_PRIOR"),
    (RESUMED, "treatment_resumed 06-20 relation=same reason=investigator", OK, "RESUMED_PRIOR"),
    (RESUMED, "treatment_resumed 05-20 relation=same reason=other", OK, "NEW_THERAPY"),  # same before other
    (RESUMED, "treatment_stopped 06-20", "not_in_this_phase", ""),
    # --- lost and found
    (CONSENT, "lost_to_follow_up 01-20", "not_started", ""),
    (OFF, "lost_to_follow_up 06-20", OK, "LOST_TO_FOLLOW_UP"),
    (OFF, "recontacted 06-20", "not_lost", ""),
    (f"{OFF}; lost_to_follow_up 06-20", "lost_to_follow_up 06-25", "already_lost", ""),
    (f"{OFF}; lost_to_follow_up 06-20", "recontacted 07-20", OK, "OFF_TREATMENT"),
    (f"{OFF}; lost_to_follow_up 06-20", "pd_confirmed 07-20 told=07-20", OK, "LOST_TO_FOLLOW_UP"),
    # --- what is only recorded
    *((OFF, f"{kind} 06-20", OK, "OFF_TREATMENT") for kind in (
        "imaging_done", "visit_scheduled", "visit_moved", "visit_done", "phone_changed", "sms_opt_out",
        "mode_changed", "language_changed", "hospitalised", "discharged")),
    # --- ends, and death over all
    ("", "death 01-20", OK, "DEATH"),
    (CONSENT, "consent_withdrawn 01-20", OK, "WITHDRAWN_CONSENT"),
    (OFF, "off_study 06-20", OK, "OFF_STUDY"),
    (OFF, "questionnaires_withdrawn 06-20", OK, "WITHDRAWN_QUESTIONNAIRES"),
    (f"{OFF}; questionnaires_withdrawn 06-20", "consent_withdrawn 06-25", OK, "WITHDRAWN_QUESTIONNAIRES"),
    (f"{OFF}; consent_withdrawn 06-20", "death 06-25", OK, "DEATH"),
    (f"{OFF}; death 06-20", "off_study 06-25", "after_the_end", ""),
    (f"{OFF}; death 06-20", "death 06-25", "after_the_end", ""),
    (f"{OFF}; death 06-20", "visit_done 06-21", "after_the_end", ""),
    (f"{OFF}; death 06-20", "visit_done 06-20", OK, "DEATH"),
    (f"{CONSENT}; death 01-08", "included 01-10", "after_the_end", ""),
    (RESUMED, "off_study 05-10", "makes_another_impossible", ""),
    (INCLUDED, "death 01-09", "makes_another_impossible", ""),
    (f"{OFF}; pd_confirmed 06-20 told=06-30 seen=06-21", "death 06-25", OK, "DEATH"),  # a planned telling is no fact
    # --- dates and types
    (OFF, "visit_scheduled 12-31", OK, "OFF_TREATMENT"),
    (OFF, "treatment_started 06-20", "unknown_type", ""),
    (OFF, "lost 06-20", "unknown_type", ""),
]  # fmt: skip


@pytest.mark.parametrize(("recorded", "line", "answer", "phase"), TABLE)
def test_a_course_holds_what_the_guards_allow_and_refuses_the_rest_with_a_reason(
    recorded: str, line: str, answer: str, phase: str
) -> None:
    events = tuple(fact(each) for each in recorded.split("; ") if each)
    new = fact(line)
    why = refusal(RULES, events, new, today=TODAY)
    assert (OK if why is None else why.code) == answer
    if why is None:
        assert live_course(RULES, (*events, new), as_of=TODAY).phase == phase
    else:
        assert all(sentence(why, language, rules=RULES).endswith(".") for language in ("fr", "en"))


def test_every_reason_of_refusal_but_one_stands_in_the_table() -> None:
    """`too_far_ahead` needs a day after the table's year."""
    answers = {answer for _, _, answer, _ in TABLE}
    assert answers - {OK} == {str(code) for code in RefusalCode} - {"too_far_ahead"}


def test_no_questionnaire_is_expected_without_the_second_consent() -> None:
    for recorded in ("", "consent1_signed 01-02", "consent1_signed 01-02; inclusion_planned 01-10"):
        events = tuple(fact(each) for each in recorded.split("; ") if each)
        assert live_plan(HEROES, events, as_of=date(2026, 1, 8)).slots == ()


def test_a_positive_result_and_a_progression_of_one_day_give_one_questionnaire() -> None:
    both = f"{OFF}; ctdna_resulted 04-01 result=positive told=04-10; pd_confirmed 04-08 told=04-10"
    plan = live_plan(HEROES, tuple(fact(each) for each in both.split("; ")), as_of=TODAY)
    assert [slot.key for slot in plan.slots if slot.due_on == date(2026, 4, 10)] == ["PD"]
    assert ("CONV", "PD") in [(entry.key, entry.into) for entry in plan.merged]
