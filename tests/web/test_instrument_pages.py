"""The staff's pages about questionnaires, as a nurse's browser gets them."""

import re

from tests.trial import trial


def test_the_list_leads_to_every_questionnaire_in_both_languages(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        desk = heroes.logged_in()
        page = desk.get("/staff/instruments").get_data(as_text=True)
        paths = re.findall(r'href="(/staff/instruments/[a-z0-9-]+)"', page)
        assert [path.rsplit("/", 1)[1] for path in paths] == list(heroes.installation.catalogue.instruments)
        assert all(desk.get(path).status_code == 200 for path in paths)
        assert "Fonction physique" in desk.get("/staff/instruments/qlq-c30").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        desk.post("/staff/language", data={"language": "en", "next": "/staff", "csrf_token": token[1]})
        english = desk.get("/staff/instruments/qlq-c30").get_data(as_text=True)
        assert "Physical functioning" in english
        assert "mean of the answers" in english


def test_a_page_of_the_desk_leads_there_and_only_staff_get_in(migrated_database: str) -> None:
    with trial(migrated_database) as heroes:
        assert heroes.client().get("/staff/instruments").status_code == 303
        desk = heroes.logged_in()
        assert 'href="/staff/instruments"' in desk.get("/staff").get_data(as_text=True)
        assert desk.get("/staff/instruments/qlq-c31").status_code == 404
