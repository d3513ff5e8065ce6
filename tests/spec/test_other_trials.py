"""The protocols beside HEROES against dates worked by hand from what their publications say.

No date below was computed by this program: each was counted on a calendar from the trial's published line, which stands
above its table.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from pro_service.core.course import parse_course
from pro_service.core.plan import Plan, ReasonCode, plan
from pro_service.entrypoints.cli.protocol import protocol
from pro_service.store.catalogue import load_protocols
from pro_service.store.protocol_files import PROTOCOLS as FOLDER

PROTOCOLS = load_protocols()
FAR = date(2040, 1, 1)
SHIPPED = ["last-1", "systhers-1", "finesse-1", "patina-1", "weekly-symptoms-1", "moio-1"]


def event(kind: str, on: str, **fields: str) -> dict[str, Any]:
    return {"type": kind, "on": on, **fields}


def planned(version: str, *events: Mapping[str, Any], as_of: date = FAR) -> Plan:
    protocol = PROTOCOLS[version]
    course = parse_course({"events": list(events)}, source="course", rules=protocol.course)
    return plan(protocol, course, as_of=as_of)


def rows(result: Plan) -> list[tuple[str, str, str, str]]:
    """Key, due, open and close of each slot, as a table shows them."""
    return [(s.key, str(s.due_on), str(s.open_on), str(s.close_on)) for s in result.slots]


def table(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in text.strip().splitlines()]


def reasons(result: Plan) -> dict[str, ReasonCode]:
    return {each.key: each.reason.code for each in result.skipped}


def without(result: Plan) -> dict[str, list[str]]:
    """What each slot no longer asks."""
    return {s.key: [each.instrument for each in s.dropped] for s in result.slots if s.dropped}


# LAST: anchored on the stop, monthly x 6, every 2 months to month 24, every 3 months to month 36 (Flynn 2019).
# Included on 8 January 2024, stopped on 31 January 2024: each month's end shows.
LAST = table("""
BASE  2024-01-08  2023-12-25  2024-01-22
M1    2024-02-29  2024-02-22  2024-03-14
M2    2024-03-31  2024-03-24  2024-04-14
M3    2024-04-30  2024-04-23  2024-05-14
M4    2024-05-31  2024-05-24  2024-06-14
M5    2024-06-30  2024-06-23  2024-07-14
M6    2024-07-31  2024-07-24  2024-08-14
M8    2024-09-30  2024-09-23  2024-10-14
M10   2024-11-30  2024-11-23  2024-12-14
M12   2025-01-31  2025-01-24  2025-02-14
M14   2025-03-31  2025-03-24  2025-04-14
M16   2025-05-31  2025-05-24  2025-06-14
M18   2025-07-31  2025-07-24  2025-08-14
M20   2025-09-30  2025-09-23  2025-10-14
M22   2025-11-30  2025-11-23  2025-12-14
M24   2026-01-31  2026-01-24  2026-02-14
M27   2026-04-30  2026-04-23  2026-05-14
M30   2026-07-31  2026-07-24  2026-08-14
M33   2026-10-31  2026-10-24  2026-11-14
M36   2027-01-31  2027-01-24  2027-02-14
""")
LAST_COURSE = [event("included", "2024-01-08"), event("treatment_stopped", "2024-01-31")]


def test_last_counts_from_the_stop_with_a_period_that_changes_twice() -> None:
    assert rows(planned("last-1", *LAST_COURSE)) == LAST


# The same patient, told on 10 April 2024 of a molecular relapse found on 2 April: the calendar begins anew on that day.
LAST_AGAIN = table("""
BASE     2024-01-08  2023-12-25  2024-01-22
M1       2024-02-29  2024-02-22  2024-03-14
M2       2024-03-31  2024-03-24  2024-04-14
REC-M1   2024-05-10  2024-05-03  2024-05-24
REC-M2   2024-06-10  2024-06-03  2024-06-24
REC-M3   2024-07-10  2024-07-03  2024-07-24
REC-M4   2024-08-10  2024-08-03  2024-08-24
REC-M5   2024-09-10  2024-09-03  2024-09-24
REC-M6   2024-10-10  2024-10-03  2024-10-24
REC-M8   2024-12-10  2024-12-03  2024-12-24
REC-M10  2025-02-10  2025-02-03  2025-02-24
REC-M12  2025-04-10  2025-04-03  2025-04-24
REC-M14  2025-06-10  2025-06-03  2025-06-24
REC-M16  2025-08-10  2025-08-03  2025-08-24
REC-M18  2025-10-10  2025-10-03  2025-10-24
REC-M20  2025-12-10  2025-12-03  2025-12-24
REC-M22  2026-02-10  2026-02-03  2026-02-24
REC-M24  2026-04-10  2026-04-03  2026-04-24
REC-M27  2026-07-10  2026-07-03  2026-07-24
REC-M30  2026-10-10  2026-10-03  2026-10-24
REC-M33  2027-01-10  2027-01-03  2027-01-24
REC-M36  2027-04-10  2027-04-03  2027-04-24
""")


def test_last_begins_anew_on_the_day_the_patient_is_told_of_a_molecular_relapse() -> None:
    relapse = event("molecular_relapse", "2024-04-02", disclosed_on="2024-04-10")
    result = planned("last-1", *LAST_COURSE, relapse)
    assert rows(result) == LAST_AGAIN
    gave_way = [row[0] for row in LAST if row[0] not in ("BASE", "M1", "M2")]
    assert reasons(result) == dict.fromkeys(gave_way, ReasonCode.RESTARTED)
    told = event("molecular_relapse", "2024-04-02")
    assert rows(planned("last-1", *LAST_COURSE, told)) == LAST, "nobody has told the patient yet"


# SystHERs: every 90 days +/- 15, and around progression and at an attempt at discontinuation (BMC Cancer 2014;14:307).
# Included on 1 March 2025; progression on 15 September 2025, told on 20 September: D180 (28 August) is 23 days away and
# stays, D270 (26 November) too. Stopped on 30 May 2025, the very day of D90: one assessment for both.
SYSTHERS = table("""
BASE   2025-03-01  2025-02-14  2025-03-16
STOP1  2025-05-30  2025-05-23  2025-06-13
D180   2025-08-28  2025-08-13  2025-09-12
PD1    2025-09-20  2025-09-20  2025-10-20
D270   2025-11-26  2025-11-11  2025-12-11
D360   2026-02-24  2026-02-09  2026-03-11
D450   2026-05-25  2026-05-10  2026-06-09
""")


def test_systhers_asks_every_90_days_and_at_progression_and_discontinuation() -> None:
    course = [
        event("included", "2025-03-01"),
        event("treatment_stopped", "2025-05-30"),
        event("pd_confirmed", "2025-09-15", disclosed_on="2025-09-20"),
    ]
    result = planned("systhers-1", *course)
    assert rows(result)[:7] == SYSTHERS
    assert [(each.key, each.into) for each in result.merged] == [("D90", "STOP1")]
    assert rows(result)[-1] == ("D1800", "2030-02-03", "2030-01-19", "2030-02-18")


def test_systhers_follows_three_progressions_and_no_fourth() -> None:
    days = ["2025-06-20", "2025-10-01", "2026-01-12", "2026-04-01"]
    told = [event("pd_confirmed", day, disclosed_on=day) for day in days]
    result = planned("systhers-1", event("included", "2025-03-01"), *told)
    assert [s.key for s in result.slots if s.rule == "pd"] == ["PD1", "PD2", "PD3"]
    assert reasons(result) == {"PD4": ReasonCode.OVER_MAXIMUM}


# FINESSE: randomisation, M3 ... M60, +/- 2 weeks. Randomised on 30 November 2024.
FINESSE = table("""
RAND  2024-11-30  2024-11-16  2024-12-14
M3    2025-02-28  2025-02-14  2025-03-14
M6    2025-05-30  2025-05-16  2025-06-13
M9    2025-08-30  2025-08-16  2025-09-13
M12   2025-11-30  2025-11-16  2025-12-14
M18   2026-05-30  2026-05-16  2026-06-13
M24   2026-11-30  2026-11-16  2026-12-14
M36   2027-11-30  2027-11-16  2027-12-14
M48   2028-11-30  2028-11-16  2028-12-14
M60   2029-11-30  2029-11-16  2029-12-14
""")


@pytest.mark.parametrize("stopped_on", [None, "2025-07-01"])
def test_finesse_goes_on_to_month_60_whether_or_not_the_treatment_stops_early(stopped_on: str | None) -> None:
    stop = [event("treatment_stopped", stopped_on)] if stopped_on else []
    result = planned("finesse-1", event("included", "2024-11-30"), *stop)
    assert rows(result) == FINESSE
    assert result.skipped == ()


def test_finesse_never_asks_one_scale_after_an_early_stop_and_another_once_more_only() -> None:
    """Stopped on 1 July 2025: M9 is the next, and the only one with the scale that is asked once more."""
    result = planned("finesse-1", event("included", "2024-11-30"), event("treatment_stopped", "2025-07-01"))
    later = {key: ["fcri-sf", "hads"] for key in ("M12", "M18", "M24", "M36", "M48", "M60")}
    assert without(result) == {"M9": ["hads"], **later}
    by_key = {s.key: s for s in result.slots}
    assert by_key["M6"].instruments == ("eq-5d-5l", "qlq-c30", "promis-fatigue-4a", "fcri-sf", "hads")
    assert by_key["M9"].instruments == ("eq-5d-5l", "qlq-c30", "promis-fatigue-4a", "fcri-sf")
    assert by_key["M12"].instruments == ("eq-5d-5l", "qlq-c30", "promis-fatigue-4a")
    codes = {each.instrument: each.reason.code for each in by_key["M12"].dropped}
    assert codes == {"fcri-sf": ReasonCode.ASKED_ENOUGH, "hads": ReasonCode.STOPPED}


# PATINA: baseline, then every 3 cycles of 28 days (84 days) until progression or end of treatment.
# Started on 1 February 2024 (a leap year); progression told on 15 January 2025, after C12 and before C15.
PATINA = table("""
BASE  2024-02-01  2024-01-18  2024-02-01
C3    2024-04-25  2024-04-18  2024-05-02
C6    2024-07-18  2024-07-11  2024-07-25
C9    2024-10-10  2024-10-03  2024-10-17
C12   2025-01-02  2024-12-26  2025-01-09
""")


@pytest.mark.parametrize(
    "end",
    [
        event("pd_confirmed", "2025-01-10", disclosed_on="2025-01-15"),
        event("treatment_stopped", "2025-01-15"),
    ],
    ids=["progression", "end of treatment"],
)
def test_patina_asks_every_three_cycles_until_progression_or_end_of_treatment(end: dict[str, Any]) -> None:
    result = planned("patina-1", event("included", "2024-02-01"), end)
    assert rows(result) == PATINA
    assert set(reasons(result).values()) == {ReasonCode.STOPPED}
    assert (min(reasons(result), key=lambda key: int(key[1:])), len(result.skipped)) == ("C15", 36)


def test_patina_goes_on_as_long_as_nothing_ends_it_up_to_its_maximum() -> None:
    result = planned("patina-1", event("included", "2024-02-01"))
    assert len(result.slots) == 41
    assert rows(result)[5] == ("C15", "2025-03-27", "2025-03-20", "2025-04-03")
    assert rows(result)[-1] == ("C120", "2033-04-14", "2033-04-07", "2033-04-21")


# PRO-TECT-like: weekly for up to one year. Started on Thursday 2 January 2025; treatment ended on 6 February 2025.
WEEKLY = table("""
W0  2025-01-02  2025-01-02  2025-01-08
W1  2025-01-09  2025-01-09  2025-01-15
W2  2025-01-16  2025-01-16  2025-01-22
W3  2025-01-23  2025-01-23  2025-01-29
W4  2025-01-30  2025-01-30  2025-02-05
""")


def test_the_weekly_survey_stops_with_the_treatment() -> None:
    result = planned(
        "weekly-symptoms-1", event("included", "2025-01-02"), event("treatment_stopped", "2025-02-06")
    )
    assert rows(result) == WEEKLY
    assert set(reasons(result).values()) == {ReasonCode.PHASE}


def test_the_weekly_survey_has_its_last_week_one_year_on() -> None:
    result = planned("weekly-symptoms-1", event("included", "2025-01-02"))
    assert (len(result.slots), rows(result)[-1]) == (53, ("W52", "2026-01-01", "2026-01-01", "2026-01-07"))


def test_moio_is_a_bundle_and_one_assumed_timepoint() -> None:
    (slot,) = planned("moio-1", event("included", "2025-05-05")).slots
    assert slot.instruments == ("qlq-c30", "eq-5d-5l", "hads", "fcri-sf")


@pytest.mark.parametrize("version", SHIPPED)
def test_each_is_assumed_cites_its_source_and_is_planned_by_the_command(version: str, tmp_path: Any) -> None:
    assert PROTOCOLS[version].status == "assumed"
    text = (FOLDER / f"{version}.toml").read_text("utf-8")
    assert all(word in text for word in ("# Source:", "# ASSUMED:"))
    course = tmp_path / "course.json"
    course.write_text(json.dumps({"events": [event("included", "2025-01-02")]}), "utf-8")
    shown = CliRunner().invoke(protocol, ["plan", version, "--course", str(course), "--as-of", "2025-02-01"])
    assert (shown.exit_code, shown.stderr) == (0, "")
    checked = CliRunner().invoke(protocol, ["check", str(FOLDER / f"{version}.toml")])
    assert (checked.exit_code, "ok" in checked.stdout) == (0, True)


def test_what_no_longer_is_asked_is_shown_by_the_command(tmp_path: Any) -> None:
    course = tmp_path / "course.json"
    events: Iterable[dict[str, Any]] = [
        event("included", "2024-11-30"),
        event("treatment_stopped", "2025-07-01"),
    ]
    course.write_text(json.dumps({"events": list(events)}), "utf-8")
    asked = ["plan", "finesse-1", "--course", str(course), "--as-of", "2026-01-01"]
    shown = json.loads(CliRunner().invoke(protocol, [*asked, "--json"]).stdout)
    m9 = next(slot for slot in shown["slots"] if slot["key"] == "M9")
    assert m9["dropped"] == [
        {
            "instrument": "hads",
            "reason": "not expected: no longer asked after 2025-07-01 (“treatment_stopped”)",
        }
    ]
    assert "dropped" not in shown["slots"][0]
    text = CliRunner().invoke(protocol, asked).stdout
    assert "M9 without hads" in text
