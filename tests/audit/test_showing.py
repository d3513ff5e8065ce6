"""REG-02, REG-18: the trail beside any datum, filtered, sorted, by page and as a file; and who read what."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, text

from pro_service.store.db import db, reading
from pro_service.store.models import AuditEntry, ReadRecord
from pro_service.store.queries import trail
from tests.trial import Trial, trial


@pytest.fixture
def heroes(migrated_database: str) -> Iterator[Trial]:
    with trial(migrated_database) as made:
        made.include()
        made.enrol("04-001", site="04", phone="+33639980002")
        yield made


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


def test_the_page_shows_each_field_with_its_old_and_new_value(heroes: Trial) -> None:
    client = heroes.logged_in()
    shown = words(client.get("/staff/trail?patient=03-001&table=course_event&field=type"))
    assert "course_event 1 type ajout rien consent2_signed" in shown or "consent2_signed" in shown
    assert "included" in shown
    assert "enrolled_by" not in shown


def test_only_ones_own_sites_are_shown(heroes: Trial) -> None:
    client = heroes.logged_in("nurse")
    assert "04-001" not in words(client.get("/staff/trail"))
    assert "04-001" not in client.get("/staff/trail/trail.csv").get_data(as_text=True)
    assert client.get("/api/v1/patients/04-001/history").status_code == 404
    assert "04-001" in words(heroes.logged_in("other").get("/staff/trail"))


def test_the_file_has_every_field_that_the_trail_has(heroes: Trial) -> None:
    with heroes.app.app_context(), reading() as session:
        fields = list(trail.everything(session, trail.Asked(site_ids=None)))
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
    assert len({one.seq for one in fields}) == entries
    content = heroes.logged_in().get("/staff/trail/trail.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) == len([one for one in fields if one.site == "03"])
    assert {row["table"] for row in rows} >= {"patient", "course_event", "assessment"}


@pytest.mark.parametrize("sort", trail.SORTS)
def test_it_is_sorted_as_asked(heroes: Trial, sort: str) -> None:
    body = heroes.logged_in().get(f"/api/v1/patients/03-001/history?sort={sort}").json
    numbers = [one["seq"] for one in body["items"]]
    if sort in ("newest", "oldest"):
        assert numbers == sorted(numbers, reverse=sort == "newest")
    else:
        assert [one[sort] for one in body["items"]] == sorted(one[sort] for one in body["items"])


def test_pages_follow_one_another_without_a_gap(heroes: Trial) -> None:
    with heroes.app.app_context(), reading() as session:
        everything = [one.seq for one in trail.everything(session, trail.Asked(site_ids=None))]
        paged, skip = [], 0
        while True:
            found, more = trail.page(session, trail.Asked(site_ids=None), limit=7, skip=skip)
            paged += [one.seq for one in found]
            skip += 7
            if not more:
                break
    assert paged == everything


def test_a_datum_that_was_changed_tells_both_values_even_if_raw_sql_changed_it(heroes: Trial) -> None:
    with heroes.app.app_context():
        db.session.execute(text("UPDATE patient SET language = 'en' WHERE code = '03-001'"))
        db.session.commit()
    asked = "table=patient&row=1&field=language"
    body = heroes.logged_in().get(f"/api/v1/patients/03-001/history?{asked}").json
    assert [(one["action"], one["old"], one["new"]) for one in body["items"]] == [
        ("update", "fr", "en"),
        ("insert", None, "fr"),
    ]


@pytest.mark.parametrize(
    "query", ["?since=never", "?sort=sideways", "?page=0", "?page=x", "?site=%27--", "?field=%25"]
)
def test_odd_filters_are_no_error(heroes: Trial, query: str) -> None:
    assert heroes.logged_in().get(f"/staff/trail{query}").status_code == 200


def test_reads_of_a_patients_record_are_on_record_once_a_minute(heroes: Trial) -> None:
    client = heroes.logged_in()
    client.get("/staff/patients/03-001")
    client.get("/staff/patients/03-001")
    client.get("/api/v1/patients/03-001")
    client.get("/staff/patients/04-001")
    found = heroes.rows(ReadRecord)
    assert [(one.actor, one.role) for one in found] == [("staff:nurse", "nurse")] * 2
    assert len({one.page for one in found}) == 2
    assert "staff:nurse" in words(client.get("/staff/trail/reads?patient=03-001"))
    assert "staff:nurse" not in words(heroes.logged_in("other").get("/staff/trail/reads"))


def test_what_a_spreadsheet_would_run_is_text_in_the_file(heroes: Trial) -> None:
    with heroes.app.app_context():
        db.session.execute(text("UPDATE patient SET enrolled_by = '=1+1' WHERE code = '03-001'"))
        db.session.commit()
    content = heroes.logged_in().get("/staff/trail/trail.csv?field=enrolled_by").get_data(as_text=True)
    assert "'=1+1" in content
