"""What a site enters for a patient, as JSON: kept, scored and alerted like answers over the link; strictly read."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from pro_service.services.answers import responses
from pro_service.services.patients import enrolment
from pro_service.services.refusals import ConflictError
from pro_service.store.models import Answer, AnswerPrompt, AssessmentChange, Message, Response, SiteEntry
from pro_service.store.records import entries
from tests.services.given import WELL as WELL_ALL
from tests.services.given import lot
from tests.trial import PASSWORD, SECRET, START, STUDY, Trial
from tests.web.api.forms import form, opened, send
from tests.web.api.world import TIRED, WELL, Program, problem, program, worsened, wrong_fields


def test_a_paper_form_is_stored_scored_and_says_who_entered_it(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    done = send(nurse, assessment, form(WELL))
    assert done.status_code == 201, done.get_json()
    assert done.get_json() == {
        "instrument_state": "completed",
        "assessment_state": "in_progress",
        "alerts": 0,
    }
    (row,) = heroes.rows(Response)
    assert (row.mode, row.state, row.instrument_version) == ("paper", "completed", "3.0")
    scores = nurse.items("/patients/03-001/scores")
    assert {one["scale"]: one["value"] for one in scores}["FA"] == 0
    assert len(heroes.rows(Answer)) == 30
    assert {change.changed_by for change in heroes.rows(AssessmentChange, change="in_progress")} == {"nurse"}


def test_the_form_is_kept_byte_for_byte_and_unreadable_in_the_database(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    content = json.dumps(form(WELL), indent=3).encode() + b"\n \n"
    path = f"/assessments/{assessment}/responses"
    assert nurse.post(path, data=content, content_type="application/json").status_code == 201
    (row,) = heroes.rows(SiteEntry)
    assert (row.kind, row.client_id, row.answered_on, row.entered_by) == (
        "json",
        "form-1",
        date(2026, 1, 5),
        "nurse",
    )
    assert b"q10" not in row.content_sealed
    assert entries.content(heroes.installation.keys, row) == content
    assert row.content_sha256 == entries.content_hash(content)


def test_the_last_instrument_completes_the_assessment_and_stops_its_messages(
    heroes: Trial, nurse: Program
) -> None:
    assessment = opened(heroes)
    states = []
    for number, code in enumerate(("qlq-c30", "qlq-br23", "eq-5d-5l", "hads", "fcri-sf")):
        answered = send(nurse, assessment, form(WELL_ALL[code], code, id=f"form-{number}"))
        states.append(answered.get_json()["assessment_state"])
    assert states == ["in_progress"] * 4 + ["completed"]
    assert heroes.rows(Message, assessment_id=assessment, state="ready") == []


def test_a_worse_form_raises_its_alert_at_once(heroes: Trial) -> None:
    worsened(heroes)  # the alert of M1.5 is there; the next assessment is entered at the site
    heroes.on(date(2026, 5, 15))
    nurse = program(heroes)
    (row,) = [one for one in nurse.items("/patients/03-001/assessments") if one["key"] == "M4.5"]
    assert row["state"] == "open"
    done = send(nurse, row["id"], form(TIRED, answered_on="2026-05-15"))
    assert done.get_json()["alerts"] == 1
    assert len(nurse.items("/alerts")) == 2


def test_the_same_form_again_changes_nothing_and_is_answered_alike(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    first = send(nurse, assessment, form(WELL))
    before = heroes.counts()
    again = send(nurse, assessment, form(WELL))
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert heroes.counts() == before
    other = form(TIRED)
    problem(send(nurse, assessment, other), 409, "entry_id_used")
    problem(send(nurse, assessment, other | {"id": "form-2"}), 409, "instrument_completed")
    assert heroes.counts() == before


def test_a_form_in_two_parts_is_put_together_and_corrected(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    half = {item: value for item, value in WELL.items() if item < "q2"}
    begun = send(nurse, assessment, form(half, complete=False))
    assert begun.get_json()["instrument_state"] == "in_progress"
    rest = {item: value for item, value in WELL.items() if item >= "q2"} | {"q1": 2}
    assert send(nurse, assessment, form(rest, id="form-2")).get_json()["instrument_state"] == "completed"
    versions = [(one.version, one.value) for one in heroes.rows(Answer, item="q1")]
    assert versions == [(1, 1), (2, 2)]


def test_the_way_of_answering_does_not_change_within_an_instrument(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    over_the_link = {"token": heroes.link(), "instrument": "qlq-c30"}
    heroes.call(
        responses.answer, heroes.installation, **over_the_link, answers=lot({"q1": 1}), now=heroes.now
    )
    refused = problem(send(nurse, assessment, form(WELL)), 409, "answered_in_another_way")
    assert refused["detail"] == "Cette partie est commencée par le lien : terminez-la par le lien."
    hads = form(WELL_ALL["hads"], "hads", mode="phone", complete=False)
    assert send(nurse, assessment, hads).status_code == 201
    problem(send(nurse, assessment, hads | {"id": "2", "mode": "tablet"}), 409, "answered_in_another_way")
    nothing = hads | {"id": "3", "mode": "tablet", "answers": []}
    problem(send(nurse, assessment, nothing), 409, "answered_in_another_way")
    over_the_link["instrument"] = "hads"
    with pytest.raises(ConflictError):
        heroes.call(
            responses.answer, heroes.installation, **over_the_link, answers=lot({"q1": 1}), now=heroes.now
        )


def test_only_site_staff_of_the_patients_own_site_enter_forms(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    other = program(heroes, "other")
    for key in (assessment, 2**31 - 1, 10**30):
        problem(send(other, key, form(WELL)), 404, "not_found")
    _add_reader(heroes)
    reader = program(heroes, "reader")
    problem(send(reader, assessment, form(WELL)), 403, "not_allowed")
    stranger = Program(client=heroes.client())
    problem(send(stranger, assessment, form(WELL)), 401, "log_in_first")
    forged = Program(client=nurse.client, csrf_token="not-the-token-of-this-test")
    problem(send(forged, assessment, form(WELL)), 403, "forbidden")
    assert heroes.rows(SiteEntry) == heroes.rows(Response) == []


def _add_reader(heroes: Trial) -> None:
    heroes.call(
        enrolment.create_staff,
        heroes.installation,
        study=STUDY,
        login="reader",
        name="Reader",
        role="data_manager",
        sites=("03",),
        password=PASSWORD,
        totp_secret=SECRET,
        phone=None,
        now=START,
    )


def test_an_assessment_takes_forms_only_while_it_is_open(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    heroes.record("treatment_stopped", heroes.now.date())
    listed = {one["key"]: one for one in nurse.items("/patients/03-001/assessments")}
    planned = form(WELL, answered_on="2026-01-05")
    problem(send(nurse, listed["M1.5"]["id"], planned), 409, "assessment_not_open")
    heroes.at(START + timedelta(days=32))
    problem(send(program(heroes), assessment, form(WELL)), 409, "too_late_to_enter")
    assert heroes.rows(Response) == []


def test_a_form_that_reaches_the_site_late_is_kept_and_marked_and_the_ledger_stays(
    heroes: Trial, nurse: Program
) -> None:
    """REG-10, REG-19: filled in while the service could not be reached, handed in after the window."""
    assessment = opened(heroes)
    heroes.record("treatment_stopped", heroes.now.date())
    heroes.at(START + timedelta(days=1))
    nurse = program(heroes)
    late = form(WELL, reason="service_down", note="Handed in at the desk")
    done = send(nurse, assessment, late)
    assert done.get_json() == {"instrument_state": "completed", "assessment_state": "missed", "alerts": 0}
    (entry,) = heroes.rows(SiteEntry)
    assert (entry.late, entry.reason, entry.respondent) == (True, "service_down", "patient")
    assert {answer.entry_key for answer in heroes.rows(Answer)} == {"form-1"}
    (base,) = [one for one in nurse.items("/patients/03-001/assessments") if one["id"] == assessment]
    assert base["state"] == "missed"
    again = form(WELL_ALL["hads"], "hads", id="2", complete=False)
    assert send(nurse, assessment, again).get_json()["instrument_state"] == "closed"
    problem(send(nurse, assessment, again | {"id": "3"}), 409, "answered_before_close")


def test_a_site_says_why_it_enters_answers_and_who_gave_them(heroes: Trial, nurse: Program) -> None:
    """REG-10: the originator of each answer, and the reason of an entry on the patient's behalf."""
    assessment = opened(heroes)
    without = {name: value for name, value in form(WELL).items() if name != "reason"}
    assert wrong_fields(send(nurse, assessment, without)) == {"reason": "required"}
    assert wrong_fields(send(nurse, assessment, form(WELL, reason="not_asked"))) == {"reason": "not_one_of"}
    assert heroes.rows(SiteEntry) == []
    proxy = form(WELL, mode="interview", reason="too_ill", answered_by="proxy")
    assert send(nurse, assessment, proxy).status_code == 201
    (entry,) = heroes.rows(SiteEntry)
    assert (entry.reason, entry.respondent, entry.entered_by) == ("too_ill", "proxy", "nurse")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"answers": [{"item": "q1", "value": 5}]}, "answers.0", "out_of_range"),
    ({"answers": [{"item": "q1", "value": 0}]}, "answers.0", "out_of_range"),
    ({"answers": [{"item": "q1", "value": 10**40}]}, "answers.0", "out_of_range"),
    ({"answers": [{"item": "q1", "value": 2.0}]}, "answers.0.value", "not_a_whole_number"),
    ({"answers": [{"item": "q1", "value": "2"}]}, "answers.0.value", "not_a_whole_number"),
    ({"answers": [{"item": "q1", "value": True}]}, "answers.0.value", "not_a_whole_number"),
    ({"answers": [{"item": "q1"}]}, "answers.0", "value_or_refusal"),
    ({"answers": [{"item": "q1", "value": 2, "refused": True}]}, "answers.0", "value_or_refusal"),
    ({"answers": [{"item": "Q1", "value": 2}]}, "answers.0", "unknown_item"),
    ({"answers": [{"item": "q1", "value": 2, "note": "x"}]}, "answers.0.note", "unknown"),
    ({"answers": [{"item": "q1", "value": 2}, {"item": "q1", "value": 2}]}, "answers.1", "answered_twice"),
    ({"answers": {"q1": 2}}, "answers", "not_a_list"),
    ({"instrument": "qlq-c3"}, "instrument", "not_one_of"),
    ({"mode": "link"}, "mode", "not_one_of"),
    ({"mode": "sms"}, "mode", "not_one_of"),
    ({"answered_on": "2026-01-06"}, "answered_on", "day_outside"),
    ({"answered_on": "2025-12-01"}, "answered_on", "day_outside"),
    ({"answered_on": "05/01/2026"}, "answered_on", "not_a_day"),
    ({"complete": "yes"}, "complete", "not_true_or_false"),
    ({"id": ""}, "id", "length"),
    ({"id": "a\x00"}, "id", "not_printable"),
    ({"entered_by": "somebody"}, "entered_by", "unknown"),
]


