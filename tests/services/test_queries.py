"""Queries: opened on a datum, answered by the site, closed and reopened by who opened them; their history is kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pro_service.core.provenance import Subject, SubjectKind
from pro_service.services.provenance import queries
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.store.models import Assessment, CourseEvent, DataQuery, DataQueryStep, Site
from tests.services.export_story import exported, table
from tests.services.given import OTHER, invited_to_m15
from tests.trial import STUDY, Trial, trial

LANGUAGE = Subject(kind=SubjectKind.ENROLMENT, field="language")


def sites(heroes: Trial, code: str = "03") -> tuple[int, ...]:
    return (heroes.rows(Site, code=code)[0].id,)


def ask(heroes: Trial, subject: Subject, **over: Any) -> int:
    values = {
        "study": STUDY,
        "patient": "03-001",
        "site_ids": sites(heroes),
        "subject": subject,
        "text": "Canari: is it right?",
        "actor": "nurse",
        "now": heroes.now,
    }
    return heroes.call(queries.open_query, heroes.installation, **values | over)


def act(heroes: Trial, use_case: Any, query_id: int, *, actor: str, text: str = "Seen", **over: Any) -> None:
    heroes.now += timedelta(hours=1)
    values = {"query_id": query_id, "site_ids": sites(heroes), "text": text, "actor": actor}
    heroes.call(use_case, heroes.installation, **values | {"now": heroes.now} | over)


def test_a_query_lives_between_who_asks_and_the_site(migrated_database: str, tmp_path: Path) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        (form,) = heroes.rows(Assessment, key="M1.5")
        query = ask(
            heroes,
            Subject(kind=SubjectKind.ANSWER, assessment_id=form.id, instrument="qlq-c30", item="q10"),
        )
        act(heroes, queries.answer_query, query, actor="other", text="Canari: it is")
        with pytest.raises(ConflictError) as caught:
            act(heroes, queries.answer_query, query, actor="other")
        assert caught.value.reason.code == "query_moved_on"
        for use_case in (queries.close_query, queries.reopen_query):
            with pytest.raises(ConflictError) as caught:
                act(heroes, use_case, query, actor="other")
            assert caught.value.reason.code == "opened_by_another"
        act(heroes, queries.reopen_query, query, actor="nurse", text="Which one?")
        act(heroes, queries.answer_query, query, actor="other")
        act(heroes, queries.close_query, query, actor="nurse", text="")
        steps = [step.act for step in heroes.rows(DataQueryStep)]
        assert steps == ["opened", "answered", "reopened", "answered", "closed"]
        exported(heroes, tmp_path / "out")
        (row,) = table(tmp_path / "out", "queries")
        told = [row[name] for name in ("kind", "timepoint", "item", "state", "times_reopened")]
        assert told == ["answer", "M1.5", "q10", "closed", "1"]
        assert row["opened_by"].startswith("staff:")
        assert "Canari" not in (tmp_path / "out" / "queries.csv").read_text()


def test_a_query_is_about_a_datum_that_the_patient_has(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        heroes.include("04-001", phone=OTHER, site="04")
        theirs = next(row.id for row in heroes.rows(Assessment) if row.patient_id == 2)
        fact = next(row.id for row in heroes.rows(CourseEvent) if row.patient_id == 2)
        for wrong in (
            Subject(kind=SubjectKind.FORM, assessment_id=theirs),
            Subject(kind=SubjectKind.FORM, assessment_id=999_999),
            Subject(kind=SubjectKind.EVENT, event_id=fact),
            Subject(kind=SubjectKind.VISIT, visit="V99"),
            Subject(kind=SubjectKind.ENROLMENT, field="phone"),
            Subject(kind=SubjectKind.ENROLMENT),
        ):
            with pytest.raises(InvalidError) as caught:
                ask(heroes, wrong)
            assert caught.value.reason.code == "unknown_datum"
        for text, code in (("  ", "text_missing"), ("call 06 39 98 00 01", "tells_who")):
            with pytest.raises(InvalidError) as caught:
                ask(heroes, LANGUAGE, text=text)
            assert caught.value.reason.code == code
        for over in ({"site_ids": sites(heroes, "04")}, {"patient": "03-999"}):
            with pytest.raises(NotFoundError):
                ask(heroes, LANGUAGE, **over)
        assert heroes.rows(DataQuery) == []


def test_a_query_of_another_site_is_not_found(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        query = ask(heroes, LANGUAGE)
        for number, over in ((query, {"site_ids": sites(heroes, "04")}), (999_999, {})):
            with pytest.raises(NotFoundError):
                act(heroes, queries.answer_query, number, actor="other", **over)
