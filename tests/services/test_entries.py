"""Forms that a site enters: whose they may be, what they need, and what becomes of a dialogue by text meanwhile."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pro_service.core.answers import Placed
from pro_service.services.answers import entries
from pro_service.services.answers.entries import Entry
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store.models import Answer, Assessment, Response, Site, SiteEntry
from tests.services.given import WELL, invited_to_m15
from tests.trial import Trial, trial

M15 = date(2026, 2, 17)


def form(instrument: str = "eq-5d-5l", **over: Any) -> Entry:
    """A finished form, by telephone."""
    placed = tuple(Placed(place=item, item=item, value=value) for item, value in WELL[instrument].items())
    values: dict[str, Any] = {
        "client_id": "form-1",
        "kind": "json",
        "instrument": instrument,
        "mode": "phone",
        "answers": placed,
        "finished": True,
        "answered_on": M15,
        "answered_at": None,
        "dated": "answered_on",
        "content": b"{}",
        "reason": "no_device",
    }
    return Entry(**values | over)


def enter(heroes: Trial, entry: Entry, **over: Any) -> Any:
    (row,) = heroes.rows(Assessment, key="M1.5")
    values = {
        "assessment_id": row.id,
        "site_ids": (heroes.rows(Site, code="03")[0].id,),
        "entry": entry,
        "actor": "nurse",
        "now": heroes.now,
    }
    installation = over.pop("installation", heroes.installation)
    return heroes.call(entries.enter, installation, **values | over)


def test_a_form_of_another_sites_patient_is_not_found(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        (elsewhere,) = heroes.rows(Site, code="04")
        for over in ({"site_ids": (elsewhere.id,)}, {"site_ids": ()}, {"assessment_id": 999_999}):
            with pytest.raises(NotFoundError):
                enter(heroes, form(), **over)
        assert heroes.rows(SiteEntry) == heroes.rows(Response) == []


def test_outside_the_demo_no_form_of_an_instrument_without_wording_is_taken(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes)
        production = replace(heroes.installation, demo=False)
        with pytest.raises(ConflictError) as caught:
            enter(heroes, form(), installation=production)
        assert caught.value.reason.code == "wording_missing"
        assert heroes.rows(SiteEntry) == []


def test_what_the_site_has_entered_is_not_asked_by_text_any_more(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        enter(heroes, form())
        for body in ("GO", "1"):
            heroes.now += timedelta(minutes=2)
            heroes.reply(body)
        assert {one.mode for one in heroes.rows(Response)} == {"phone"}
        assert [one.inbound_id for one in heroes.rows(Answer) if one.inbound_id is not None] == []
        assert not any("1/6" in text for text in heroes.texts())


def test_what_the_patient_has_begun_by_text_is_not_entered(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        invited_to_m15(heroes, sms_items=True)
        for body in ("GO", "1"):
            heroes.now += timedelta(minutes=2)
            heroes.reply(body)
        assert {one.mode for one in heroes.rows(Response)} == {"sms"}
        with pytest.raises(ConflictError) as caught:
            enter(heroes, form())
        assert caught.value.reason.code == "answered_in_another_way"
        assert heroes.rows(SiteEntry) == []
