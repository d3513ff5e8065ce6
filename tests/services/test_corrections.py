"""REG-06: answers that are in change only as new versions, asked for by the site, and decided by somebody else."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.answers import Placed
from pro_service.core.provenance import AskedBy, CorrectionReason, CorrectionSource
from pro_service.services.answers.entries import FaultyEntryError
from pro_service.services.provenance import corrections
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.services.scores import rescoring
from pro_service.store.db import reading
from pro_service.store.models import Alert, Answer, Assessment, Correction, Response, Score, Site
from pro_service.store.queries import patients
from tests.services.export_story import exported, table
from tests.services.given import TIRED, WELL, answer_all, invited_to_m15
from tests.trial import STUDY, Trial, trial

TODAY = date(2026, 2, 17)


def answered(heroes: Trial, level: Any = WELL) -> int:
    """A patient whose baseline and M1.5 are answered; the id of M1.5."""
    heroes.include()
    heroes.beat()
    answer_all(heroes, heroes.link())
    heroes.record("treatment_stopped", heroes.now.date())
    heroes.on(TODAY)
    answer_all(heroes, heroes.link(), level)
    (row,) = heroes.rows(Assessment, key="M1.5")
    return int(row.id)


def wanted(values: dict[str, int | None], **over: Any) -> corrections.Request:
    placed = tuple(
        Placed(place=f"answers.{number}", item=item, value=value, refused=value is None)
        for number, (item, value) in enumerate(values.items())
    )
    plain: dict[str, Any] = {
        "instrument": "qlq-c30",
        "answers": placed,
        "reason": CorrectionReason.MISTYPED,
        "note": "Canari: the patient called about it",
        "source": CorrectionSource.CALL_NOTE,
        "source_on": TODAY,
        "asked_by": AskedBy.PATIENT,
    }
    return corrections.Request(**plain | over)


def ask(heroes: Trial, assessment_id: int, request: corrections.Request, **over: Any) -> Any:
    values = {
        "assessment_id": assessment_id,
        "site_ids": (heroes.rows(Site, code="03")[0].id,),
        "request": request,
        "actor": "nurse",
        "now": heroes.now,
    }
    installation = over.pop("installation", heroes.installation)
    return heroes.call(corrections.request_correction, installation, **values | over)


def decide(heroes: Trial, correction_id: int, *, approve: bool = True, **over: Any) -> Any:
    values = {
        "correction_id": correction_id,
        "site_ids": (heroes.rows(Site, code="03")[0].id,),
        "approve": approve,
        "actor": "other",
        "now": heroes.now,
    }
    return heroes.call(corrections.decide_correction, heroes.installation, **values | over)


def current_scores(heroes: Trial) -> dict[str, float | None]:
    def read() -> dict[str, float | None]:
        with reading() as session:
            found = patients.scores_of(session, 1)
        return {one.scale: one.value for one in found if (one.key, one.instrument) == ("M1.5", "qlq-c30")}

    return heroes.call(read)


def test_a_correction_is_a_new_version_scored_and_alerted_beside_the_original(
    migrated_database: str, tmp_path: Path
) -> None:
    with trial(migrated_database) as heroes:
        form = answered(heroes)
        assert current_scores(heroes)["FA"] == 0
        number, state = ask(heroes, form, wanted({"q10": 4, "q12": 4, "q18": 4}))
        assert state == "requested"
        assert current_scores(heroes)["FA"] == 0
        assert heroes.rows(Alert) == []
        heroes.now += timedelta(hours=1)
        assert decide(heroes, number) == "applied"
        versions = [(one.version, one.value, one.correction_id) for one in heroes.rows(Answer, item="q10")]
        assert versions[-2:] == [(1, 1, None), (2, 4, number)]
        assert current_scores(heroes)["FA"] == 100
        kept = [(one.answers_version, one.value) for one in heroes.rows(Score, scale="FA")]
        assert kept[-2:] == [(1, 0.0), (2, 100.0)]
        assert [(alert.scale, alert.state) for alert in heroes.rows(Alert)] == [("FA", "new")]
        again = heroes.call(rescoring.rescore, heroes.installation, study=STUDY, now=heroes.now)
        assert (again.scored, again.changed) == (0, ())
        exported(heroes, tmp_path / "out")
        rows = [row for row in table(tmp_path / "out", "corrections") if row["item"] == "q10"]
        told = [(row["old_value"], row["value"], row["state"], row["asked_by"]) for row in rows]
        assert told == [("1", "4", "applied", "patient")]
        assert rows[0]["requested_by"].startswith("staff:")
        assert rows[0]["requested_by"] != rows[0]["decided_by"]
        items = [
            (row["answer_version"], row["value"], row["is_latest"], row["entry_reason"])
            for row in table(tmp_path / "out", "items")
            if (row["timepoint"], row["item"]) == ("M1.5", "q10")
        ]
        assert items == [("1", "1", "0", ""), ("2", "4", "1", "correction")]
        assert "Canari" not in (tmp_path / "out" / "corrections.csv").read_text()


def test_an_alert_that_stood_before_a_correction_stands_after_it(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        form = answered(heroes, TIRED)
        before = [(alert.id, alert.state) for alert in heroes.rows(Alert)]
        assert before
        number, _ = ask(heroes, form, wanted({"q10": 1, "q12": 3}))
        decide(heroes, number)
        assert [(alert.id, alert.state) for alert in heroes.rows(Alert)] == before


def test_who_asks_does_not_decide_and_nobody_decides_twice(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        form = answered(heroes)
        number, _ = ask(heroes, form, wanted({"q10": 2}))
        for code, over in (("same_person", {"actor": "nurse"}), ("correction_waiting", None)):
            with pytest.raises(ConflictError) as caught:
                ask(heroes, form, wanted({"q12": 2})) if over is None else decide(heroes, number, **over)
            assert caught.value.reason.code == code
        assert decide(heroes, number, approve=False, note="The form says otherwise") == "refused"
        with pytest.raises(ConflictError) as caught:
            decide(heroes, number)
        assert caught.value.reason.code == "correction_decided"
        assert {one.version for one in heroes.rows(Answer)} == {1}
        (row,) = heroes.rows(Correction)
        assert (row.decided_by, row.decision_note) == ("other", "The form says otherwise")


def test_without_a_second_person_it_is_applied_as_it_is_asked_for(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        form = answered(heroes)
        known = heroes.installation.catalogue
        protocol = known.protocols["heroes-1"]
        alone = replace(protocol, corrections=replace(protocol.corrections, second_person=False))
        catalogue = replace(known, protocols={**known.protocols, "heroes-1": alone})
        installation = replace(heroes.installation, catalogue=catalogue)
        _, state = ask(heroes, form, wanted({"q10": None}), installation=installation)
        assert state == "applied"
        newest = heroes.rows(Answer, item="q10")[-1]
        assert (newest.version, newest.value, newest.refused) == (2, None, True)


def test_what_cannot_be_corrected_is_refused_with_its_reason(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        form = answered(heroes)
        tomorrow = TODAY + timedelta(days=1)
        for request, codes in (
            (wanted({}), {"nothing_changed"}),
            (wanted({"q10": 1}), {"unchanged"}),
            (wanted({"q10": 9}), {"out_of_range"}),
            (wanted({"q99": 1}), {"unknown_item"}),
            (wanted({"q10": 2}, source_on=tomorrow), {"day_outside"}),
        ):
            with pytest.raises(FaultyEntryError) as faulty:
                ask(heroes, form, request)
            assert {fault.code for fault in faulty.value.faults} == codes
        with pytest.raises(InvalidError):
            ask(heroes, form, wanted({"q10": 2}, note="  "))
        with pytest.raises(NotFoundError):
            ask(heroes, form, wanted({"q10": 2}), site_ids=(heroes.rows(Site, code="04")[0].id,))
        assert heroes.rows(Correction) == []


def test_what_can_still_be_changed_as_usual_needs_no_correction(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        (row,) = heroes.rows(Assessment, key="M1.5")
        with pytest.raises(ConflictError) as caught:
            ask(heroes, row.id, wanted({"q10": 2}))
        assert caught.value.reason.code == "nothing_to_correct"
        assert heroes.rows(Response) == []
