"""The work list: severity in words, what is late, what was searched."""

from datetime import date

from tests.web.desk.pages import PAGES, rendered, work_list


def test_the_work_list_tells_severity_in_words_and_that_a_target_is_past():
    page = rendered("work list")
    assert "rouge" in page
    assert "délai dépassé" in page
    assert "2 lignes de plus" in page
    assert "3 alertes closes depuis 30 jours" in page
    assert "les autres centres" in page


def test_an_empty_work_list_says_when_the_next_questionnaire_is_due():
    PAGES["next"] = ("work_list", work_list(next_due_on=date(2026, 6, 2)))
    assert "Rien à traiter. Prochain questionnaire\xa0: mar. 2 juin" in rendered("next")
    del PAGES["next"]


def test_what_was_searched_is_shown_as_text():
    assert "« <b>" not in rendered("search")
    assert "&lt;b&gt;" in rendered("search")