def test_a_form_is_read_strictly_and_a_wrong_one_leaves_nothing(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    before = heroes.counts()
    for change, field, code in WRONG:
        assert wrong_fields(send(nurse, assessment, form(WELL) | change)) == {field: code}
    # Values out of range were asked for again, and that is kept (REG-04); every other count stands.
    after = heroes.counts()
    assert {name for name in after if after[name] != before[name]} <= {
        "answer_prompt",
        "audit_entry",
        "audit_pending",
    }
    assert {row.code for row in heroes.rows(AnswerPrompt)} == {"out_of_range"}


def test_an_item_that_was_not_asked_has_no_answer_except_on_paper(heroes: Trial, nurse: Program) -> None:
    """On paper a patient can write anywhere: it is kept as it stands, and the scoring leaves it out."""
    assessment = opened(heroes)
    filtered = WELL_ALL["qlq-br23"] | {"q45": 1, "q46": 4}
    spoken = form(filtered, "qlq-br23", mode="phone")
    refused = problem(send(nurse, assessment, spoken), 422, "invalid")["errors"][0]
    assert (refused["code"], "q45" in refused["message"]) == ("not_shown", True)
    without_filter = {item: value for item, value in filtered.items() if item != "q45"}
    screen = form(without_filter, "qlq-br23", mode="tablet")
    assert wrong_fields(send(nurse, assessment, screen)) == {"answers.20": "not_shown"}
    assert send(nurse, assessment, form(filtered, "qlq-br23")).status_code == 201
    scores = {one["scale"]: one for one in nurse.items("/patients/03-001/scores")}
    assert (scores["BRSEE"]["value"], scores["BRSEE"]["absent"]) == (None, "filter")


def test_a_condition_answered_in_an_earlier_part_counts(heroes: Trial, nurse: Program) -> None:
    assessment = opened(heroes)
    over = {"mode": "tablet", "instrument": "qlq-br23"}
    first = form({"q45": 3}, **over, complete=False)
    assert send(nurse, assessment, first).status_code == 201
    assert send(nurse, assessment, form({"q46": 2}, **over, id="2")).status_code == 201
