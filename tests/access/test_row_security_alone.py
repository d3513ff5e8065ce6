"""Every route with the filters of its queries removed: row-level security alone shows nothing of another site."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from pro_service.core.access import Decision
from pro_service.entrypoints import login
from pro_service.services.sign_in import Person
from pro_service.store.acting import Acting, acting_for, system
from pro_service.store.db import reading
from pro_service.store.models import Assessment, AuditEntry, CourseEvent, Patient, Site
from pro_service.store.postgres.placing import OPEN
from tests.databases import Databases
from tests.trial import Trial, trial

OTHER, OTHER_CENTRE = "04-001", "Centre fictif de Lille"
#: Routes whose names in the path are of the definitions, which everybody sees, or that no session guards.
_OF_NO_PATIENT = {"static", "instruments.instrument", "Instruments.read_instrument"}
_GUARDED = ("/staff", "/api/v1")


@pytest.fixture
def heroes(databases: Databases, postgres_url: str) -> Iterator[Trial]:
    """A patient at each of two sites, on PostgreSQL."""
    del postgres_url
    with databases.migrated("postgresql") as url, trial(url) as made:
        made.include("03-001")
        made.include(OTHER, site="04", phone="+33639980002")
        made.beat()
        yield made


@pytest.fixture
def unfiltered(heroes: Trial, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """Nobody decides, and each query names all sites, as one that forgets to filter; the session acts for site 03."""
    with heroes.app.app_context(), reading() as session:
        every = tuple(row.id for row in session.query(Site).order_by(Site.id))
    monkeypatch.setattr(Person, "site_ids", property(lambda _: every))
    monkeypatch.setattr(Person, "reach", property(lambda _: every))
    monkeypatch.setattr(login, "decide", lambda *_, **__: Decision.ALLOWED)
    own = every[0]
    monkeypatch.setattr(
        login, "staff", lambda _: Acting(name="staff:1", role="nurse", site_ids=frozenset({own}))
    )
    return heroes


def test_no_route_shows_or_changes_a_patient_of_another_site(unfiltered: Trial) -> None:
    before = patients_rows(unfiltered)
    assert leaks(unfiltered) == []
    assert patients_rows(unfiltered) == before


def test_the_same_walk_finds_them_where_row_level_security_lets_them_through(
    unfiltered: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the walk proves nothing."""
    monkeypatch.setattr(login, "staff", lambda _: system("system:test"))
    found = leaks(unfiltered)
    assert "/staff/patients/<code>" in found
    assert "/api/v1/patients" in found
    assert len(found) >= 15


def patients_rows(heroes: Trial) -> dict[str, int]:
    with heroes.app.app_context(), acting_for(system("system:test")), reading() as session:
        of_sites = select(func.count()).where(AuditEntry.site_id.is_not(None))
        trailed = session.scalar(of_sites) or 0
    counts = {name: count for name, count in heroes.counts().items() if name not in OPEN}
    return {**counts, "audit_entry": trailed}


def leaks(heroes: Trial) -> list[str]:
    """The guarded routes that answered with anything of the other site's."""
    browser, ids = heroes.logged_in(), ids_of_the_other(heroes)
    rules = [rule for rule in heroes.app.url_map.iter_rules() if rule.rule.startswith(_GUARDED)]
    return [rule.rule for rule in rules if rule.endpoint not in _OF_NO_PATIENT and _leaks(browser, rule, ids)]


def ids_of_the_other(heroes: Trial) -> dict[str, object]:
    """What stands in a path for something of the other patient, by the path's own names."""
    with acting_for(system("system:test")):
        patient = heroes.rows(Patient, code=OTHER)[0]
        event = heroes.rows(CourseEvent, patient_id=patient.id)[0]
        assessment = heroes.rows(Assessment, patient_id=patient.id)[0]
    return {"code": OTHER, "event_id": event.id, "assessment_id": assessment.id}


def _leaks(browser: FlaskClient, rule: Rule, ids: dict[str, object]) -> bool:
    names = {name: ids.get(name, 1) for name in rule.arguments}
    path = rule.rule
    for name, value in names.items():
        path = path.replace(f"<int:{name}>", str(value)).replace(f"<{name}>", str(value))
    if "GET" not in (rule.methods or ()):
        token = browser.get("/api/v1/session").get_json()["csrf_token"]
        return browser.post(path, json={}, headers={"X-CSRF-Token": token}).status_code < 400 and bool(names)
    response = browser.get(path)
    text = response.get_data(as_text=True)
    return OTHER_CENTRE in text or (response.status_code < 400 and OTHER in text)
