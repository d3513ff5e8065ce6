"""The patient's page: an alert with its why, and events that were voided or not yet told."""

import re

from pro_service.core.lifecycle import ActionCode
from pro_service.entrypoints.web.desk.views_patient import (
    EventRow,
)
from tests.web.desk.heroes import named
from tests.web.desk.pages import (
    NOW,
    STOP,
    TODAY,
    patient,
    rendered,
)


def test_an_alert_tells_its_why_and_offers_every_action():
    page = rendered("patient")
    assert "seuil à vérifier" in page
    assert "4 crans de réponse" in page
    assert "pire de 45" in page
    offered = re.findall(r'name="action" value="(\w+)"', page)
    assert offered == [str(code) for code in ActionCode]


def test_a_voided_event_stays_visible_and_is_not_drawn():
    page = patient()
    assert "erreur" in rendered("patient")
    assert len(page.marks) == 2


def test_a_ctdna_result_is_drawn_when_it_was_told_and_marked_until_then():
    told = EventRow(
        event_id=1,
        **named("ctdna_resulted"),
        on=STOP,
        disclosed_on=TODAY,
        result="positive",
        recorded_by="x",
        recorded_at=NOW,
    )
    assert told.mark.on == TODAY
    assert told.mark.disclosed
    assert not patient().events[1].mark.disclosed
