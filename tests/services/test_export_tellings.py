"""What an export says of tellings: the result, the telling as a fact of its own, and the answers that came after it."""

from datetime import timedelta
from pathlib import Path

from pro_service.services.patients import disclosure
from tests.services.export_story import exported, table
from tests.services.given import OTHER, answer_all, invited_to_m15
from tests.trial import trial


def test_an_answer_after_a_telling_is_tagged_with_its_day_and_the_telling_names_its_result(
    migrated_database: str, tmp_path: Path
) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        today = heroes.now.date()
        result = heroes.record("ctdna_resulted", today - timedelta(days=4), result="negative")
        heroes.call(
            disclosure.confirm_disclosure,
            heroes.installation,
            event_id=result.event_id,
            told_on=today,
            site_ids=(1,),
            actor="nurse",
            now=heroes.now,
        )
        heroes.on(today + timedelta(days=1))
        answer_all(heroes, token)
        heroes.enrol("03-002", phone=OTHER)
        exported(heroes, tmp_path / "out")
        forms = {row["timepoint"]: row for row in table(tmp_path / "out", "expected_forms")}
        assert (forms["M1.5"]["after_disclosure_on"], forms["M1.5"]["answered_in_window"]) == (
            today.isoformat(),
            "1",
        )
        assert (forms["M4.5"]["after_disclosure_on"], forms["M4.5"]["answered_in_window"]) == ("", "")
        told = table(tmp_path / "out", "events")[-1]
        assert (told["type"], told["event_on"]) == ("result_disclosed", today.isoformat())
        assert told["discloses_event_no"] == table(tmp_path / "out", "events")[-2]["event_no"]
        because = {row["patient"]: row["not_planned_because"] for row in table(tmp_path / "out", "patients")}
        assert because == {"03-001": "", "03-002": "anchor_missing"}, "P41: never silently empty"
