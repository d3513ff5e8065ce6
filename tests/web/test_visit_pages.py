"""Visits at the desk in a running trial: seen, moved with a preview, done, and listed for the site."""

import re
from urllib.parse import urlencode

from tests.services.visit_trial import on, tell, visit_led
from tests.web.test_calendar_feed import csrf


def test_a_nurse_moves_a_visit_and_sees_beforehand_what_follows_it(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(20))
        desk = made.logged_in()
        fields = {
            "type": "visit_moved",
            "visit": "V1",
            "on": on(20).isoformat(),
            "visit_on": on(35).isoformat(),
        }
        preview = desk.get(f"/staff/patients/03-001/event?{urlencode({**fields, 'preview': '1'})}")
        shown = preview.get_data(as_text=True)
        assert preview.status_code == 200
        assert "visite déplacée du 05/02/2026 au 10/02/2026" in shown
        saved = desk.post("/staff/patients/03-001/events", data={**fields, "csrf_token": csrf(desk)})
        assert saved.headers["Location"].endswith("notice=event_recorded")
        page = desk.get("/staff/patients/03-001").get_data(as_text=True)
        assert '<span class="state visit-moved">déplacée</span>' in page
        assert "visite V1" in page
        assert "au 10 févr. 2026" in page


def test_a_visit_outside_the_window_is_marked_where_its_questionnaire_stands(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(20))
        tell(made, "moved", "V1", 50)
        page = made.logged_in().get("/staff/patients/03-001").get_data(as_text=True)
        assert "visite du 25 févr. hors fenêtre" in page
        assert "hors de la fenêtre" in page  # and why its dates stay


def test_one_click_previews_that_a_visit_was_done_today(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.through(on(29))
        desk = made.logged_in()
        page = desk.get("/staff/patients/03-001").get_data(as_text=True)
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+visit_done[^"]+)"', page)]
        assert len(links) == 1  # the other visits are far ahead
        preview = desk.get(links[0]).get_data(as_text=True)
        assert 'action="/staff/patients/03-001/events"' in preview  # the button that saves
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
        assert (hidden["type"], hidden["visit"], hidden["on"]) == ("visit_done", "V1", on(29).isoformat())


def test_what_is_refused_is_said_on_the_form_and_the_visits_can_be_chosen(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        desk = made.logged_in()
        query = urlencode({"type": "visit_done", "visit": "V7", "on": on(0).isoformat(), "preview": "1"})
        answer = desk.get(f"/staff/patients/03-001/event?{query}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "pas de visite « V7 » ; connues : V1, V2, V3, V4, clinic-X1" in page
        assert re.findall(r'<option value="([^"]+)"', page)[-5:] == ["V1", "V2", "V3", "V4", "clinic-X1"]


def test_the_sites_page_lists_overdue_visits_and_those_of_the_next_30_days(migrated_database: str) -> None:
    with visit_led(migrated_database) as made:
        made.now = made.now.replace(month=2, day=9)  # V1 was due on 5 February, its window ended on the 8th
        page = made.logged_in().get("/staff/visits").get_data(as_text=True)
        overdue, coming = page.split('id="coming"')
        assert re.findall(r'<td data-label="Visite">(\w+)', overdue) == ["V1"]
        assert re.findall(r'<td data-label="Visite">(\w+)', coming) == ["V2"]
