"""Scoring a study again: both scorings stay, every difference is told, and nothing else is touched."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from pro_service.core.scoring import Absent
from pro_service.services.installation import Installation
from pro_service.services.scores import rescoring
from pro_service.services.scores.rescoring import Rescored, RescoringError
from pro_service.store.db import reading
from pro_service.store.models import Alert, Answer, Patient, Response, Score
from pro_service.store.queries import patients
from tests.services.given import TIRED, WELL, answer_all, change, complete, invited_to_m15, send
from tests.threads import in_threads
from tests.trial import STUDY, Trial, trial

NEWER = "10"


def turned_round(here: Installation) -> Installation:
    """An installation whose newer rules give fatigue the other way round."""
    asked = here.catalogue.instruments["qlq-c30"]
    scales = tuple(replace(scale, inverted=scale.code == "FA" or scale.inverted) for scale in asked.scales)
    instruments = {**here.catalogue.instruments, "qlq-c30": replace(asked, scales=scales)}
    return replace(here, catalogue=replace(here.catalogue, instruments=instruments), rule_version=NEWER)


def again(heroes: Trial, here: Installation, **how: Any) -> Rescored:
    return heroes.call(rescoring.rescore, here, study=STUDY, now=heroes.now + timedelta(days=30), **how)


def answered(heroes: Trial) -> None:
    """M1.5 is complete, and its patient tired."""
    answer_all(heroes, invited_to_m15(heroes), TIRED)


def seen(heroes: Trial, *models: Any) -> list[dict[str, Any]]:
    """Rows as they are, to be compared later."""
    return [
        {name: value for name, value in vars(row).items() if not name.startswith("_")}
        for model in models
        for row in heroes.rows(model)
    ]


def test_by_the_same_version_nothing_changes_and_nothing_differs(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        before = seen(heroes, Score, Answer, Response, Alert)
        done = again(heroes, heroes.installation)
        assert (done.responses, done.scored, done.changed, done.left) == (3, 0, (), ())
        assert seen(heroes, Score, Answer, Response, Alert) == before


def test_by_another_version_every_old_row_stays_and_every_difference_is_told(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        old = seen(heroes, Score)
        rest = seen(heroes, Answer, Response, Alert)
        done = again(heroes, turned_round(heroes.installation))
        assert seen(heroes, Score)[: len(old)] == old
        assert len(heroes.rows(Score)) == 2 * len(old)
        assert seen(heroes, Answer, Response, Alert) == rest
        told = [(one.patient, one.timepoint, one.instrument, one.difference.scale) for one in done.changed]
        # Fatigue itself, and the summary that rests on it.
        assert told == [("03-001", "M1.5", "qlq-c30", scale) for scale in ("FA", "SUMMARY")]
        fatigue = done.changed[0].difference
        assert fatigue.old is not None
        assert fatigue.new is not None
        assert (fatigue.old.value, fatigue.new.value) == (100.0, 0.0)
        assert (fatigue.old_version, fatigue.new_version) == ("2", NEWER)


def test_a_second_run_adds_nothing_and_tells_the_same(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        first = again(heroes, turned_round(heroes.installation))
        rows = heroes.counts()
        second = again(heroes, turned_round(heroes.installation))
        assert (first.scored, second.scored) == (3, 0)
        assert second.changed == first.changed
        assert heroes.counts() == rows


def test_a_run_that_was_broken_off_is_finished_by_the_next(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        whole = again(heroes, turned_round(heroes.installation))
        last = heroes.rows(Response)[-1].id
        change(heroes, delete(Score).where(Score.response_id == last, Score.rule_version == NEWER))
        mended = again(heroes, turned_round(heroes.installation))
        assert (mended.scored, mended.changed) == (1, whole.changed)


def test_a_dry_run_tells_and_writes_nothing(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        rows = heroes.counts()
        told = again(heroes, turned_round(heroes.installation), dry_run=True)
        assert heroes.counts() == rows
        done = again(heroes, turned_round(heroes.installation))
        assert (told.scored, told.changed) == (done.scored, done.changed)


def test_the_newest_version_is_what_is_read_and_its_day_on_the_axis_is_that_of_the_answers(
    migrated_database: str,
) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        again(heroes, turned_round(heroes.installation))
        with heroes.app.app_context(), reading() as session:
            found = {one.scale: one for one in patients.scores_of(session, 1) if one.instrument == "qlq-c30"}
        assert (found["FA"].value, found["FA"].rule_version) == (0.0, NEWER)
        assert found["FA"].finished_on == heroes.now.date()
        assert found["FA"].scored_on == (heroes.now + timedelta(days=30)).date()
        assert (found["FA"].items_used, found["FA"].items_missing) == (3, 0)


def test_alerts_compare_with_the_newest_scores_of_earlier_answers(migrated_database: str) -> None:
    """Rescored after the baseline: what comes in later is compared with the new scoring."""
    with trial(migrated_database) as heroes:
        heroes.include()
        heroes.beat()
        answer_all(heroes, heroes.link(), WELL)
        again(heroes, turned_round(heroes.installation))
        heroes.record("treatment_stopped", heroes.now.date())
        heroes.through(heroes.rows(Patient)[0].enrolled_at.date() + timedelta(days=45))
        answer_all(heroes, heroes.link(), TIRED)
        baselines = {alert.scale: alert.evidence["baseline"] for alert in heroes.rows(Alert)}
        # Well, fatigue was 0; turned round it is 100, from which tired is no deterioration any more.
        assert "FA" not in baselines
        assert baselines["QL"] == pytest.approx(100 * 5 / 6)


def test_a_response_that_is_finished_meanwhile_is_scored_as_well(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        token = invited_to_m15(heroes)
        send(heroes, token, "qlq-c30", WELL["qlq-c30"])
        complete(heroes, token, "qlq-c30")
        late: list[object] = []

        def finish_one(_done: int, _known: int) -> None:
            if not late:
                late.append(send(heroes, token, "eq-5d-5l", WELL["eq-5d-5l"], finish=True))

        done = again(heroes, turned_round(heroes.installation), progress=finish_one)
        assert done.responses == 2
        newer = heroes.rows(Score, rule_version=NEWER)
        assert {row.response_id for row in newer} == {row.id for row in heroes.rows(Response)}


def test_two_at_once_score_everything_once(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        here = turned_round(heroes.installation)
        found: list[Rescored | Exception] = []
        together = threading.Barrier(2)

        def one() -> None:
            together.wait()
            try:
                found.append(again(heroes, here))
            except Exception as error:  # noqa: BLE001 - told by the assertion below
                found.append(error)

        run(one, one)
        assert [type(each) for each in found] == [Rescored, Rescored], found
        assert len(heroes.rows(Score, rule_version=NEWER)) == len(heroes.rows(Score, rule_version="2"))
        assert sum(each.scored for each in found if isinstance(each, Rescored)) == 3


def run(*tasks: Callable[[], None]) -> None:
    in_threads(*tasks)


def test_a_stored_score_that_is_not_what_its_version_gives_is_told_and_left(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        change(heroes, update(Score).where(Score.scale == "FA").values(value=12.5))
        done = again(heroes, heroes.installation)
        assert done.untrue == 1
        assert [(one.difference.old_version, one.difference.new_version) for one in done.changed] == [
            ("2", "2")
        ]
        assert [row.value for row in heroes.rows(Score, scale="FA")] == [12.5]


def test_what_has_no_definition_any_more_is_left_with_its_reason(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        asked = heroes.installation.catalogue.instruments
        changed = {**asked, "qlq-c30": replace(asked["qlq-c30"], version="9.9")}
        catalogue = replace(heroes.installation.catalogue, instruments=changed)
        done = again(heroes, replace(heroes.installation, catalogue=catalogue, rule_version=NEWER))
        assert [problem.place for problem in done.left] == ["03-001 M1.5 qlq-c30"]
        assert (done.responses, done.scored) == (3, 2)


def test_an_answer_that_cannot_be_scored_is_not_quoted(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        change(heroes, update(Answer).where(Answer.item == "q29").values(value=77))
        done = again(heroes, turned_round(heroes.installation))
        assert len(done.left) == 1
        assert "77" not in str(done.left[0])


def test_an_older_program_does_not_score_what_a_newer_one_has_scored(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        answered(heroes)
        again(heroes, turned_round(heroes.installation))
        with pytest.raises(RescoringError, match="use the newer program"):
            again(heroes, heroes.installation)
        with pytest.raises(RescoringError, match="no study here"):
            heroes.call(rescoring.rescore, heroes.installation, study="other", now=heroes.now)


def test_every_reason_for_an_absent_score_is_stored(migrated_database: str) -> None:
    """Sexually inactive and without hair loss: the items after the two filters of the QLQ-BR23 were not asked."""
    with trial(migrated_database) as heroes:
        answered(heroes)
        absent = {row.scale: row.absent for row in heroes.rows(Score) if row.absent}
        assert absent == {"BRSEE": Absent.FILTER, "BRHL": Absent.FILTER}
