"""An assessment asked outside the calendar: over the API and the desk it is planned at once, and asks what was said."""

import re
from collections.abc import Iterator

import pytest

from pro_service.store.models import Assessment
from tests.trial import Trial, trial
from tests.web.api.world import Program, problem, program

PATIENT = "/patients/03-001"
ASKED = {"type": "unscheduled_assessment", "on": "2026-01-05", "reason": "clinical_worsening"}


@pytest.fixture
def last(migrated_database: str) -> Iterator[Trial]:
    """A small trial of the LAST-like protocol, which knows assessments outside its calendar."""
    with trial(migrated_database, protocol="last-1") as made:
        made.include("03-001")
        yield made


@pytest.fixture
def site(last: Trial) -> Program:
    return program(last)


def ask(site: Program, **fields: str) -> dict[str, object]:
    done = site.post(f"{PATIENT}/events", ASKED | fields)
    assert done.status_code == 201, done.get_json()
    return {each["key"]: each for each in site.items(f"{PATIENT}/assessments")}


def test_the_site_asks_outside_the_calendar_and_names_the_bundle(site: Program) -> None:
    plan = ask(site, bundle="fatigue")
    asked = plan["U1"]["instruments"]
    assert (plan["U1"]["due_on"], asked) == ("2026-01-05", ["promis-fatigue-4a"])
    (fact,) = [each for each in site.items(f"{PATIENT}/events") if each["type"] == ASKED["type"]]
    assert (fact["reason"], fact["bundle"]) == ("clinical_worsening", "fatigue")


def test_without_a_bundle_all_of_the_rule_is_asked_and_each_fact_has_a_slot_of_its_own(site: Program) -> None:
    ask(site)
    plan = ask(site, bundle="fatigue")
    assert [len(plan[key]["instruments"]) for key in ("U1", "U2")] == [6, 1]


def test_a_fact_dated_ahead_waits_for_its_day_and_is_then_planned_and_opened(
    last: Trial, site: Program
) -> None:
    assert "U1" not in ask(site, on="2026-01-08")
    last.on(last.now.date().replace(day=8))
    states = {each["key"]: each["state"] for each in program(last).items(f"{PATIENT}/assessments")}
    assert states["U1"] == "open"


def test_a_bundle_the_protocol_does_not_offer_and_a_missing_reason_are_refused(site: Program) -> None:
    for body in (ASKED | {"bundle": "everything"}, {**ASKED, "reason": None}):
        told = problem(site.post(f"{PATIENT}/events", body), 422, "invalid")
        assert told["errors"], body
    assert "U1" not in {each["key"] for each in site.items(f"{PATIENT}/assessments")}


def test_the_desk_offers_it_previews_it_and_records_it(last: Trial) -> None:
    desk = last.logged_in()
    assert "type=unscheduled_assessment" in desk.get("/staff/patients/03-001/event").get_data(as_text=True)
    query = {**ASKED, "bundle": "fatigue"}
    form = desk.get("/staff/patients/03-001/event", query_string={"type": ASKED["type"]})
    assert 'value="clinical_worsening"' in form.get_data(as_text=True)
    preview = desk.get("/staff/patients/03-001/event", query_string={**query, "preview": "1"})
    assert "U1" in preview.get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', preview.get_data(as_text=True))
    assert token is not None
    done = desk.post("/staff/patients/03-001/events", data={**query, "csrf_token": token[1]})
    assert done.status_code == 303
    page = desk.get("/staff/patients/03-001").get_data(as_text=True)
    assert "U1" in page
    assert "aggravation clinique" in page
    (slot,) = last.rows(Assessment, key="U1")
    assert slot.instruments == ["promis-fatigue-4a"]
